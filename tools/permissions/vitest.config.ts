import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("permissions", 60, asNode);
