// Stock feeds over memory: any cut, crash, repetition and order of deliveries is the sum of the valid rows.
import { createHash } from "node:crypto";
import type { Upload } from "@order-saga/messaging/message";
import { bucketId } from "@order-saga/protocol/stock";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { waitingFeed } from "./feed.ts";
import { uploadIdOf } from "./import.ts";
import { anUploadOf, aWorld, deliverUntilDone, feedId } from "./testing.ts";

test("rows change stock; bad ones are reported by line and stop nothing", async () => {
  const world = aWorld();
  world.store.free.set("TEA", 10).set("MUG", 5);
  const csv =
    '\uFEFFSKU,Delta\r\nTEA,5\r\n\r\nMUG,-6\r\nNONE,1\r\nTEA,x\r\n"TEA",-3\r\nTEA\r\nMUG,2000000\r\nMUG,-5';
  const upload = anUploadOf(csv);
  world.files.put("version-1", csv);
  await world.store.create(waitingFeed(feedId));
  const said = await world.deliver(upload);
  expect([...world.store.free]).toEqual([
    ["TEA", 12],
    ["MUG", 0],
  ]);
  const sha256 = createHash("sha256").update(csv).digest("hex");
  expect(said).toMatchObject([
    { type: "StockFeedImported", feedId, data: { rows: 8, applied: 3, refused: 5, sha256 } },
  ]);
  expect((await world.view()).errors).toEqual([
    { line: 4, sku: "MUG", reason: "below_zero" },
    { line: 5, sku: "NONE", reason: "unknown_sku" },
    { line: 6, sku: "TEA", reason: "not_an_integer" },
    { line: 8, reason: "columns" },
    { line: 9, sku: "MUG", reason: "out_of_range" },
  ]);
  expect(await world.deliver(upload)).toEqual(said);
  expect(world.store.free.get("TEA")).toBe(12);
});

test("a level sets what is available, whatever an order takes between reading and writing", async () => {
  const world = aWorld();
  world.store.free.set("TEA", 10);
  const { stock } = world.feeds;
  let orders = 2;
  world.feeds.stock = async (skus) => {
    const read = await stock(skus);
    if (orders-- > 0) world.store.free.set("TEA", (world.store.free.get("TEA") ?? 0) - 1);
    return read;
  };
  const csv = "sku;level\nTEA;3\nTEA;7\n";
  world.files.put("version-1", csv);
  await deliverUntilDone(world, anUploadOf(csv));
  expect(orders).toBeLessThan(0);
  expect(world.store.free.get("TEA")).toBe(7);
});

/** SKUs whose buckets have so much, the head first. */
function spread(world: ReturnType<typeof aWorld>, available: readonly number[], ...skus: string[]) {
  for (const sku of skus) {
    world.store.buckets.set(sku, available.length);
    for (const [bucket, each] of available.entries()) world.store.free.set(bucketId(sku, bucket), each);
  }
  return (sku: string) =>
    available.reduce((sum, _, bucket) => sum + (world.store.free.get(bucketId(sku, bucket)) ?? 0), 0);
}

test.each([
  ["a level above the sum", "level", 12, 12],
  ["a level below what the head has", "level", 8, 8],
  ["a level below what all others have", "level", 2, 2],
  ["a delta that the head can serve", "delta", -3, 7],
  ["a delta beyond the head", "delta", -9, 1],
])("%s over several buckets leads to the sum that it means", async (_, column, value, after) => {
  const world = aWorld();
  const sum = spread(world, [3, 5, 0, 2], "TEA");
  const csv = `sku,${column}\nTEA,${value}\n`;
  world.files.put("version-1", csv);
  await deliverUntilDone(world, anUploadOf(csv));
  expect(sum("TEA")).toBe(after);
  expect(Math.min(...world.store.free.values())).toBeGreaterThanOrEqual(0);
});

test("levels of SKUs of thirty-two buckets go three into a transaction, and their deltas all into one", async () => {
  const skus = ["A", "B", "C", "D", "E", "F", "G"];
  for (const [column, batches] of [
    ["level", 3],
    ["delta", 1],
  ] as const) {
    const world = aWorld();
    const sum = spread(world, Array(32).fill(1), ...skus);
    const csv = `sku,${column}\n${[...skus, ...skus].map((sku) => `${sku},40\n`).join("")}`;
    world.files.put("version-1", csv);
    await deliverUntilDone(world, anUploadOf(csv));
    expect(skus.map(sum)).toEqual(skus.map(() => (column === "level" ? 40 : 112)));
    if (column === "delta") expect(world.store.batches).toHaveLength(batches);
    for (const { changes } of world.store.batches)
      expect(changes.length).toBeLessThanOrEqual(column === "level" ? 3 : 7);
    expect((await world.view(`feed_${uploadIdOf(anUploadOf(csv))}`)).applied).toBe(14);
  }
});

