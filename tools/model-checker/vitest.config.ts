import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("model-checker", 60, asNode);
