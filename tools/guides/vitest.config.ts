import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("guides", 300, asNode);
