// Rules about the text of the sources that neither the linter nor the cruiser knows.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

type File = { path: string; lines: string[] };

/** Says what is wrong with a line, if something is. */
type Rule = (line: string, path: string) => string | undefined;

const COMMENT_COLUMNS = 110;

const rules: readonly Rule[] = [
  function wideComment(line, path) {
    const isComment = /\.(yml|sh)$|^\.ci\//.test(path)
      ? /^\s*#/.test(line)
      : isSource(path) && /^\s*(\/\/|\/?\*)|[;,{}()[\]] \/\/ /.test(line);
    if (isComment && line.length > COMMENT_COLUMNS)
      return `this comment ends in column ${line.length}, at most ${COMMENT_COLUMNS} are read: shorten or wrap it`;
    return undefined;
  },
  function codeFromText(line, path) {
    if (isSource(path) && /\bnew\s+Function\s*\(/.test(line))
      return "code that is made from text at run time cannot be read or checked: write it down";
    return undefined;
  },
  function moneyByCustom(line, path) {
    if (isSource(path) && path !== "packages/contracts/src/currencies.ts" && /style:\s*"currency"/.test(line))
      return "Intl's digits of a currency are customs, not ISO 4217: write money with contracts' moneyFormat";
    return undefined;
  },
  function importAcrossPackages(line, path) {
    const [, target] = /(?:^(?:import|export|\}).*\bfrom |^import |\bimport\()"(\.[^"]*)"/.exec(line) ?? [];
    // What every package's tests have in common is the root's, which is no package.
    if (target === undefined || !isSource(path) || /\/vitest(\.endpoints)?\.config\.ts$/.test(path))
      return undefined;
    const own = packageOf(path);
    if (own === undefined || packageOf(posix.join(posix.dirname(path), target)) === own) return undefined;
    return `a relative import leaves ${own}: import @order-saga/… and declare it in package.json`;
  },
  function commandOfNewNodeOnly(line) {
    if (/(?<!exec )\bnode (--\S+ )*(packages|tools|scripts)\/\S+\.ts\b/.test(line))
      return "Node 20 cannot run a .ts file: name the root script, such as npx pnpm@12 generate, or say npx pnpm@12 exec node …";
    return undefined;
  },
];

const isSource = (path: string) => /\.(ts|tsx|mjs|css|grit|jsonc)$/.test(path);
const packageOf = (path: string) => /^(packages\/[^/]+|tools\/[^/]+|stacks|scripts)\//.exec(path)?.[1];

/** Every finding in a tree, as `path:line: sentence`. */
export function findingsIn(root: string): string[] {
  const files = filesIn(root).map((path) => ({
    path,
    lines: readFileSync(join(root, path), "utf8").split("\n"),
  }));
  const inLines = files.flatMap(({ lines, path }) =>
    lines.flatMap((line, index) =>
      rules.flatMap((rule) => {
        const sentence = rule(line, path);
        return sentence === undefined ? [] : [`${path}:${index + 1}: ${sentence}`];
      }),
    ),
  );
  return [...inLines, ...loopsOfAttempts(files), ...dependenciesOnTools(root)];
}

/** Optimistic writes are retried by one function of messaging, and by no loop of a service. */
function loopsOfAttempts(files: readonly File[]): string[] {
  const services = files.flatMap(({ path }) => /^(packages\/[^/]+\/)src\/service\.ts$/.exec(path)?.[1] ?? []);
  const loops = files.flatMap(({ lines, path }) =>
    lines.flatMap((line, index) =>
      /for \(let attempt\b/.test(line) ? [{ path, place: `${path}:${index + 1}` }] : [],
    ),
  );
  const inKit = loops.filter(({ path }) => path.startsWith("packages/messaging/"));
  const inServices = loops.filter(({ path }) => services.some((service) => path.startsWith(service)));
  return [...inServices, ...inKit.slice(1)].map(
    ({ place }) => `${place}: a second loop of attempts: call messaging's function for optimistic writes`,
  );
}

/** What ships must install without tools; a port's test may have one as a devDependency. */
function dependenciesOnTools(root: string): string[] {
  const tools = new Set(manifestsIn(root, "tools").map(({ manifest }) => manifest.name));
  return [
    ...manifestsIn(root, "packages"),
    ...manifestsIn(root, ".").filter(({ path }) => path.startsWith("stacks/")),
  ].flatMap(({ manifest, path }) =>
    Object.keys(manifest.dependencies ?? {})
      .filter((name) => tools.has(name))
      .map(
        (name) => `${path}: what ships depends on the tool ${name}: make it a devDependency of a port's test`,
      ),
  );
}

type Manifest = { name: string; dependencies?: Record<string, string> };

function manifestsIn(root: string, folder: string): { path: string; manifest: Manifest }[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .map((name) => posix.join(folder, name, "package.json"))
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ path, manifest: JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest }));
}

const generated = ["packages/client/src/schema.ts"];
const read = /\.(ts|tsx|mjs|css|grit|jsonc|yml|sh|md)$|^\.ci\//;

function filesIn(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      const isOurs = !entry.name.startsWith(".") || entry.name === ".ci" || entry.name === ".github";
      return isOurs && entry.name !== "node_modules" ? filesIn(root, path) : [];
    }
    return entry.isFile() && read.test(path) && !generated.includes(path) ? [path] : [];
  });
}

if (import.meta.main) {
  const findings = findingsIn(dirname(dirname(fileURLToPath(import.meta.url))));
  for (const each of findings) console.log(each);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
