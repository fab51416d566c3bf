import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("mutation", 60, asNode);
