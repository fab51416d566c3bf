import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "notification", include: ["src/**/*.test.ts", "test/**/*.test.ts"], isolate: false },
});
