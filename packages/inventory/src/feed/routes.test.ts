// The routes of stock feeds: the form of an upload, and what is shown of its import.
import type { HttpAnswer } from "@order-saga/messaging/http";
import { expect, test } from "vitest";
import { createMemoryFeedStore } from "../store/feeds-memory.ts";
import { refuse, validated, waitingFeed } from "./feed.ts";
import { createStockFeedHandler, getStockFeedHandler } from "./routes.ts";
import { feedId } from "./testing.ts";

function aShop() {
  const feeds = createMemoryFeedStore();
  const show = getStockFeedHandler({ feeds });
  return { feeds, show: (id?: string): Promise<HttpAnswer> => show({ path: { feedId: id } } as never) };
}

const counts = { rows: 0, applied: 0, refused: 0, errors: [] };

test("a form is for one file of its own feed, which waits for it", async () => {
  const { feeds, show } = aShop();
  const create = createStockFeedHandler({
    feeds,
    forms: { create: async (key) => ({ url: "https://feeds.example", fields: { key } }) },
    newId: () => "01234567-89ab-cdef-0123-456789abcdef",
    prefix: "feeds/",
  });
  expect(await create()).toEqual({
    status: 201,
    headers: { location: `/stock-feeds/feed_${"0123456789abcdef".repeat(2)}` },
    body: {
      feedId: `feed_${"0123456789abcdef".repeat(2)}`,
      upload: {
        url: "https://feeds.example",
        fields: { key: `feeds/feed_${"0123456789abcdef".repeat(2)}.csv` },
      },
    },
  });
  expect((await show(feedId)).body).toStrictEqual({ feedId, status: "WAITING", ...counts });
});

test("a feed that was never made is unknown, and so is what is no feed's id", async () => {
  const { feeds, show } = aShop();
  for (const id of [feedId, "nightly", undefined])
    await expect(show(id)).rejects.toMatchObject({ problem: { status: 404, type: "unknown-feed" } });
  feeds.load = async () => expect.unreachable("such a key is never read");
  await expect(show("nightly")).rejects.toMatchObject({ problem: { status: 404 } });
});

test("what is shown of a feed is never kept by a cache, and has its file's hash once that was read", async () => {
  const { feeds, show } = aShop();
  await feeds.create(waitingFeed(feedId));
  const sha256 = "ab".repeat(32);
  const found = {
    header: { column: "delta", delimiter: "," },
    rows: 7,
    sha256,
    first: { offset: 10, line: 2 },
  } as const;
  await feeds.save(validated(waitingFeed(feedId), found));
  expect(await show(feedId)).toStrictEqual({
    status: 200,
    headers: { "cache-control": "no-cache" },
    body: { feedId, status: "WAITING", ...counts, rows: 7, sha256 },
  });
});

test("a refused feed shows its reason and what was counted", async () => {
  const { feeds, show } = aShop();
  await feeds.create(waitingFeed(feedId));
  await feeds.save(refuse(waitingFeed(feedId), { reason: "too-many-errors", now: 0, rows: 7, refused: 5 }));
  expect((await show(feedId)).body).toStrictEqual({
    feedId,
    status: "REFUSED",
    reason: "too-many-errors",
    ...counts,
    rows: 7,
    refused: 5,
  });
});
