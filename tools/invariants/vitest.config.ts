import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "invariants",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    isolate: false,
    hookTimeout: 60_000,
  },
});
