// The suite that must notice a mutant: the tests beside the rules, none of the adapters and entries.
import { defineConfig } from "vitest/config";

/** `pnpm mutate` names the folders; Stryker starts vitest in a copy of the package. */
const folders = (process.env.MUTATED_FOLDERS ?? ".").split(" ");

export default defineConfig({
  test: {
    name: "mutated",
    include: folders.map((folder) => `src/${folder === "." ? "" : `${folder}/`}*.test.ts`),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    isolate: false,
  },
});
