// Links between documents lead somewhere, and the index of decisions names each once.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const documents = execFileSync("git", ["ls-files", "*.md", "**/*.md"], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n")
  .filter((path) => existsSync(join(root, path)));

/** Targets of links and pictures, without anchors, code and other sites. */
function linksOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8").replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/i.test(target));
}

test("every relative link of every document leads to a file", () => {
  const broken = documents.flatMap((path) =>
    linksOf(path)
      .filter((target) => !existsSync(join(root, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("the index of decisions names each once", () => {
  const folder = join(root, "docs/decisions");
  const files = readdirSync(folder).filter((file) => file !== "README.md");
  expect(linksOf("docs/decisions/README.md").toSorted()).toEqual(files.toSorted());
});

test("every decision has a title, a date and a cost", () => {
  const folder = join(root, "docs/decisions");
  const incomplete = readdirSync(folder)
    .filter((file) => file !== "README.md")
    .filter((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return !/^# .+\n\nDecided \d{4}-\d\d-\d\d\.\n[\s\S]+\*\*Cost:\*\* ./.test(text);
    });
  expect(incomplete).toEqual([]);
});
