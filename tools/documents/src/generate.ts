// Writes the generated documents of the contracts; with --check it only says which of them are stale.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { documents } from "./documents.ts";

const root = new URL("../../../packages/contracts/", import.meta.url);

for (const [name, text] of Object.entries(documents())) {
  const file = new URL(name, root);
  if (process.argv.includes("--check")) {
    if (read(file) === text) continue;
    console.error(`packages/contracts/${name} is stale: run node tools/documents/src/generate.ts`);
    process.exitCode = 1;
  } else {
    mkdirSync(fileURLToPath(new URL(".", file)), { recursive: true });
    writeFileSync(file, text);
  }
}

function read(file: URL): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
