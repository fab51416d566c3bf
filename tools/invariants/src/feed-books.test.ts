// A stock feed's records in a table, and what breaks an invariant there.
import { feedBatch, feedErrors } from "@order-saga/protocol/feed-records";
import { feedRecord } from "@order-saga/protocol/records";
import { expect, test } from "vitest";
import { feedsIn } from "./feed-books.ts";
import { feedViolations, feedViolationsAtRest } from "./feeds.ts";

const feedId = "feed_0d9e8f7a6b5c4d3e2f1a0b9c4f3c2a1b";

const head = (more: object) => ({
  ...feedRecord.key(feedId),
  ...{ state: "IMPORTED", rows: 4, applied: 3, refused: 1, events: {}, version: 3 },
  ...more,
});
const batch = (number: number, ...lines: number[]) => ({
  ...feedBatch.key(feedId, number),
  changes: [{ sku: "TEA-SENCHA", delta: lines.length, least: 0, lines }],
});
const errors = { ...feedErrors.key(feedId, 1), errors: [{ line: 5, reason: "unknown_sku" }] };

function brokenIn(items: readonly object[]): string[] {
  const feeds = feedsIn(items as Parameters<typeof feedsIn>[0]);
  return feeds.flatMap(feedViolationsAtRest).map(({ invariant }) => invariant);
}

test("a feed is gathered from its items, and holds", () => {
  const items = [batch(2, 4), errors, head({}), batch(1, 2, 3), { pk: "SKU#TEA-SENCHA", sk: "STOCK" }];
  const [feed, ...more] = feedsIn(items);
  expect(more).toEqual([]);
  expect(feed?.changes.map(({ lines }) => lines)).toEqual([[2, 3], [4]]);
  expect(brokenIn(items)).toEqual([]);
  expect(feedsIn(items).flatMap(feedViolations)).toEqual([]);
});

test("a row that counts twice, one that is forgotten, and a feed left in the middle are found", () => {
  expect(brokenIn([head({}), batch(1, 2, 3), batch(2, 3), errors])).toContain("F1");
  expect(brokenIn([head({}), batch(1, 2, 3), errors])).toContain("F2");
  expect(brokenIn([head({ rows: 5 }), batch(1, 2, 3), batch(2, 4), errors])).toEqual(["F2"]);
  expect(brokenIn([head({ state: "IMPORTING" }), batch(1, 2, 3), batch(2, 4), errors])).toEqual(["F3"]);
});

test("a feed whose file never came waits, and breaks nothing", () => {
  expect(brokenIn([head({ state: "WAITING", rows: 0, applied: 0, refused: 0 })])).toEqual([]);
});
