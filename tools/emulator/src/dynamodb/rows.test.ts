// The stores in memory and in SQLite do the same for the same commits.
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { openTablesFile } from "./open-file.ts";
import { type Change, createMemoryRows, type Rows } from "./rows.ts";
import { createSqliteRows } from "./sqlite-rows.ts";
import { tablesFile } from "./tables.ts";

const inAFile = (directory: string, starts = 0) =>
  createSqliteRows(openTablesFile(tablesFile(directory), { starts }));

const kinds: Record<string, () => Rows> = {
  "in memory": createMemoryRows,
  "in a file": () => inAFile(directoryForTest()),
};

// Few, so that they meet; some that a text column or an order by code units would get wrong.
const key = fc.oneof(
  fc.constantFrom("a", "b", "b\u0001", "b\u0002", "b\u0001c", "é", "ÿ", ""),
  fc.integer({ min: 0, max: 2000 }).map(String),
);
const space = fc.constantFrom(1, 2);
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({ space, key, value: fc.oneof(fc.string(), fc.record({ n: fc.integer() })) }),
  },
  { weight: 6, arbitrary: fc.record({ space, key, remove: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.record({ space: fc.constant(2), clear: fc.constant(true as const) }) },
);

type Model = Map<number, Map<string, unknown>>;

function apply(model: Model, change: Change): void {
  const rows = model.get(change.space) ?? new Map();
  model.set(change.space, rows);
  if ("clear" in change) rows.clear();
  else if ("remove" in change) rows.delete(change.key);
  else rows.set(change.key, change.value);
}

const order = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

test.each(Object.entries(kinds))("rows %s are those of a model", (_, open) => {
  const rows = open();
  onTestFinished(() => rows.close());
  const model: Model = new Map();
  const commits = fc.array(change, { minLength: 1, maxLength: 40, size: "max" });
  fc.assert(
    fc.property(commits, key, key, space, fc.boolean(), (changes, one, other, where, isBackwards) => {
      rows.commit(changes);
      for (const each of changes) apply(model, each);
      expect(rows.get(where, one)).toEqual(model.get(where)?.get(one));
      const range = one < other ? { from: one, to: other } : { from: other, to: one };
      const wanted = [...(model.get(where) ?? [])]
        .filter(([key]) => key >= range.from && key < range.to)
        .sort(order);
      const found = [...rows.range(where, range, isBackwards)];
      expect(found).toEqual(isBackwards ? wanted.toReversed() : wanted);
    }),
    { numRuns: 400, endOnFailure: true },
  );
  // More than one block of keys.
  expect(model.get(1)?.size).toBeGreaterThan(600);
});

test("a commit that fails leaves nothing behind, and the next one is whole", () => {
  const directory = directoryForTest();
  const rows = inAFile(directory);
  rows.commit([{ space: 1, key: "a", value: 1 }]);
  const cannotBeKept: Change = { space: 1, key: "c", value: 1n };
  expect(() =>
    rows.commit([{ space: 1, key: "a", value: 2 }, { space: 1, key: "b", value: 2 }, cannotBeKept]),
  ).toThrow();
  expect([rows.get(1, "a"), rows.get(1, "b")]).toEqual([1, undefined]);
  rows.commit([{ space: 1, key: "b", value: 3 }]);
  rows.close();
  const again = inAFile(directory, 1);
  expect([again.get(1, "a"), again.get(1, "b")]).toEqual([1, 3]);
  again.close();
});
