// Peers are installed when they are first measured: 236 MB that running the saga does not need.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where they are; not a dependency of anything. */
export const CACHE = fileURLToPath(
  new URL("../../../../../node_modules/.cache/order-saga-bench", import.meta.url),
);

export const VERSIONS = {
  "@aws/durable-execution-sdk-js": "2.4.0",
  "@aws/durable-execution-sdk-js-testing": "1.1.4",
  "@restatedev/restate-server": "1.7.12",
  "@restatedev/restate-sdk": "1.17.2",
  "@dbos-inc/dbos-sdk": "5.3.0",
  bullmq: "6.7.0",
  ioredis: "5.11.1",
} as const;
export type PeerPackage = keyof typeof VERSIONS;

/** Installs what is missing; throws with npm's own words if that fails. */
export function installPeers(names: readonly PeerPackage[]): void {
  const missing = names.filter((name) => installedVersion(name) !== VERSIONS[name]);
  if (missing.length === 0) return;
  mkdirSync(CACHE, { recursive: true });
  const manifest = join(CACHE, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, `{ "private": true, "type": "module" }\n`);
  console.error(`Installing ${missing.join(", ")} into ${CACHE} …`);
  const options = ["install", "--save-exact", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", [...options, ...missing.map((name) => `${name}@${VERSIONS[name]}`)], {
    cwd: CACHE,
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 300_000,
  });
}

/** Requires as a file in the cache would. */
export const fromCache = createRequire(join(CACHE, "package.json"));

function installedVersion(name: string): string | undefined {
  try {
    const manifest = readFileSync(join(CACHE, "node_modules", name, "package.json"), "utf8");
    return (JSON.parse(manifest) as { version: string }).version;
  } catch {
    return undefined;
  }
}
