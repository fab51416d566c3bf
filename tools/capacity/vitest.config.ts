import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "capacity",
    include: ["src/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
