// Reads a guide's code blocks and applies those that name a file to a copy of the repository.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export type Block = { language: string; path: string; code: string };

/** The blocks whose info string names a file: ` ```ts packages/x/src/y.ts `. */
export function blocksOf(guide: string): Block[] {
  const text = readFileSync(join(root, guide), "utf8");
  return [...text.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", path = "", code = ""]) => ({ language, path, code }),
  );
}

/** A copy of every file that Git knows, with the installed packages linked into it. */
export function copyOfRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), "guide-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  for (const file of files.trim().split("\n"))
    if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const folders = ["packages", "tools"].flatMap((floor) =>
    readdirSync(join(copy, floor)).map((name) => join(floor, name)),
  );
  for (const folder of [...folders, "stacks"]) {
    // Links between packages are relative, so in the copy they lead to the copy.
    const modules = join(folder, "node_modules");
    if (existsSync(join(root, modules)))
      cpSync(join(root, modules), join(copy, modules), { recursive: true, verbatimSymlinks: true });
  }
  return copy;
}

/** Writes or edits a block's file; links a manifest's dependencies. Throws if an edit has no place. */
export function apply({ language, path, code }: Block, copy: string): void {
  const file = join(copy, path);
  if (language === "diff") writeFileSync(file, edited(readFileSync(file, "utf8"), code, path));
  else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  if (path.endsWith("/package.json")) linkDependencies(dirname(path), copy);
}

/** A diff without line numbers: what it keeps and removes has to stand in the text once. */
export function edited(text: string, diff: string, path: string): string {
  const lines = diff.trimEnd().split("\n");
  const side = (removed: string) =>
    lines
      .filter((line) => !line.startsWith(removed))
      .map((line) => line.slice(1))
      .join("\n");
  const [before, after] = [side("+"), side("-")];
  // A repository that has followed the guide stays as it is.
  if (text.includes(after) && !before.includes(after)) return text;
  if (text.split(before).length !== 2)
    throw new Error(`The guide edits ${path} where this does not stand exactly once:\n${before}`);
  return text.replace(before, () => after);
}

/** As an installation would, from what other packages have installed already. */
function linkDependencies(folder: string, copy: string): void {
  const manifest = JSON.parse(readFileSync(join(copy, folder, "package.json"), "utf8"));
  const wanted: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const name of Object.keys(wanted)) {
    const link = join(copy, folder, "node_modules", name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target(name, copy), link);
  }
}

function target(name: string, copy: string): string {
  const own = name.replace(/^@order-saga\//, "");
  const folders = ["packages", "tools"].map((floor) => join(copy, floor, own));
  const found = own === name ? installed(name, copy) : folders.find((folder) => existsSync(folder));
  // A package that the guide writes later is linked before it is there.
  return found ?? join(copy, "packages", own);
}

function installed(name: string, copy: string): string {
  const found = readdirSync(join(copy, "packages"))
    .map((each) => join(copy, "packages", each, "node_modules", name))
    .find((path) => existsSync(path));
  if (!found) throw new Error(`No package has ${name} installed.`);
  return found;
}
