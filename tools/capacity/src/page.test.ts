// The page is current, and both ways to print say what it says.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { files } from "./page.ts";
import { atRate, overview } from "./report.ts";

test.each(Object.entries(files()))("%s is current: else run npx pnpm@12 capacity --write", (path, text) => {
  expect(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")).toBe(text);
});

test("pictures are well formed and say nothing that is not a number", () => {
  for (const [path, text] of Object.entries(files())) {
    expect(text, path).not.toMatch(/NaN|undefined|Infinity/);
    if (path.endsWith(".svg")) expect(text).toMatch(/^<svg [\s\S]+<\/svg>\n$/);
  }
});

test("an overview has a line for each rate and each limit that it breaks", () => {
  const text = overview({ region: "eu-west-1", skus: 1000 });
  for (const rate of ["1", "10", "100", "1,000", "10,000", "100,000"])
    expect(text).toMatch(new RegExp(`^ +${rate}  `, "m"));
  expect(text).toContain("Stripe, each operation");
});

test("one rate has every limit with its margin, settings and dollars", () => {
  const text = atRate(50, { region: "eu-west-1", skus: 1 });
  expect(text).toContain("0.5×");
  expect(text).toContain("STRIPE_PER_SECOND=50");
  expect(text).toContain("3 buckets each");
  expect(text).toMatch(/A month of it, all the time: [\d,]+ USD/);
});
