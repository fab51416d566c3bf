// The rules of a bulk: its parts, when it is looked at, when its result is said, and by whom.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { aBulk } from "../store/bulks.suite.ts";
import { minutes } from "../testing.ts";
import {
  type Bulk,
  causeOfRows,
  chunksOf,
  countPart,
  isCompleted,
  isWhole,
  lookedAt,
  noRows,
  partOf,
  partsOf,
  placeBulk,
  type Row,
  resultOf,
  rowsInPart,
  said,
  split,
  sumOf,
  type Tally,
  wouldComplete,
} from "./bulk.ts";

const at = (now: number) => new Date(now).toISOString();
const bulkOf = (count: number): Bulk => aBulk({ count }).bulk;
const cause = { causationId: anEvent("OrderConfirmed").id, now: testNow + 7000 };
const tally = (confirmed: number, rejected = 0, cancelled = 0, amount = 0): Tally => ({
  confirmed,
  rejected,
  cancelled,
  amount,
});
const counting = { errors: [], cause, staysDue: false };

test("a bulk is placed with its event, unsplit, and looked at in a minute", () => {
  const recipient = { personal: "sealed", addressVerified: true };
  const named = { bulkId: `bulk_${"7".repeat(32)}`, principal: "ada", fingerprint: "f", chunks: 3 };
  const bulk = placeBulk({ ...named, recipient, currency: "EUR", count: 107, now: testNow });
  expect(bulk).toStrictEqual({
    ...named,
    events: { BulkPlaced: bulk.events.BulkPlaced },
    isSplit: false,
    tallies: {},
    dueAt: at(testNow + minutes),
    version: 1,
  });
  expect(bulk.events.BulkPlaced).toMatchObject({
    type: "BulkPlaced",
    bulkId: named.bulkId,
    causationId: null,
    occurredAt: at(testNow),
    data: { count: 107, currency: "EUR", ...recipient },
  });
});

describe("the parts of a bulk", () => {
  test.each([
    [1, [1]],
    [99, [99]],
    [100, [100]],
    [101, [100, 1]],
    [207, [100, 100, 7]],
  ])("%i rows are counted by the hundred: %j", (count, sizes) => {
    const bulk = bulkOf(count);
    const parts = partsOf(bulk);
    expect(parts.map((part) => rowsInPart(bulk, part).length)).toEqual(sizes);
    expect(parts.flatMap((part) => rowsInPart(bulk, part))).toEqual(
      Array.from({ length: count }, (_, row) => row),
    );
    for (const part of parts) for (const row of rowsInPart(bulk, part)) expect(partOf(row)).toBe(part);
  });

  test("a part is whole once as many rows as it has were confirmed, rejected or cancelled", () => {
    const bulk = bulkOf(107);
    expect(isWhole(bulk, 1, tally(3, 3, 1))).toBe(true);
    expect(isWhole(bulk, 1, tally(3, 3))).toBe(false);
    expect(isWhole(bulk, 0, tally(90, 7, 3))).toBe(true);
  });

  test("the last part that is missing completes the bulk, and none does twice", () => {
    const bulk = bulkOf(207);
    expect(wouldComplete(bulk, 0)).toBe(false);
    const known = { ...bulk, tallies: { 0: noRows, 2: noRows } };
    expect([0, 1, 2].map((part) => wouldComplete(known, part))).toEqual([false, true, false]);
    expect(wouldComplete(countPart(known, { part: 1, tally: noRows, ...counting }), 1)).toBe(false);
  });

  test("are summed", () => {
    expect(sumOf([tally(3, 5, 7, 333), tally(11, 13, 17, 719)])).toEqual(tally(14, 18, 24, 1052));
    expect(sumOf([])).toEqual(noRows);
  });
});

describe("when it is looked at", () => {
  test("two minutes after its rows must have ended, once they have their tasks", () => {
    const bulk = split(bulkOf(7), testNow + 5 * minutes);
    expect(bulk).toMatchObject({ isSplit: true, dueAt: at(testNow + 7 * minutes), version: 2 });
    expect(split(bulk, testNow + 9 * minutes)).toBe(bulk);
  });

  test("two minutes after the last look", () => {
    expect(lookedAt(bulkOf(7), testNow)).toMatchObject({ dueAt: at(testNow + 2 * minutes), version: 2 });
  });

  test("never again once its result was said, though its tasks are recorded afterwards", () => {
    const completed = countPart(bulkOf(7), { part: 0, tally: tally(7), ...counting });
    expect(completed).not.toHaveProperty("dueAt");
    expect(split(completed, testNow)).toStrictEqual({ ...completed, isSplit: true, version: 3 });
  });

  test("still, if the sweep brought the result: it says it, and then not again", () => {
    const bulk = bulkOf(7);
    const completed = countPart(bulk, { part: 0, tally: tally(7), ...counting, staysDue: true });
    expect(completed).toMatchObject({ dueAt: bulk.dueAt, version: 2 });
    expect(said(completed)).not.toHaveProperty("dueAt");
    expect(said(completed).version).toBe(3);
  });
});

