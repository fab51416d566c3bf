// What goes with a tool that is deleted: `npx pnpm@12 exec node scripts/tools-of.ts NAME` prints it.
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

type Source = { path: string; imports: string[] };

/** The folder of a package, such as "tools/local", by its name in package.json. */
const folders: ReadonlyMap<string, string> = new Map(
  globSync("{packages/*,tools/*,stacks}/package.json", { cwd: root }).map((path) => [
    (JSON.parse(read(path)) as { name: string }).name,
    posix.dirname(path.replaceAll("\\", "/")),
  ]),
);

/** Every source with the folders of packages and the files that it imports, or reads by a path of its own. */
const sources: readonly Source[] = globSync("{packages,tools,stacks,scripts}/**/*.{ts,tsx}", {
  cwd: root,
  exclude: (path) => String(path).includes("node_modules"),
}).map((name) => {
  const path = name.replaceAll("\\", "/");
  const targets = read(path).matchAll(/(?:from |import\(|import |new URL\()\s*"([^"]+)"/g);
  return { path, imports: [...targets].map(([, target = ""]) => placeOf(path, target)) };
});

function placeOf(from: string, target: string): string {
  if (target.startsWith(".")) return posix.join(posix.dirname(from), target);
  const name = target.split("/").slice(0, 2).join("/");
  const folder = folders.get(name);
  return folder === undefined ? target : `${folder}/`;
}

export const tools: readonly string[] = [...folders.values()]
  .filter((folder) => folder.startsWith("tools/"))
  .map((folder) => folder.slice("tools/".length))
  .sort();

export const rootScripts = (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts;

export const scriptsOf = (tool: string): string[] =>
  Object.keys(rootScripts).filter((name) => rootScripts[name]?.includes(`tools/${tool}/`));

const isOf = (path: string, some: readonly string[]) =>
  some.some((tool) => path.startsWith(`tools/${tool}/`));
const isTest = (path: string) => /\.test\.tsx?$|\.suite\.ts$|\/test\/|\/testing\//.test(path);

/** The tools whose sources import this one, directly or by others; a tool's tests do not count. */
export function standOn(tool: string): string[] {
  const all = [tool];
  for (const each of all)
    for (const { imports, path } of sources) {
      const [, other] = /^tools\/([^/]+)\//.exec(path) ?? [];
      if (other === undefined || all.includes(other) || isTest(path)) continue;
      if (imports.some((target) => isOf(target, [each]))) all.push(other);
    }
  return all.slice(1).sort();
}

/** The tests of what stays that need a tool that goes, with their helpers. */
export function testsOver(gone: readonly string[]): string[] {
  const tests = new Set<string>();
  const isGone = (target: string) => isOf(target, gone) || tests.has(target);
  for (let size = -1; size < tests.size; ) {
    size = tests.size;
    for (const { imports, path } of sources)
      if (isTest(path) && !isOf(path, gone) && imports.some(isGone)) tests.add(path);
  }
  return [...tests].sort();
}

/** Sources that stay and import what goes. */
export function dangling(gone: readonly string[]): string[] {
  const tests = testsOver(gone);
  return sources
    .filter(({ path }) => !isOf(path, gone) && !tests.includes(path))
    .filter(({ imports }) => imports.some((each) => isOf(each, gone) || tests.includes(each)))
    .map(({ path }) => path);
}

/** The manifests that stay and name a package that goes. */
export function manifestsOver(gone: readonly string[]): string[] {
  return [...folders.values()]
    .filter((folder) => !isOf(`${folder}/`, gone))
    .map((folder) => `${folder}/package.json`)
    .filter((path) => gone.some((tool) => read(path).includes(`"@order-saga/${tool}"`)));
}

/** The jobs of the nightly workflow, by name. */
export const nightlyJobs: ReadonlyMap<string, string> = new Map(
  read(".github/workflows/nightly.yml")
    .split("\njobs:\n")[1]
    ?.split(/^(?= {2}[\w-]+:$)/m)
    .map((text) => [/^ {2}([\w-]+):$/m.exec(text)?.[1] ?? "", text]),
);

/** True if a text runs something of these tools. */
export const mentions = (text: string, some: readonly string[]): boolean =>
  some.some(
    (tool) =>
      text.includes(`tools/${tool}/`) ||
      new RegExp(`\\./tools/${tool}\\b`).test(text) ||
      scriptsOf(tool).some((script) => new RegExp(`pnpm@12 ${script}\\b`).test(text)),
  );

/** The jobs of the nightly workflow that run something of these tools. */
export const jobsOf = (gone: readonly string[]): string[] =>
  [...nightlyJobs.keys()].filter((job) => mentions(nightlyJobs.get(job) ?? "", gone)).sort();

if (import.meta.main) {
  const [tool = ""] = process.argv.slice(2);
  if (!tools.includes(tool)) {
    console.error(`There is no tool ${JSON.stringify(tool)}: name one of ${tools.join(", ")}`);
    process.exit(2);
  }
  const gone = [tool, ...standOn(tool)];
  const say = (what: string, names: readonly string[]) =>
    names.length > 0 && console.log(`${what}\n${names.map((name) => `  ${name}`).join("\n")}`);
  say(
    "Folders:",
    gone.map((each) => `tools/${each}`),
  );
  say("Root scripts in package.json:", gone.flatMap(scriptsOf));
  say("Jobs in .github/workflows/nightly.yml:", jobsOf(gone));
  say("Tests that need it:", testsOver(gone));
  say("Dependencies on it, a line in each:", manifestsOver(gone));
}
