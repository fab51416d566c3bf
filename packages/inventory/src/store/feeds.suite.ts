// What a store of stock feeds promises, for the memory one and DynamoDB's.
import { describe, expect, test } from "vitest";
import { sumsOf } from "../buckets.ts";
import type { Row, RowError } from "../feed/csv.ts";
import {
  afterBatch,
  batchOf,
  claimedBy,
  type Feed,
  movesFor,
  refuse,
  unexpectedFeed,
  validated,
} from "../feed/feed.ts";
import type { FeedStore } from "../feed/ports.ts";

/** The store, and what an order or an adjustment does beside it: sets what is available in each bucket. */
export type FeedStoreWorld = {
  feeds: FeedStore;
  setAvailable(sku: string, ...buckets: readonly number[]): Promise<void>;
};

const file = {
  bucket: "feeds",
  versionId: "version-1",
  bytes: 100,
  uploadedAt: "2026-01-05T12:00:00Z",
  requester: "000000000000",
};
const delta = { column: "delta", delimiter: "," } as const;
const level = { column: "level", delimiter: "," } as const;
const next = { offset: 20, line: 3 };

export function feedStoreSuite(create: () => FeedStoreWorld): void {
  const aFeed: AFeed = (given) => aFeedOf(create, given);
  describe("a feed's record", () => recordTests(aFeed));
  describe("a batch", () => batchTests(aFeed));
  describe("a batch over several buckets", () => bucketTests(aFeed));

  test("the second of an upload's two hashes sees the first", async () => {
    const { feeds } = create();
    const uploadId = (++last).toString(16).padStart(32, "0");
    expect(await feeds.hashed(uploadId, "audited", "aa", { requester: "ada" })).toEqual({ audited: "aa" });
    const both = { audited: "aa", imported: "bb" };
    expect(await feeds.hashed(uploadId, "imported", "bb")).toEqual(both);
  });
}

let last = 0;

/** A feed whose file is claimed and validated, with SKUs of its own. */
async function aFeedOf(
  create: () => FeedStoreWorld,
  { key, sequencer = "01" }: { key?: string; sequencer?: string } = {},
) {
  const world = create();
  const name = (++last).toString(16).padStart(32, "0");
  const feedId = `feed_${name}`;
  const upload = { ...file, key: key ?? `feeds/${feedId}.csv`, sequencer };
  const claimed = claimedBy(unexpectedFeed(feedId), upload);
  const claim = await world.feeds.claim(claimed);
  const found = { header: delta, rows: 2, sha256: "ab".repeat(32), first: { offset: 10, line: 2 } };
  const feed = validated(claimed, found);
  if (claim === "written") expect(await world.feeds.save(feed)).toBe("written");
  const sku = `SKU-${name}`;
  await world.setAvailable(sku, 5);
  const free = async () => (await world.feeds.stock([sku])).get(sku)?.map((bucket) => bucket.available);
  const available = async () => (await free())?.[0];
  return { ...world, feed, claimed, claim, sku, available, free };
}

type AFeed = (given?: { key?: string; sequencer?: string }) => ReturnType<typeof aFeedOf>;

/** What the rows make of the stock as it is now. */
async function batch(feeds: FeedStore, rows: (Row | RowError)[], header: typeof delta | typeof level) {
  const stock = await feeds.stock(rows.flatMap(({ sku }) => (sku ? [sku] : [])));
  return { stock, ...batchOf(rows, header, sumsOf(stock)) };
}

function recordTests(aFeed: AFeed): void {
  test("is kept as it was written, and not at all before", async () => {
    const { feed, feeds } = await aFeed();
    expect(await feeds.load(feed.feedId)).toEqual(feed);
    expect(await feeds.load(`feed_${"f".repeat(32)}`)).toBeUndefined();
  });

  test("is written over the version before it alone", async () => {
    const { claimed, feed, feeds } = await aFeed();
    const refused = refuse(feed, { reason: "unreadable", now: 0 });
    expect(await feeds.claim(claimed)).toBe("lost");
    expect(await feeds.save(refused)).toBe("written");
    expect(await feeds.save(refused)).toBe("lost");
    expect(await feeds.load(feed.feedId)).toEqual(refused);
  });

  test("is not claimed for a file that is older than another under its key", async () => {
    const key = `feeds/nightly-${++last}.csv`;
    expect((await aFeed({ key, sequencer: "0A" })).claim).toBe("written");
    expect((await aFeed({ key, sequencer: "09FF" })).claim).toBe("older");
    expect((await aFeed({ key, sequencer: "0A01" })).claim).toBe("written");
  });
}

