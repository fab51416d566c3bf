// Finds calls without a time limit, provider calls outside adapters, and work without a limit of concurrency.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { concurrency, forgottenWork } from "./anti-patterns/concurrency.ts";
import { readNames } from "./anti-patterns/origins.ts";
import { sdkHandedOn, sdks } from "./anti-patterns/sdks.ts";
import { timeouts } from "./anti-patterns/timeouts.ts";
import { called } from "./anti-patterns/use.ts";

/**
 * What is worked on side by side although its length is no constant of the file: who bounds it, and by how
 * much. By `file: what is worked on`.
 */
export const bounded: Readonly<Record<string, string>> = {
  "packages/messaging/src/reaction.ts: Records": "a batch, at most 10 (the manifest's batchSize)",
  "packages/messaging/src/sweep.ts: { length: Math.min(atOnce, orderIds.length) }":
    "so many workers, a setting of each sweep",
  "packages/messaging/src/due.ts: places": "the shards of the index, eight",
  "packages/messaging/src/shared-publisher.ts: begun": "requests under way, of thirty a second at most",
  "packages/messaging/src/shared-publisher.ts: together": "the callers of one request, at most ten",
  "packages/orders/src/acceptance.ts: ids": "an order's id, or a bulk's, by each secret, at most two",
  "packages/orders/src/store/bulks-dynamodb.ts: ids": "a bulk's id by each secret, at most two",
  "packages/orders/src/store/dynamodb.ts: otherIds": "an order's id by each secret, at most two",
  "packages/messaging/src/publisher.ts: batches": "a record's events, which fill few requests",
  "packages/worker/src/consumer.ts: running.keys()": "batches at once, an option of the worker",
  "packages/worker/src/worker.ts: consumers": "the reactions that there are",
  "packages/inventory/src/store/one-writer-per-bucket.ts: buckets":
    "an order's lines, at most 20; nothing is sent",
  "packages/webhooks/src/sweep.ts: sweeping.endpoints": "a stage's endpoints, at most ten (endpoints.ts)",
};

const rules = [...timeouts, ...sdks, ...concurrency];

/** Every anti-pattern in what ships, as `path:line: sentence`. */
export function antiPatternsIn(root: string): string[] {
  return [...shipped(root, "packages"), ...shipped(root, "stacks")].flatMap((path) =>
    antiPatternsOf(path, readFileSync(join(root, path), "utf8")),
  );
}

function antiPatternsOf(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const { literalOf, originsOf } = readNames(source);
  const isBounded = (what: string) => `${path}: ${what}` in bounded;
  const findings: string[] = [];
  const find = (node: ts.Node, sentence: string | undefined) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    if (sentence !== undefined) findings.push(`${path}:${line + 1}: ${sentence}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const use = { ...called(node, originsOf), node, path, originsOf, literalOf, isBounded };
      for (const rule of rules) find(node, rule(use));
    }
    if (ts.isVoidExpression(node)) find(node, forgottenWork(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const each of source.statements) find(each, sdkHandedOn(each, originsOf));
  return findings;
}

/** Sources without tests. */
function shipped(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory())
      return /^(node_modules|test|testing)$/.test(entry.name) ? [] : shipped(root, path);
    const isSource =
      /\.[cm]?[jt]sx?$/.test(path) &&
      !/(\.(test|suite|d)|\/testing|vitest(\.endpoints)?\.config)\.ts$/.test(path);
    return isSource ? [path] : [];
  });
}

if (import.meta.main) {
  const findings = antiPatternsIn(dirname(dirname(fileURLToPath(import.meta.url))));
  for (const each of findings) console.log(each);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
