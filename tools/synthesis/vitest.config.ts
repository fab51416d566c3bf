import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "synthesis",
    include: ["test/**/*.test.ts"],
    // Renders the stages once for all files; on a bare machine it fetches SST's platform first.
    globalSetup: ["test/rendered.ts"],
    testTimeout: 60_000,
    isolate: false,
    hookTimeout: 60_000,
  },
});
