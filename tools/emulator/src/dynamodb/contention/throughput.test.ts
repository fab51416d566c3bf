// A partition, a table's ramp and an index take what AWS publishes, and no more.
import { beforeEach, expect, test } from "vitest";
import { createThroughput, type Demand, published, type Throttle } from "./throughput.ts";

const MINUTE = 60_000;
let time = 0;
beforeEach(() => {
  time = 0;
});
const throughput = (settings = {}) => createThroughput({ ...published, ...settings }, () => time);
const writing = (key: string, units = 1): Demand => ({ kind: "write", key, units });

/** How many of so many requests are taken at this moment, and what refused the first other one. */
function taken(takes: (index: number) => Throttle | undefined, count: number) {
  const throttles = Array.from({ length: count }, (_, index) => takes(index));
  const refused = throttles.filter((throttle) => throttle !== undefined);
  return { taken: count - refused.length, by: refused[0]?.by, reason: refused[0]?.reason };
}

test("an item takes 1,000 write units a second, and as many again a second later", () => {
  const table = throughput();
  const hot = () => table.take([writing("hot")]);
  const reason = "TableWriteKeyRangeThroughputExceeded";
  expect(taken(hot, 1500)).toEqual({ taken: 1000, by: "partition", reason });
  time += 500;
  expect(taken(hot, 1500).taken).toBe(500);
  time += 10_000;
  expect(taken(hot, 1500).taken).toBe(1000);
});

test("an item takes 3,000 read units a second", () => {
  const table = throughput();
  const read = () => table.take([{ kind: "read", key: "hot", units: 1 }]);
  expect(taken(read, 4000)).toMatchObject({ taken: 3000, reason: "TableReadKeyRangeThroughputExceeded" });
});

test("a new table takes 4,000 write units a second, whatever the keys", () => {
  const table = throughput();
  const { by, taken: count } = taken((index) => table.take([writing(`key-${index}`)]), 8000);
  expect(count).toBeGreaterThan(3900);
  expect(count).toBeLessThanOrEqual(4000);
  expect(["partition", "ramp"]).toContain(by);
});

test("a table that is warm takes what it was warmed for", () => {
  const table = throughput({ warm: { read: 12_000, write: 20_000 } });
  const { taken: count } = taken((index) => table.take([writing(`key-${index}`)]), 30_000);
  expect(count).toBeGreaterThan(19_000);
  expect(count).toBeLessThanOrEqual(20_000);
});

test("a table takes twice the peak of half an hour ago, and no more than the quota", () => {
  const table = throughput({ warm: { read: 10, write: 10 }, most: { read: 100, write: 30 } });
  const all = (count: number) => taken((index) => table.take([writing(`key-${index}`)]), count).taken;
  expect(all(100)).toBe(10);
  time += 29 * MINUTE;
  expect(all(100)).toBe(10);
  time += 2 * MINUTE;
  expect(all(100)).toBe(20);
  time += MINUTE;
  expect(all(100)).toBe(20);
  time += 31 * MINUTE;
  expect(all(100)).toBe(30);
});

test("what an index cannot take is refused as a whole, and costs the table nothing", () => {
  const table = throughput({ partition: { read: 10, write: 10 }, warm: { read: 40, write: 40 } });
  const both = (index: number) =>
    table.take([writing(`key-${index}`), { kind: "write", index: "due", key: "one shard", units: 1 }]);
  const spent = taken(both, 20);
  expect(spent).toEqual({ taken: 10, by: "partition", reason: "IndexWriteKeyRangeThroughputExceeded" });
  expect(taken((index) => table.take([writing(`other-${index}`)]), 100).taken).toBeGreaterThan(10);
});

test("a large request may take more than is left, and the next ones wait for it", () => {
  const table = throughput({ partition: { read: 10, write: 10 }, warm: { read: 10, write: 10 } });
  expect(table.take([writing("large", 35)])).toBeUndefined();
  time += 2000;
  expect(table.take([writing("large")])).toMatchObject({ by: "partition" });
  time += 1000;
  expect(table.take([writing("large")])).toBeUndefined();
});

test("what is charged is taken, too much or not", () => {
  const table = throughput({ partition: { read: 10, write: 10 }, warm: { read: 10, write: 10 } });
  table.charge([writing("key", 15)]);
  expect(table.take([writing("key")])).toBeDefined();
});
