// Every package is a project of its own; `pnpm --filter ./packages/inventory test` runs one alone.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*/vitest.config.ts"],
    // vitest keeps one core free; on two cores that would be half of them, while many suites wait for timers.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
