// `pnpm check`, step licences: every installed package has a licence that asks for no more than to be named.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

const permissive = new Set([
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT"],
  ...["MIT-0", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib"],
]);

/** Packages that ask for more, and why they may be here all the same. */
const exceptions: ReadonlyMap<RegExp, string> = new Map([
  [/^lightningcss(-.+)?$/, "MPL-2.0: a tool of the tests, neither changed nor shipped"],
  [/^(axe-core|@axe-core\/playwright)$/, "MPL-2.0: a tool of the tests, neither changed nor shipped"],
  [/^caniuse-lite$/, "CC-BY-4.0: data that build tools read, not shipped"],
]);

export type Installed = { name: string; version: string; license?: unknown };

/** SPDX: any one of a choice is enough, and every one of a sum is asked. Nested choices are not read. */
export function isPermissive(licence: unknown): boolean {
  if (typeof licence !== "string") return false;
  const expression = licence.replace(/^\(|\)$/g, "");
  if (expression.includes("(")) return false;
  return expression
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((each) => permissive.has(each.trim())));
}

export function refusals(installed: readonly Installed[]): string[] {
  const isExcepted = ({ name }: Installed) => [...exceptions.keys()].some((pattern) => pattern.test(name));
  return installed
    .filter((each) => !isPermissive(each.license) && !isExcepted(each))
    .map(({ name, version, license }) => `${name}@${version}: ${JSON.stringify(license) ?? "no licence"}`);
}

/** pnpm keeps each version once, below its own folder; links beside it lead to other packages' folders. */
function installed(): Installed[] {
  const at = ["*/node_modules/*/package.json", "*/node_modules/@*/*/package.json"];
  const files = at.flatMap((pattern) => globSync(pattern, { cwd: join(root, "node_modules/.pnpm") }));
  const all = files.map(
    (file) => JSON.parse(readFileSync(join(root, "node_modules/.pnpm", file), "utf8")) as Installed,
  );
  return [...new Map(all.map((each) => [`${each.name}@${each.version}`, each])).values()];
}

if (import.meta.filename === process.argv[1]) {
  const found = installed();
  const refused = refusals(found);
  if (found.length < 100) refused.push(`only ${found.length} packages were found: run pnpm install`);
  for (const each of refused) console.error(each);
  if (refused.length > 0) console.error("Take another package, or name the reason in scripts/licences.ts.");
  console.log(`${found.length} packages read`);
  process.exitCode = refused.length > 0 ? 1 : 0;
}