describe("refused by name, and nothing changes", () => {
  test.each([
    ["not-a-feed", "name,price\nTEA,1\n"],
    ["not-a-feed", "sku,delta,level\nTEA,1,1\n"],
    ["not-a-feed", Buffer.from([0, 1, 2, 255, 10])],
    ["too-many-errors", "sku,delta\nTEA,1\nTEA,x\nMUG,1\n"],
  ])("%s", async (reason, content) => {
    const world = aWorld();
    world.store.free.set("TEA", 1);
    world.files.put("version-1", content);
    await world.store.create(waitingFeed(feedId));
    expect(await world.deliver(anUploadOf(content))).toMatchObject([
      { type: "StockFeedRefused", data: { reason } },
    ]);
    expect(await world.view()).toMatchObject({ status: "REFUSED", reason, applied: 0 });
    expect(world.store.free.get("TEA")).toBe(1);
  });

  test("too large, gone, and older than another of its key", async () => {
    const world = aWorld();
    world.store.free.set("TEA", 1);
    const csv = "sku,delta\nTEA,1\n";
    const refusal = async (upload: Upload) => (await world.deliver(upload)).map(({ data }) => data);
    expect(await refusal(anUploadOf(csv, { key: "feeds/a.csv", bytes: 50_000_001 }))).toEqual([
      { reason: "too-large" },
    ]);
    expect(await refusal(anUploadOf(csv, { key: "feeds/b.csv" }))).toEqual([{ reason: "unreadable" }]);
    world.files.put("new", csv);
    world.files.put("old", csv);
    const nightly = { key: "feeds/nightly.csv" };
    await world.deliver(anUploadOf(csv, { ...nightly, versionId: "new", sequencer: "00AB" }));
    expect(await refusal(anUploadOf(csv, { ...nightly, versionId: "old", sequencer: "00AA99" }))).toEqual([
      { reason: "older" },
    ]);
    expect(world.store.free.get("TEA")).toBe(2);
  });
});

test("a feed that a newer file of its key overtakes stops where it is", async () => {
  const world = aWorld();
  world.store.free.set("TEA", 0);
  const rows = Array.from({ length: 1200 }, () => "TEA,1").join("\n");
  const csv = `sku,delta\n${rows}`;
  for (const version of ["old", "new"]) world.files.put(version, csv);
  const old = anUploadOf(csv, { key: "feeds/n.csv", versionId: "old", sequencer: "01" });
  let calls = 0;
  await world.deliver(old, () => (++calls > 1 ? 0 : 60_000));
  expect(world.sent).toHaveLength(1);
  await world.deliver(anUploadOf(csv, { key: "feeds/n.csv", versionId: "new", sequencer: "02" }));
  const said = await world.deliver(old);
  expect(said).toMatchObject([{ type: "StockFeedRefused", data: { reason: "older" } }]);
  expect(world.store.free.get("TEA")).toBe(500 + 1200);
});

describe("beside orders that are always first", () => {
  const rows = Array.from({ length: 1200 }, () => "TEA,1").join("\n");
  const csv = `sku,delta\n${rows}`;

  /** A world in which the stock is written by others in between, except in every `nth` attempt. */
  function contended(nth: number) {
    const world = aWorld();
    world.store.free.set("TEA", 0);
    world.files.put("version-1", csv);
    const attempts = { all: 0, writes: 0 };
    world.feeds.apply = async (...batch) => {
      if (++attempts.all % nth !== 0) return "conflict";
      attempts.writes++;
      return world.store.apply(...batch);
    };
    return { ...world, attempts };
  }

  test("a feed without progress fails and does not continue itself, so that its queue parks it", async () => {
    const world = contended(Number.POSITIVE_INFINITY);
    const message = "No row was applied: the stock is contended.";
    for (let delivery = 0; delivery < 3; delivery++)
      await expect(world.deliver(anUploadOf(csv))).rejects.toHaveProperty("message", message);
    expect(world.sent).toEqual([]);
    expect(world.store.free.get("TEA")).toBe(0);
    expect(world.attempts.all).toBe(3 * 20);
  });

  test("a feed with progress goes on in another invocation, and no receive of it is lost", async () => {
    const world = contended(25);
    await expect(world.deliver(anUploadOf(csv))).rejects.toThrow("contended");
    const deliveries: number[] = [];
    while (world.store.free.get("TEA") !== 1200) {
      const continued = world.sent.length;
      await world.deliver(anUploadOf(csv));
      deliveries.push(world.sent.length - continued);
    }
    expect(deliveries).toEqual([1, 1, 0]);
    expect(world.attempts.writes).toBe(3);
  });

  test("waiting for its turn does not use up the time that is left", async () => {
    const world = contended(Number.POSITIVE_INFINITY);
    let asked = 0;
    await expect(world.deliver(anUploadOf(csv), () => (++asked > 4 ? 14_000 : 60_000))).rejects.toThrow(
      "contended",
    );
    expect(world.attempts.all).toBe(4);
  });
});

