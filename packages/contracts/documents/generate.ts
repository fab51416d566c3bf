// Writes the generated documents of the contracts; with --check it only says which of them are stale.
import { readFileSync, writeFileSync } from "node:fs";
import { buildOpenApi } from "./openapi.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

const documents: Record<string, object> = { "openapi.json": buildOpenApi(version) };

for (const [name, document] of Object.entries(documents)) {
  const file = new URL(`../${name}`, import.meta.url);
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`packages/contracts/${name} is stale: run node packages/contracts/documents/generate.ts`);
    process.exitCode = 1;
  }
}
