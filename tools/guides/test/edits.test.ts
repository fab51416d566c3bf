// What the guides edit stands in this tree as they say. That the result works is tried every night.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocksOf, edited, root } from "../src/guide.ts";

const service = blocksOf("docs/add-a-service.md");
const reaction = blocksOf("docs/add-a-reaction.md");

test("each edit has its place, after those before it", () => {
  const texts = new Map<string, string>();
  for (const { code, language, path } of [...service, ...reaction]) {
    const text = () => texts.get(path) ?? readFileSync(join(root, path), "utf8");
    texts.set(path, language === "diff" ? edited(text(), code, path) : code);
  }
  expect(texts.size).toBeGreaterThan(10);
});

test("a service touches at most eight files outside its own package", () => {
  const outside = service.map(({ path }) => path).filter((path) => !path.startsWith("packages/shipping/"));
  expect([...new Set(outside)].length).toBeLessThanOrEqual(8);
});

test("a repository that has followed a guide stays as it is", () => {
  expect(edited("a\nx\nb\n", " a\n+x\n", "f")).toBe("a\nx\nb\n");
});

test("an edit that has no place, or two, is an error", () => {
  expect(edited("a\nb\n", " a\n+x\n", "f")).toBe("a\nx\nb\n");
  expect(() => edited("b\n", " a\n+x\n", "f")).toThrow(
    "The guide edits f where this does not stand exactly once",
  );
  expect(() => edited("a\na\n", " a\n+x\n", "f")).toThrow("exactly once");
});
