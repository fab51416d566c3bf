import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("pipeline", 30, asNode);
