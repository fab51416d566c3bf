// Tables of the documents that name files, checks and commands: each of them is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const rowsOf = (text: string) => text.split("\n").filter((line) => /^\| /.test(line));
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** What stands in backticks and looks like a path. */
const pathsIn = (text: string) =>
  [...text.matchAll(/`((?:packages|tools|stacks|scripts|docs|\.dependency)[^`\s]*)`/g)].map(
    ([, path = ""]) => path,
  );

/** Root scripts that are called in backticks. */
const commandsIn = (text: string) =>
  [...text.matchAll(/`(?:npx )?pnpm(?:@12)? (?:-s )?([a-z-]+)[^`]*`/g)].map(([, name = ""]) => name);

test("each check of an anti-pattern is there, and so is the test that plants it", () => {
  const text = rowsOf(read("docs/anti-patterns.md")).join("\n");
  expect(pathsIn(text).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const folder = "tools/synthesis/src/promises";
  const promises = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(join(folder, file)))
    .join("\n");
  const quoted = [...text.matchAll(/"([^"|]+?)(?: …)?"/g)].map(([, says = ""]) => says);
  expect(quoted.length).toBeGreaterThan(0);
  expect(quoted.filter((says) => !promises.includes(says))).toEqual([]);
  const boundaries = [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name = ""]) => name);
  expect(boundaries.filter((name) => !read(".dependency-cruiser.mjs").includes(`"${name}"`))).toEqual([]);
});

test("each pattern of the README is where it says, and its command is a root script", () => {
  const [, part = ""] = read("README.md").split("## The patterns\n");
  const rows = rowsOf(part.split("\n## ")[0] ?? "");
  const links = rows.flatMap((row) => [...row.matchAll(/\]\(([^)#]+)/g)].map(([, path = ""]) => path));
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(commandsIn(rows.join("\n")).filter((name) => !(name in scripts))).toEqual([]);
  const withoutCommand = rows.slice(2).filter((row) => commandsIn(row).length === 0);
  expect(withoutCommand).toEqual([]);
});
