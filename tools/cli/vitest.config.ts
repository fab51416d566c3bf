import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("cli", 60, asNode);
