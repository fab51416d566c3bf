import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "pipeline",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 30_000,
    isolate: false,
    hookTimeout: 30_000,
  },
});
