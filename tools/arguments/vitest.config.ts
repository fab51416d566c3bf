import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "arguments",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 30_000,
    isolate: false,
    hookTimeout: 30_000,
  },
});
