import { asNode, testsOf } from "../../vitest.shared.ts";

// A browser and a whole saga run here; their own waits end sooner and say what they waited for.
export default testsOf("console", 60, {
  include: ["src/**/*.test.ts", "page/src/**/*.test.ts", "test/**/*.test.ts"],
  ...asNode,
});
