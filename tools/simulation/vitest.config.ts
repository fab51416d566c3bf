import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("simulation", 120, asNode);
