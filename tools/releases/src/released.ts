// What is kept of the last release: its contracts, and the code of its functions as one module.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { bundleFunctions, type ReleasedCode } from "./bundle.ts";
import { commitOf, root, unpack } from "./commits.ts";

const published = new URL("../published/", import.meta.url);
const cache = new URL("../.cache/", import.meta.url);

/** The generated documents of the bus and of the HTTP API. */
export type Contracts = { readonly asyncapi: object; readonly openapi: object };

/** The version of the last release; there is only one in the folder. */
export function lastRelease(): string {
  const [version, ...more] = readdirSync(published);
  if (version === undefined || more.length > 0)
    throw new Error("tools/releases/published has to hold one release: restore it from git.");
  return version;
}

export function releasedContracts(version = lastRelease()): Contracts {
  return JSON.parse(readPacked(version, "contracts.json"));
}

/** The last release's functions, imported. */
export async function releasedCode(version = lastRelease()): Promise<ReleasedCode> {
  const file = new URL(`release-${version}.mjs`, cache);
  mkdirSync(cache, { recursive: true });
  const text = readPacked(version, "functions.mjs");
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  return import(file.href);
}

/** The functions of a commit, imported: bundled once, with the libraries of this tree. Throws UsageError. */
export async function codeOfCommit(reference: string): Promise<ReleasedCode> {
  const commit = commitOf(reference);
  const file = new URL(`commit-${commit}.mjs`, cache);
  if (!existsSync(file)) {
    const folder = fileURLToPath(new URL(`${commit}/`, cache));
    mkdirSync(folder, { recursive: true });
    unpack(commit, folder, "packages");
    writeFileSync(file, await bundleFunctions(root, folder.replace(/[\\/]$/, "")));
    rmSync(folder, { recursive: true });
  }
  return import(file.href);
}

/** The contracts as the working tree's generated documents have them. */
export function contractsOfTree(): Contracts {
  const read = (name: string) => JSON.parse(readFileSync(`${root}packages/contracts/${name}`, "utf8"));
  return { asyncapi: read("asyncapi.json"), openapi: read("openapi.json") };
}

/** Keeps the working tree as this release, in the place of the one before. */
export async function publish(version: string): Promise<void> {
  const code = await bundleFunctions(root);
  rmSync(published, { recursive: true, force: true });
  mkdirSync(new URL(`${version}/`, published), { recursive: true });
  writePacked(version, "contracts.json", JSON.stringify(contractsOfTree()));
  writePacked(version, "functions.mjs", code);
}

const packed = (version: string, name: string) => new URL(`${version}/${name}.gz`, published);

const readPacked = (version: string, name: string) =>
  gunzipSync(readFileSync(packed(version, name))).toString("utf8");

const writePacked = (version: string, name: string, text: string) =>
  writeFileSync(packed(version, name), gzipSync(text, { level: 9 }));
