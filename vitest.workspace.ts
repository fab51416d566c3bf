// Every package is a project of its own; `pnpm --filter ./packages/inventory test` runs one alone.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { projects: ["packages/*/vitest.config.ts", "tools/*/vitest.config.ts"] },
});
