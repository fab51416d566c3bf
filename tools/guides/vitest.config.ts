import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "guides", include: ["test/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
});
