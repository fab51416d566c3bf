import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("bench", 120, asNode);
