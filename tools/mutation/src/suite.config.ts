// The suite that must notice a mutant: the tests beside the rules, none of the adapters and entries.
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** `pnpm mutate` names the folders; Stryker starts vitest in a copy of the package. */
const folders = (process.env.MUTATED_FOLDERS ?? ".").split(" ");

/** The first test that fails ends a mutant's run, and the largest suites are the slowest: they come last. */
class SmallestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const bytes = ({ moduleId }: TestSpecification) => statSync(moduleId).size;
    return files.toSorted((a, b) => bytes(a) - bytes(b));
  }
}

export default defineConfig({
  test: {
    name: "mutated",
    include: folders.map((folder) => `src/${folder === "." ? "" : `${folder}/`}*.test.ts`),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    isolate: false,
    sequence: { sequencer: SmallestFirst },
    setupFiles: [fileURLToPath(new URL("properties.ts", import.meta.url))],
  },
});
