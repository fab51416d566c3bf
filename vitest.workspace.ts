// Every package is a project of its own; `pnpm --filter ./packages/inventory test` runs one alone.
import { defineConfig } from "vitest/config";
import { progress } from "./scripts/progress.ts";

export default defineConfig({
  test: {
    projects: [
      "{packages,tools}/*/vitest.config.ts",
      "tools/*/vitest.endpoints.config.ts",
      "scripts/vitest.config.ts",
    ],
    reporters: ["default", ...(process.env.GITHUB_ACTIONS ? ["github-actions"] : []), progress()],
  },
});
