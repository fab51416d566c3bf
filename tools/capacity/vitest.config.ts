import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("capacity", 240, asNode);
