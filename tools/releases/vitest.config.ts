import { asNode, testsOf } from "../../vitest.shared.ts";

export default testsOf("releases", 60, asNode);
