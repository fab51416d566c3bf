// The rules of a stock feed: what its rows change together, what that needs, and what is counted.
import { testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import type { Stock } from "../buckets.ts";
import type { Row } from "./csv.ts";
import {
  afterBatch,
  type Batch,
  batchOf,
  comparableSequencer,
  fitting,
  keptErrors,
  movesFor,
  refuse,
  waitingFeed,
} from "./feed.ts";
import { feedId } from "./testing.ts";

const delta = { column: "delta", delimiter: "," } as const;
const level = { column: "level", delimiter: "," } as const;
const row = (line: number, sku: string, value: number): Row => ({ line, sku, value });
const stock = (...available: number[]): Stock => available.map((each) => ({ available: each, given: 0 }));

describe("the rows of a batch", () => {
  const available = new Map([["TEA", 11]]);

  test("that change a SKU need as much as it is lowest in between", () => {
    const rows = [row(2, "TEA", -9), row(3, "TEA", 6)];
    expect(batchOf(rows, delta, available)).toStrictEqual({
      changes: [{ sku: "TEA", delta: -3, least: 9, lines: [2, 3] }],
      errors: [],
      applied: 2,
    });
  });

  test("that set a SKU's level rest on what was read of it", () => {
    const rows = [row(2, "TEA", 4), row(3, "TEA", 7)];
    expect(batchOf(rows, level, available).changes).toStrictEqual([
      { sku: "TEA", delta: -4, least: 7, lines: [2, 3], read: 11 },
    ]);
  });

  test("move into the head what is lowest in between of a change, and what a level takes in the end", () => {
    const buckets = new Map([["TEA", stock(3, 8)]]);
    const rows = [row(2, "TEA", -9), row(3, "TEA", 6)];
    const into = (quantity: number, below: number) => ({
      sku: "TEA",
      into: 0,
      from: [{ bucket: 1, quantity }],
      below,
    });
    expect(movesFor(batchOf(rows, delta, available), buckets)).toEqual([into(6, 9)]);
    const levels = [row(2, "TEA", 2), row(3, "TEA", 6)];
    expect(movesFor(batchOf(levels, level, available), buckets)).toEqual([into(2, 5)]);
  });

  test("are as many as fit: a level reads each bucket, a change the head alone", () => {
    const skus = ["TEA", "MUG", "POT", "CUP"];
    const rows = skus.map((sku, n) => ({ row: row(n + 2, sku, 7) }));
    const spread = new Map(
      skus.map((sku) => [sku, Array<Stock[number]>(32).fill({ available: 1, given: 1 })]),
    );
    expect(fitting(rows, level, spread)).toEqual(rows.slice(0, 3));
    expect(fitting(rows, delta, spread)).toEqual(rows);
  });
});

test("a feed that waits begins at its file's beginning, and nothing is counted", () => {
  expect(waitingFeed(feedId)).toStrictEqual({
    feedId,
    state: "WAITING",
    next: { offset: 0, line: 1 },
    rows: 0,
    applied: 0,
    refused: 0,
    batches: 0,
    errorItems: 0,
    events: {},
    version: 1,
  });
});

test("a sequencer is kept in one case and length, so that text order is the order of uploads", () => {
  expect(comparableSequencer("0062e99a")).toBe(`0062E99A${"0".repeat(56)}`);
});

describe("what is counted", () => {
  const next = { offset: 70, line: 5 };
  const errors = [{ line: 4, reason: "columns" } as const];
  const changes = [{ sku: "TEA", delta: 3, least: 0, lines: [2, 3] }];

  test.each<[Partial<Batch>, object]>([
    [
      { changes, applied: 2 },
      { applied: 2, refused: 0, batches: 1, errorItems: 0 },
    ],
    [{ errors }, { applied: 0, refused: 1, batches: 0, errorItems: 1 }],
    [
      { changes, errors, applied: 2 },
      { applied: 2, refused: 1, batches: 1, errorItems: 1 },
    ],
  ])("%j has items for its changes and for its errors, if it has any", (batch, counted) => {
    const feed = afterBatch(waitingFeed(feedId), { changes: [], errors: [], applied: 0, ...batch }, next);
    expect(feed).toMatchObject({ next, version: 2, ...counted });
  });

  test("a thousand errors are kept by line, however many a batch brings", () => {
    const seven = Array.from({ length: 7 }, (_, line) => ({ line, reason: "columns" }) as const);
    const kept = (refused: number) =>
      keptErrors({ ...waitingFeed(feedId), refused }, { changes: [], errors: seven, applied: 0 });
    expect([0, 993, 997, 1000, 1007].map((refused) => kept(refused).length)).toEqual([7, 7, 3, 0, 0]);
    expect(kept(997)).toEqual(seven.slice(0, 3));
  });

  test("a refusal before the file was read leaves the counts as they are", () => {
    const refused = refuse(waitingFeed(feedId), { reason: "too-large", now: testNow });
    expect(refused).toMatchObject({ state: "REFUSED", rows: 0, refused: 0 });
    expect(refused.events.StockFeedRefused?.data).toStrictEqual({ reason: "too-large" });
  });

  test("a refusal because of the rows says how many they are", () => {
    const counts = { rows: 7, refused: 5 };
    const refused = refuse(waitingFeed(feedId), { reason: "too-many-errors", now: testNow, ...counts });
    expect(refused).toMatchObject(counts);
    expect(refused.events.StockFeedRefused?.data).toStrictEqual({ reason: "too-many-errors", ...counts });
  });
});
