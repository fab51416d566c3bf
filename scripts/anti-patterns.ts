// Finds calls without a time limit, provider calls outside adapters, and work without a limit of concurrency.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A call or an object's creation, and the file that it is in. */
type Use = { node: ts.CallExpression | ts.NewExpression; name: string; path: string; imports: Imports };
/** By local name, the module that it comes from and its name there. */
type Imports = ReadonlyMap<string, { from: string; as: string }>;

/** A sentence if this use is an anti-pattern. */
type Rule = (use: Use) => string | undefined;

/**
 * What is worked on side by side although its length is no constant of the file: who bounds it, and by how
 * much. By `file: what is worked on`.
 */
export const bounded: Readonly<Record<string, string>> = {
  "packages/messaging/src/reaction.ts: Records": "a batch, at most 10 (the manifest's batchSize)",
  "packages/messaging/src/sweep.ts: { length: atOnce }": "so many workers, a setting of each sweep",
  "packages/orders/src/acceptance.ts: ids": "an order's id by each secret, at most two",
  "packages/orders/src/store/bulks-dynamodb.ts: ids": "a bulk's id by each secret, at most two",
  "packages/orders/src/store/dynamodb.ts: [orderId, ...otherIds]":
    "an order's id by each secret, at most two",
  "packages/messaging/src/publisher.ts: split(entries)": "a record's events, which fill few requests",
  "packages/worker/src/consumer.ts: running.keys()": "batches at once, an option of the worker",
  "packages/worker/src/worker.ts: consumers": "the reactions that there are",
  "packages/inventory/src/store/one-writer-per-sku.ts: skus": "an order's lines, at most 20; nothing is sent",
};

const clientSettings = "clientSettings";
const isHttpModule = (from?: string) => /^(node:)?https?$/.test(from ?? "");
const knowsHttp = (imports: Imports) => [...imports.values()].some(({ from }) => isHttpModule(from));
/** Where a service may speak to the world: the folder of a port, not a rule and not a function. */
const adapter = /^packages\/[^/]+\/src\/(?!functions\/)[^/]+\/[^/]+\.ts$/;
/** The storefront's client runs in a browser, whose user is the limit; it takes the caller's signal. */
const isBrowser = (path: string) => path.startsWith("packages/client/");

const rules: readonly Rule[] = [
  function unansweredFetch({ name, node, path }) {
    if (!/^(globalThis\.|window\.)?fetch$/.test(name) || isBrowser(path)) return undefined;
    if (!adapter.test(path)) return "fetch outside an adapter: call the outside world in a port's own folder";
    return has(node.arguments?.[1], "signal")
      ? undefined
      : "fetch without a signal: add signal: AbortSignal.timeout(…), below the function's timeout";
  },
  function unansweredRequest({ imports, name, node }) {
    const [first = "", member] = name.split(".");
    const of = imports.get(first);
    const method = member ?? of?.as ?? first;
    const isHttp = member === undefined && of === undefined ? knowsHttp(imports) : isHttpModule(of?.from);
    if (!isHttp || !/^(request|get)$/.test(method)) return undefined;
    if (node.arguments?.some((each) => has(each, "signal") || has(each, "timeout"))) return undefined;
    return `${name} without signal or timeout: an answer that never comes keeps the function until it is killed`;
  },
  function clientWithoutLimit({ imports, name, node }) {
    const { as = "", from = "" } = imports.get(name) ?? {};
    if (!ts.isNewExpression(node) || !/^@aws-sdk\/client-/.test(from) || !/^[A-Z]/.test(as)) return undefined;
    if (/(Command|Exception|Error)$/.test(as)) return undefined;
    const [given] = node.arguments ?? [];
    if (given?.getText() === clientSettings || has(given, "requestHandler")) return undefined;
    if (given && ts.isObjectLiteralExpression(given) && spreads(given, clientSettings)) return undefined;
    return `new ${name} without a time limit: give it ${clientSettings} of @order-saga/messaging/client-settings`;
  },
  function providerClientWithoutLimit({ imports, name, node, path }) {
    if (!ts.isNewExpression(node) || !/^stripe(\/|$)/.test(imports.get(name)?.from ?? "")) return undefined;
    if (!adapter.test(path))
      return `new ${name} outside an adapter: the provider is known to its gateway only`;
    return node.arguments?.some((each) => has(each, "timeout"))
      ? undefined
      : `new ${name} without a timeout: Stripe's client waits 80 s, longer than any function`;
  },
  function unboundedWork({ name, node, path }) {
    if (!/^Promise\.(all|allSettled|any|race)$/.test(name)) return undefined;
    const [given] = node.arguments ?? [];
    const what = given && unboundedPart(given);
    if (what === undefined || `${path}: ${what}` in bounded) return undefined;
    return `${name} over ${what}, of which nothing here says how many there are: work in pieces, or name its bound in scripts/anti-patterns.ts`;
  },
  function forgottenWork({ name, node }) {
    const [work] = node.arguments ?? [];
    const isAsync =
      work &&
      (ts.isArrowFunction(work) || ts.isFunctionExpression(work)) &&
      work.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
    return /\.forEach$/.test(name) && isAsync
      ? "forEach with an async function: all of it begins at once, and none of it is awaited"
      : undefined;
  },
];

