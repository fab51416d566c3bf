import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("arguments", 30, asNode);
