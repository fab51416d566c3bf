// Writes the client's types from the OpenAPI document; with --check it only says whether they are stale.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const source = new URL("../../../packages/contracts/openapi.json", import.meta.url);
const target = fileURLToPath(new URL("../../../packages/client/src/schema.ts", import.meta.url));

const text = `// Generated from packages/contracts/openapi.json by generate.ts.\n${astToString(await openapi(source))}`;
if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("packages/client/src/schema.ts is stale: run node tools/documents/src/generate-client.ts");
  process.exitCode = 1;
}
