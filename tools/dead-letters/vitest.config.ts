import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("dead-letters", 60, asNode);
