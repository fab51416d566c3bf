import { asNode, testsOf } from "../../vitest.shared.ts";

// A whole saga runs here; its own waits end sooner and say what they waited for.
export default testsOf("local", 60, asNode);
