import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("emulator", 30, asNode);
