import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("restore", 60, asNode);
