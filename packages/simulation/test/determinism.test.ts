// Clocks, timers and dice planted in the code that runs in a simulated world are found by `pnpm check`'s lint.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The numbers of the lines that the lint reports in a file of that path and content. */
function reported(path: string, lines: readonly string[]): Promise<number[]> {
  const biome = `${root}node_modules/.bin/biome`;
  const options = ["lint", "--reporter=github", "--max-diagnostics=none", `--stdin-file-path=${path}`];
  return new Promise((resolve) => {
    const child = execFile(biome, options, { cwd: root }, (_, stdout, stderr) => {
      const rules = /title=(?:plugin|lint\/style\/noRestricted\w+),file=[^,]*,line=(\d+)/g;
      const numbers = [...`${stdout}${stderr}`.matchAll(rules)].map(([, line]) => Number(line));
      resolve([...new Set(numbers)].sort((a, b) => a - b));
    });
    child.stdin?.end(`${lines.join("\n")}\n`);
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

const everyLine = planted.map((_, index) => index + 1);

test.each([
  "packages/contracts/src/planted.ts",
  "packages/messaging/src/planted.ts",
  "packages/orders/src/store/planted.ts",
  "packages/inventory/src/planted.ts",
  "packages/payment/src/gateway/planted.ts",
  "packages/notification/src/planted.ts",
  "packages/simulation/src/planted.ts",
  "packages/simulation/src/checkers/planted.ts",
])("every clock, timer and die in %s is reported", async (path) => {
  expect(await reported(path, planted)).toEqual(everyLine);
});

test.each([
  "packages/messaging/src/lambda.ts",
  "packages/orders/src/functions/planted.ts",
  "packages/payment/src/planted.test.ts",
  "packages/inventory/src/testing.ts",
  "packages/simulation/src/cli.ts",
  "packages/local/src/planted.ts",
])("%s may have them", async (path) => {
  expect(await reported(path, planted)).toEqual([]);
});

test("what gives the same every time is not reported", async () => {
  const lines = [
    'import { createHash, createHmac } from "node:crypto";',
    "export const moment = new Date(1767614400000).toISOString();",
    'export const parsed = Date.parse("2026-01-05T12:00:00.000Z") + Date.UTC(2026, 0, 5);',
    "export const largest = Math.max(1, Math.floor(2.5));",
    "export const ported = (ports: { now: () => number; pause: () => void }) => ports.now();",
    "export const hash = [createHash, createHmac];",
  ];
  expect(await reported("packages/payment/src/planted.ts", lines)).toEqual([]);
});
