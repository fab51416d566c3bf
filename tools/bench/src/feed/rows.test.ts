// The rows of a feed and what is said of them agree, read by the shop's own reader.
import { isError, readHeader, readRow } from "@order-saga/inventory/feed/csv";
import { expect, test } from "vitest";
import { makeRows } from "./rows.ts";

test("valid rows, bad rows and sums are those of the file", () => {
  const { bad, csv, sums, valid } = makeRows(2000, ["TEA", "MUG"], 7);
  const [first = "", ...lines] = csv.trimEnd().split("\n");
  const header = readHeader(first);
  if (!header) throw new Error("The feed has no header.");
  const read = lines.flatMap((line, n) => readRow(line, n + 2, header) ?? []);
  const good = read.flatMap((row) => (isError(row) || row.sku.startsWith("SKU-OF") ? [] : [row]));
  expect(read).toHaveLength(2000);
  expect([good.length, read.length - good.length]).toEqual([valid, bad]);
  expect(bad).toBeGreaterThan(0);
  for (const [sku, sum] of sums)
    expect(good.reduce((total, row) => total + (row.sku === sku ? row.value : 0), 0)).toBe(sum);
});