describe("the result", () => {
  const errors = Array.from({ length: 13 }, (_, row) => ({ row, reason: "out_of_stock" }));
  const half = countPart(bulkOf(107), { part: 0, tally: tally(90, 7, 3, 333), ...counting });

  test("is not there while a part is missing, and a part counts once", () => {
    expect(half).toMatchObject({ tallies: { 0: tally(90, 7, 3, 333) }, version: 2 });
    expect(half).toHaveProperty("dueAt");
    expect(isCompleted(half)).toBe(false);
    expect(countPart(half, { part: 0, tally: tally(100), ...counting })).toBe(half);
    expect(resultOf(half, cause)).toEqual([]);
  });

  test("has the sums of all parts, and the first ten rows that were not confirmed", () => {
    const whole = countPart(half, { part: 1, tally: tally(5, 1, 1, 719), ...counting, errors });
    expect(isCompleted(whole)).toBe(true);
    expect(whole.events.BulkPlaced).toEqual(half.events.BulkPlaced);
    expect(whole.events.BulkCompleted).toMatchObject({
      bulkId: half.bulkId,
      causationId: cause.causationId,
      occurredAt: at(cause.now),
    });
    expect(whole.events.BulkCompleted?.data).toEqual({
      count: 107,
      confirmed: 95,
      rejected: 8,
      cancelled: 4,
      currency: "EUR",
      amount: 1052,
      firstErrors: errors.slice(0, 10),
    });
  });

  test("is said by the order's end that brought it, and by no other", () => {
    const whole = countPart(half, { part: 1, tally: tally(7), ...counting });
    expect(whole).not.toHaveProperty("completedBy");
    expect(resultOf(whole, cause)).toEqual([whole.events.BulkCompleted]);
    expect(resultOf(whole, { ...cause, causationId: "another" })).toEqual([]);
  });

  test("is said by the refused row that brought it, and by no other row of the bulk", () => {
    const ofRow = { ...causeOfRows(half, testNow), row: 0 };
    const whole = countPart(half, { part: 1, tally: tally(7), ...counting, cause: ofRow });
    expect(whole.completedBy).toBe(0);
    expect(whole.events.BulkCompleted?.causationId).toBe(half.events.BulkPlaced.id);
    expect(resultOf(whole, ofRow)).toEqual([whole.events.BulkCompleted]);
    expect(resultOf(whole, { ...ofRow, row: 7 })).toEqual([]);
    expect(resultOf(whole, causeOfRows(half, testNow))).toEqual([]);
  });
});

describe("the items that keep the rows", () => {
  /** A row of so many bytes as JSON. */
  function rowOf(row: number, bytes: number): Row {
    const empty = { row, orderId: "", lines: [], paymentMethod: "pm", sealedReference: "" };
    const length = bytes - Buffer.byteLength(JSON.stringify(empty));
    return { ...empty, sealedReference: "x".repeat(length) };
  }
  const sizes = (...bytes: number[]) => chunksOf(bytes.map((each, row) => rowOf(row, each)));

  test("hold 300,000 bytes each, in the order of the rows", () => {
    expect(sizes(150_001, 149_999, 7000, 293_000, 7000).map((rows) => rows.map(({ row }) => row))).toEqual([
      [0, 1],
      [2, 3],
      [4],
    ]);
    expect(sizes(150_001, 150_000).map((rows) => rows.length)).toEqual([1, 1]);
  });

  test("count bytes, not letters, and each row's own", () => {
    const rows = [0, 1].map((row) => ({ ...rowOf(row, 7000), sealedReference: "é".repeat(80_000) }));
    expect(chunksOf(rows)).toHaveLength(2);
    expect(sizes(99_999, 99_999, 99_999, 99_999).map((each) => each.length)).toEqual([3, 1]);
    expect(chunksOf([])).toEqual([]);
  });
});
