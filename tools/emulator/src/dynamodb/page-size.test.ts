// Pages of 25 items whose last but one is just small enough at AWS, and one byte more (dynalite's figures).
import { expect, test } from "vitest";
import { pageSizeOf } from "./page-size.ts";
import type { Item } from "./values.ts";

const MEGABYTE = 1024 * 1024;
const text = (length: number) => ({ S: "e".repeat(length) });
const two = (at: number) => ({ S: String(at).padStart(2, "0") });
const all = {
  c: { N: "12.3456" },
  d: { B: "AQI=" },
  e: { SS: ["a", "bc"] },
  f: { NS: ["1.23", "12.3"] },
  g: { BS: ["AQI=", "Ag==", "AQ=="] },
};
const hash = { name: "a", type: "S" } as const;
const range = { name: "b", type: "S" } as const;

/** The bytes of all items before the last. */
const bytes = (count: number, itemAt: (at: number) => Item, sortKey: typeof range | undefined) =>
  Array.from({ length: count - 1 }, (_, at) => itemAt(at)).reduce(
    (sum, item) => sum + pageSizeOf(item, { hash, range: sortKey }),
    0,
  );

const inRange = (length: number, last: number) => (at: number) => ({
  a: { S: "AAAAAAAAAA" },
  b: two(at),
  e: text(at === 23 ? last : length),
});
const inHash = (last: number) => (at: number) => ({
  a: two(at),
  b: text(at === 23 ? last : 43_411),
  ...(at === 23 && all),
});
const ofLongKeys = (last: number) => (at: number) => ({
  a: two(at),
  b: { S: String(at).padStart(7, "0") },
  z: text(at === 11 ? last : 86_647),
});

test.each([
  ["a query of texts", bytes(25, inRange(43_372, 43_387), range), bytes(25, inRange(43_372, 43_388), range)],
  ["a scan of all types", bytes(25, inHash(43_366), undefined), bytes(25, inHash(43_367), undefined)],
])("%s ends one item earlier with one byte more", (_, under, over) => {
  expect(under).toBeLessThan(MEGABYTE);
  expect(over).toBeGreaterThanOrEqual(MEGABYTE);
});

test("a long sort key takes its bytes again in each block", () => {
  expect(bytes(13, ofLongKeys(86_639), range)).toBeGreaterThanOrEqual(MEGABYTE);
  expect(bytes(13, (at) => ({ ...ofLongKeys(86_639)(at), b: { S: "0" } }), range)).toBeLessThan(MEGABYTE);
});
