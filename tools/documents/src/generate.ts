// `pnpm generate`: writes the documents and the client's types; with --check it names what is stale.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { command, run } from "@order-saga/arguments";
import openapi, { astToString } from "openapi-typescript";
import { documents } from "./documents.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const generate = command(
  {
    name: "pnpm generate",
    says: "Writes OpenAPI, AsyncAPI, JSON Schemas and the client's types from the contracts.",
    options: { check: { kind: "flag", says: "write nothing, name what is stale" } },
  },
  async ({ check }) => {
    const stale = Object.entries(await files()).filter(([path, text]) => read(root + path) !== text);
    for (const [path, text] of stale) {
      if (check) console.error(`${path} is stale: run npx pnpm@12 generate`);
      else write(root + path, text);
    }
    return check && stale.length > 0 ? 1 : 0;
  },
);

/** The text of every generated file, by its path in the repository. */
async function files(): Promise<Record<string, string>> {
  const own = documents();
  const types = astToString(await openapi(JSON.parse(own["openapi.json"] ?? "")));
  return {
    ...Object.fromEntries(Object.entries(own).map(([name, text]) => [`packages/contracts/${name}`, text])),
    "packages/client/src/schema.ts": `// Generated from packages/contracts/openapi.json by generate.ts.\n${types}`,
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

await run(generate);
