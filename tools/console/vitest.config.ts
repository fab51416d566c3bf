import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "console",
    include: ["src/**/*.test.ts", "page/src/**/*.test.ts", "test/**/*.test.ts"],
    // A browser and a whole saga run here; their own waits end sooner and say what they waited for.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