describe("a form takes one file", () => {
  const csv = "sku,delta\nTEA,1\n";
  const first = anUploadOf(csv, { versionId: "first", sequencer: "01" });
  const second = anUploadOf(csv, { versionId: "second", sequencer: "02" });

  async function aForm() {
    const world = aWorld();
    world.store.free.set("TEA", 0);
    await world.store.create(waitingFeed(feedId));
    for (const { versionId } of [first, second]) world.files.put(versionId, csv);
    return world;
  }

  test.each([
    ["sent twice", [first, second]],
    ["told of in the other order", [second, first]],
    ["told of twice each", [second, first, second, first]],
  ])("%s", async (_, uploads) => {
    const world = await aForm();
    const said = (await Promise.all(uploads.map((each) => world.deliver(each)))).flat();
    expect(world.store.free.get("TEA")).toBe(1);
    expect(await world.view()).toMatchObject({ status: "IMPORTED", applied: 1 });
    const ends = new Set(said.map(({ data, type }) => [type, "reason" in data && data.reason].join(" ")));
    expect([...ends].sort()).toEqual(["StockFeedImported false", "StockFeedRefused form-used"]);
  });

  test("the second does not overtake the first, which goes on", async () => {
    const world = await aForm();
    const long = `sku,delta\n${"TEA,1\n".repeat(1200)}`;
    world.files.put("first", long);
    const upload = { ...first, bytes: long.length };
    let calls = 0;
    await world.deliver(upload, () => (++calls > 1 ? 0 : 60_000));
    await world.deliver(second);
    expect(await world.deliver(upload)).toMatchObject([{ type: "StockFeedImported" }]);
    expect(world.store.free.get("TEA")).toBe(1200);
  });
});

test("the two reactions to an upload compare their hashes, whichever is second", async () => {
  const csv = "sku,delta\nTEA,1\n";
  for (const order of ["import first", "audit first"]) {
    const world = aWorld();
    world.store.free.set("TEA", 1);
    world.files.put("version-1", csv);
    const upload = anUploadOf(csv);
    const change = () => world.files.put("version-1", "sku,delta\nTEA,2\n");
    const steps = [() => world.deliver(upload), () => world.audit(upload)];
    for (const [n, step] of (order === "audit first" ? steps.toReversed() : steps).entries()) {
      if (n === 1) change();
      await step();
    }
    expect(world.lines).toContainEqual(["error", "the two hashes of an upload differ", expect.anything()]);
  }
  const world = aWorld();
  world.store.free.set("TEA", 1);
  world.files.put("version-1", csv);
  await world.deliver(anUploadOf(csv));
  await world.audit(anUploadOf(csv));
  expect(world.lines.filter(([level]) => level === "error")).toEqual([]);
});

const skus = ["TEA", "MUG", "POT", "CUP"];
const aRow = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...skus), fc.integer({ min: -9, max: 30 })).map((r) => r.join()),
  },
  { weight: 1, arbitrary: fc.constantFrom("", "TEA", "x y,1", "TEA,1.5", "GONE,3", "TEA,1,1", '"TEA,1') },
);

/** What the rows make of the stock one after the other: the plain sum, done as simply as possible. */
function plainSum(rows: readonly string[], before: ReadonlyMap<string, number>, column: string) {
  const stock = new Map(before);
  for (const row of rows) {
    const match = /^([A-Z]+),(-?\d+)$/.exec(row);
    const [, sku = "", number = ""] = match ?? [];
    const known = stock.get(sku);
    if (known === undefined) continue;
    const next = column === "level" ? Number(number) : known + Number(number);
    if (next >= 0) stock.set(sku, next);
  }
  return stock;
}

test("any cut, crash, repetition and continuation of a feed is the plain sum of its valid rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRow, { maxLength: 60 }),
      fc.constantFrom("delta", "level"),
      fc.constantFrom("\n", "\r\n"),
      fc.infiniteStream(fc.nat({ max: 11 })),
      async (rows, column, end, draws) => {
        const draw = (): number => draws.next().value ?? 0;
        const crash = () => (["before", "after"] as const)[draw()];
        const world = aWorld({ crash, maximumBadPercent: 100 });
        for (const sku of skus) world.store.free.set(sku, 5);
        const before = new Map(world.store.free);
        const csv = [`sku,${column}`, ...rows].join(end);
        world.files.put("version-1", csv);
        const upload = anUploadOf(csv);
        const said = await Promise.all([
          deliverUntilDone(world, upload, () => (draw() === 2 ? 0 : 60_000)),
          deliverUntilDone(world, upload),
        ]);
        said.push(await deliverUntilDone(world, upload));
        expect(world.store.free).toEqual(plainSum(rows, before, column));
        expect(new Set(said.flat().map((event) => JSON.stringify(event))).size).toBe(1);
      },
    ),
    { numRuns: 300 },
  );
});

test("no more than a megabyte of the file is asked for at once", async () => {
  const world = aWorld();
  world.store.free.set("TEA", 0);
  const csv = `sku,delta\n${"TEA,1\n".repeat(400_000)}`;
  world.files.put("version-1", csv);
  await world.store.create(waitingFeed(feedId));
  await world.deliver(anUploadOf(csv));
  expect(world.files.longest()).toBeLessThanOrEqual(1_000_000);
  expect(await world.view()).toMatchObject({ rows: 400_000, applied: 400_000, refused: 0 });
  expect(world.store.free.get("TEA")).toBe(400_000);
});