function batchTests(aFeed: AFeed): void {
  test("changes the stock once, with the record", async () => {
    const { available, feed, feeds, sku } = await aFeed();
    const changes = await batch(feeds, [{ line: 2, sku, value: 3 }], delta);
    const after = afterBatch(feed, changes, next);
    expect(await feeds.apply(after, changes, [], changes.stock)).toBe("written");
    expect(await feeds.apply(after, changes, [], changes.stock)).toBe("lost");
    expect(await available()).toBe(8);
    expect(await feeds.load(feed.feedId)).toEqual(after);
  });

  test("keeps what it refused, by line", async () => {
    const { feed, feeds, sku } = await aFeed();
    const rows: (Row | RowError)[] = [
      { line: 2, reason: "columns" },
      { line: 3, sku, value: -6 },
    ];
    const changes = await batch(feeds, rows, delta);
    const after = afterBatch(feed, changes, next);
    expect(await feeds.apply(after, changes, changes.errors, changes.stock)).toBe("written");
    expect(await feeds.errors(after)).toEqual([
      { line: 2, reason: "columns" },
      { line: 3, sku, reason: "below_zero" },
    ]);
  });

  test.each([
    ["a delta takes more than an order left", delta, -5],
    ["a level was counted from other stock", level, 9],
  ])("changes nothing if %s", async (_, header, value) => {
    const { available, feed, feeds, setAvailable, sku } = await aFeed();
    const changes = await batch(feeds, [{ line: 2, sku, value }], header);
    await setAvailable(sku, 4);
    expect(await feeds.apply(afterBatch(feed, changes, next), changes, [], changes.stock)).toBe("short");
    expect(await available()).toBe(4);
    expect(await feeds.load(feed.feedId)).toEqual(feed);
  });

  test("changes nothing once a newer file has the key", async () => {
    const key = `feeds/nightly-${++last}.csv`;
    const { available, feed, feeds, sku } = await aFeed({ key });
    const changes = await batch(feeds, [{ line: 2, sku, value: 3 }], delta);
    const newer: Feed = claimedBy(
      unexpectedFeed(`feed_${"e".repeat(24)}${last.toString(16).padStart(8, "0")}`),
      { ...file, key, sequencer: "02" },
    );
    expect(await feeds.claim(newer)).toBe("written");
    expect(await feeds.apply(afterBatch(feed, changes, next), changes, [], changes.stock)).toBe("older");
    expect(await available()).toBe(5);
  });
}

function bucketTests(aFeed: AFeed): void {
  test("brings all of them together to its level, by the head alone", async () => {
    const { feed, feeds, free, setAvailable, sku } = await aFeed();
    await setAvailable(sku, 1, 0, 4);
    const changes = await batch(feeds, [{ line: 2, sku, value: 9 }], level);
    expect(await feeds.apply(afterBatch(feed, changes, next), changes, [], changes.stock)).toBe("written");
    expect(await free()).toEqual([5, 0, 4]);
  });

  test.each([
    ["another bucket has other stock", [1, 3, 4]],
    ["another bucket was emptied", [1, 2, 0]],
    ["there are more buckets", [1, 2, 4, 0]],
    ["the head has other stock", [2, 2, 4]],
  ] as const)("sets no level if meanwhile %s", async (_, meanwhile) => {
    const { feed, feeds, free, setAvailable, sku } = await aFeed();
    await setAvailable(sku, 1, 2, 4);
    const changes = await batch(feeds, [{ line: 2, sku, value: 9 }], level);
    await setAvailable(sku, ...meanwhile);
    const after = afterBatch(feed, changes, next);
    expect(await feeds.apply(after, changes, [], changes.stock)).toBe("short");
    expect(await free()).toEqual(meanwhile);
  });

  test.each([
    ["a bucket was filled for the first time", [5, 0], [5, 1]],
    ["the SKU was spread", [5], [5, 0]],
  ] as const)("sets no level if meanwhile %s", async (_, before, meanwhile) => {
    const { feed, feeds, free, setAvailable, sku } = await aFeed();
    await setAvailable(sku, ...before);
    const changes = await batch(feeds, [{ line: 2, sku, value: 9 }], level);
    await setAvailable(sku, ...meanwhile);
    const after = afterBatch(feed, changes, next);
    expect(await feeds.apply(after, changes, [], changes.stock)).toBe("short");
    expect(await free()).toEqual(meanwhile);
  });

  test("takes a delta from the head, once that was filled from the others", async () => {
    const { feed, feeds, free, setAvailable, sku } = await aFeed();
    await setAvailable(sku, 1, 2, 4);
    const changes = await batch(feeds, [{ line: 2, sku, value: -6 }], delta);
    const after = afterBatch(feed, changes, next);
    expect(await feeds.apply(after, changes, [], changes.stock)).toBe("short");
    const moves = movesFor(changes, changes.stock);
    expect(moves).toHaveLength(1);
    for (const move of moves) {
      expect(await feeds.move(move)).toBe("written");
      expect(await feeds.move(move)).toBe("lost");
    }
    expect(await feeds.apply(after, changes, [], changes.stock)).toBe("written");
    expect((await free())?.reduce((sum, each) => sum + each, 0)).toBe(1);
  });
}
