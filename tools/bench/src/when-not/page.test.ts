// The page is what the recorded results say, and says so where another is ahead.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { pageFile, pageOf, readRecorded } from "./page.ts";

test("docs/when-not.md is made of the recorded results", async () => {
  expect(await readFile(pageFile, "utf8"), "pnpm when-not --write").toBe(pageOf(await readRecorded()));
});

test("a peer that is ahead is named", async () => {
  const recorded = await readRecorded();
  const ahead = { ordersPerSecond: 9999, alone: 1 };
  const contenders = { ...recorded.contenders, "Restate with calls": ahead };
  expect(pageOf({ ...recorded, contenders })).toContain("This saga is behind Restate with calls.");
});
