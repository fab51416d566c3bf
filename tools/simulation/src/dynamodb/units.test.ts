// Units as AWS's own examples count them.
import { expect, test } from "vitest";
import { indexWriteUnits, itemBytes, queryUnits, readUnits, writeUnits } from "./units.ts";

const ofBytes = (bytes: number) => ({ a: "x".repeat(bytes - 1) });

test("names count, numbers by their digits, lists and maps three bytes and one for each element", () => {
  expect(itemBytes({ pk: "ü" })).toBe(4);
  expect(itemBytes({ n: 27 })).toBe(3);
  expect(itemBytes({ n: -1234 })).toBe(5);
  expect(itemBytes({ t: true, u: undefined })).toBe(2);
  expect(itemBytes({ l: ["ab", "c"] })).toBe(1 + 3 + 3 + 2);
  expect(itemBytes({ m: { k: "v" } })).toBe(1 + 3 + 1 + 2);
});

test("a write is paid for every begun kilobyte of the larger item", () => {
  expect(writeUnits(undefined, ofBytes(1024))).toBe(1);
  expect(writeUnits(undefined, ofBytes(1025))).toBe(2);
  expect(writeUnits(ofBytes(4000), ofBytes(10))).toBe(4);
  expect(writeUnits(undefined, undefined)).toBe(1);
});

test("a read is paid for every begun four kilobytes, a query for its sum, halved", () => {
  expect(readUnits(ofBytes(4096))).toBe(1);
  expect(readUnits(ofBytes(4097))).toBe(2);
  expect(readUnits(undefined)).toBe(1);
  expect(queryUnits([])).toBe(0.5);
  expect(queryUnits([ofBytes(3000), ofBytes(3000)])).toBe(1);
});

test("an index is written when what it holds changes, and twice when its key does", () => {
  const index = { partitionKey: "shard", sortKey: "dueAt", projection: "keys" } as const;
  const item = { pk: "a", sk: "b", more: 1 };
  const due = { ...item, shard: "1", dueAt: "2026" };
  expect(indexWriteUnits(index, undefined, item)).toBe(0);
  expect(indexWriteUnits(index, undefined, due)).toBe(1);
  expect(indexWriteUnits(index, due, item)).toBe(1);
  expect(indexWriteUnits(index, due, { ...due, more: 2 })).toBe(0);
  expect(indexWriteUnits(index, due, { ...due, dueAt: "2027" })).toBe(2);
  expect(indexWriteUnits({ ...index, projection: "all" }, due, { ...due, more: 2 })).toBe(1);
});
