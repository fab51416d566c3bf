import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("documents", 60, asNode);
