import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "local",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // A whole saga runs here; its own waits end sooner and say what they waited for.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