/** What is not of a length that the file itself says: no list written down, no constant number of workers. */
function unboundedPart(given: ts.Expression): string | undefined {
  if (ts.isArrayLiteralExpression(given)) {
    const open = given.elements.find(ts.isSpreadElement);
    return open && textOf(open.expression);
  }
  if (!ts.isCallExpression(given)) return textOf(given);
  const called = textOf(given.expression);
  if (called === "Array.from") {
    const [length] = given.arguments;
    return length && isConstantLength(length) ? undefined : textOf(length ?? given);
  }
  if (!ts.isPropertyAccessExpression(given.expression) || given.expression.name.text !== "map")
    return textOf(given);
  const list = given.expression.expression;
  return ts.isArrayLiteralExpression(list) && !list.elements.some(ts.isSpreadElement)
    ? undefined
    : textOf(list);
}

/** `{ length: 8 }` or `{ length: AT_ONCE }`, a constant by its name. */
const isConstantLength = (given: ts.Expression) => /^\{ length: (\d+|[A-Z][A-Z\d_]*) \}$/.test(textOf(given));

const textOf = (node: ts.Node) => node.getText().replace(/\s+/g, " ");

/** A property of this name in an object literal; of anything else it is not known, so it counts as absent. */
function has(given: ts.Expression | undefined, property: string): boolean {
  return (
    given !== undefined &&
    ts.isObjectLiteralExpression(given) &&
    given.properties.some((each) => each.name?.getText() === property)
  );
}

const spreads = (given: ts.ObjectLiteralExpression, name: string) =>
  given.properties.some((each) => ts.isSpreadAssignment(each) && each.expression.getText() === name);

/** Every anti-pattern in what ships, as `path:line: sentence`. */
export function antiPatternsIn(root: string): string[] {
  return [...shipped(root, "packages"), ...shipped(root, "stacks")].flatMap((path) =>
    antiPatternsOf(path, readFileSync(join(root, path), "utf8")),
  );
}

function antiPatternsOf(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports = importsOf(source);
  const findings: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const use = { node, name: textOf(node.expression), path, imports };
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      for (const rule of rules) {
        const sentence = rule(use);
        if (sentence !== undefined) findings.push(`${path}:${line + 1}: ${sentence}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

function importsOf(source: ts.SourceFile): Imports {
  const imports = new Map<string, { from: string; as: string }>();
  for (const each of source.statements.filter(ts.isImportDeclaration)) {
    const from = (each.moduleSpecifier as ts.StringLiteral).text;
    const { name, namedBindings } = each.importClause ?? {};
    if (name) imports.set(name.text, { from, as: "default" });
    if (namedBindings && ts.isNamespaceImport(namedBindings))
      imports.set(namedBindings.name.text, { from, as: "*" });
    if (namedBindings && ts.isNamedImports(namedBindings))
      for (const { name, propertyName } of namedBindings.elements)
        imports.set(name.text, { from, as: (propertyName ?? name).text });
  }
  return imports;
}

/** Sources without tests. */
function shipped(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory())
      return /^(node_modules|test|testing)$/.test(entry.name) ? [] : shipped(root, path);
    const isSource = /\.tsx?$/.test(path) && !/(\.(test|suite|d)|\/testing|vitest\.config)\.ts$/.test(path);
    return isSource ? [path] : [];
  });
}

if (import.meta.main) {
  const findings = antiPatternsIn(dirname(dirname(fileURLToPath(import.meta.url))));
  for (const each of findings) console.log(each);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
