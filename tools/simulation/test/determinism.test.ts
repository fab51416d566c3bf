// `pnpm check`'s lint finds clocks, timers and randomness planted in code that the simulator runs.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The lines that the lint reports, by file, in a tree that has these files and our configuration. */
function lint(
  folder: string,
  files: Readonly<Record<string, readonly string[]>>,
): Promise<Map<string, number[]>> {
  for (const path of ["biome.jsonc", "scripts/determinism.grit"])
    cpSync(join(root, path), join(folder, path));
  for (const [path, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${lines.join("\n")}\n`);
  }
  const options = ["lint", "--reporter=github", "--max-diagnostics=none", "--vcs-enabled=false"];
  return new Promise((resolve) => {
    execFile(join(root, "node_modules/.bin/biome"), options, { cwd: folder }, (_, stdout, stderr) => {
      const rule = /title=(?:plugin|lint\/style\/noRestricted\w+),file=([^,]*),line=(\d+)/g;
      const found = new Map<string, Set<number>>();
      for (const [, file = "", line] of `${stdout}${stderr}`.matchAll(rule)) {
        const path = file.slice(file.search(/(packages|tools)\//));
        found.set(path, (found.get(path) ?? new Set()).add(Number(line)));
      }
      resolve(new Map([...found].map(([path, numbers]) => [path, [...numbers].sort((a, b) => a - b)])));
    });
  });
}

const planted = [
  'import { randomUUID } from "node:crypto";',
  'import * as dice from "node:crypto";',
  'import { setTimeout as wait } from "node:timers/promises";',
  'import { setInterval as every } from "node:timers";',
  'import { performance as watch } from "node:perf_hooks";',
  "export const called = Date.now();",
  "export const handedOn = { now: Date.now };",
  "export const { now: takenApart } = Date;",
  "export const renamed = Date;",
  'export const bracketed = Date["now"]();',
  "export const made = new Date();",
  "export const converted = new Date(Date.now());",
  "export const asText = Date();",
  "export const thrown = Math.random();",
  "export const { random } = Math;",
  "export const high = process.hrtime.bigint();",
  "export const monotonic = performance.now();",
  "export const later = setTimeout(() => {}, 1);",
  "export const often = setInterval(() => {}, 1);",
  "export const soon = setImmediate(() => {});",
  "export const hidden = globalThis.setTimeout(() => {}, 1);",
  "export const id = crypto.randomUUID();",
];

const same = [
  'import { createHash, createHmac } from "node:crypto";',
  "export const moment = new Date(1767614400000).toISOString();",
  'export const parsed = Date.parse("2026-01-05T12:00:00.000Z") + Date.UTC(2026, 0, 5);',
  "export const largest = Math.max(1, Math.floor(2.5));",
  "export const ported = (ports: { now: () => number; pause: () => void }) => ports.now();",
  "export const hashes = [createHash, createHmac];",
];

const bound = [
  "packages/contracts/src/planted.ts",
  "packages/messaging/src/planted.ts",
  "packages/orders/src/store/planted.ts",
  "packages/inventory/src/planted.ts",
  "packages/payment/src/gateway/planted.ts",
  "packages/notification/src/planted.ts",
  // A service that no list has ever named.
  "packages/shipping/src/store/planted.ts",
  "tools/simulation/src/planted.ts",
  "tools/simulation/src/checkers/planted.ts",
];
const free = [
  "packages/messaging/src/lambda.ts",
  "packages/orders/src/functions/planted.ts",
  "packages/payment/src/planted.test.ts",
  "packages/inventory/src/testing.ts",
  "tools/simulation/src/cli.ts",
  "packages/client/src/planted.ts",
  "tools/local/src/planted.ts",
];

let folder: string;
let reported: Map<string, number[]>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "determinism-"));
  reported = await lint(folder, {
    ...Object.fromEntries([...bound, ...free].map((path) => [path, planted])),
    "packages/payment/src/same.ts": same,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(bound)("every clock, timer and die in %s is reported", (path) => {
  expect(reported.get(path)).toEqual(planted.map((_, index) => index + 1));
});

test.each(free)("%s may have them", (path) => {
  expect(reported.get(path)).toBeUndefined();
});

test("what gives the same every time is not reported", () => {
  expect(reported.get("packages/payment/src/same.ts")).toBeUndefined();
});
