import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("invariants", 60, asNode);
