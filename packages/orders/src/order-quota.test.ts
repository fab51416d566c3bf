// A customer's quota of orders: beyond it 429 with the seconds to wait, and a repeat is never counted twice.
import { silentLog } from "@order-saga/messaging/log";
import type { Quota } from "@order-saga/messaging/quota/places";
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { refuseBeyondQuota } from "./order-quota.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aMemoryShop, aRequest, hours, minutes } from "./testing.ts";

const keyOf = (n: number) => `key-of-an-order-${n}`;
const limited = (ordersPerHour: number) => aMemoryShop(createMemoryStore(), {}, { ordersPerHour });

test("beyond the quota an order is 429 with the seconds to wait, and then it is taken", async () => {
  const shop = await limited(2);
  for (const n of [1, 2]) {
    expect((await shop.place({ key: keyOf(n) })).status).toBe(202);
    shop.clock.now += 10 * minutes;
  }
  const refused = await shop.place({ key: keyOf(3) });
  const seconds = Number(refused.headers?.["retry-after"]);
  expect(refused).toMatchObject({
    status: 429,
    headers: { "content-type": "application/problem+json" },
    body: {
      type: "quota-exceeded",
      title: "No customer may place more than 2 orders in 3600 seconds.",
      status: 429,
      detail: `Send the same request with the same key in ${seconds} seconds.`,
    },
  });
  expect(shop.store.all()).toHaveLength(2);
  shop.clock.now += (seconds - 1) * 1000;
  expect((await shop.place({ key: keyOf(3) })).status).toBe(429);
  shop.clock.now += 1000;
  expect((await shop.place({ key: keyOf(3) })).status).toBe(202);
  const lines = shop.lines.filter((line) => line.includes("quota is used up"));
  expect(lines.map((line) => JSON.parse(line).count)).toEqual([1, 1]);
});

test("a repeated request is not counted twice, nor refused when the quota is used up, however late", async () => {
  const shop = await limited(2);
  const first = await shop.place({ key: keyOf(1) });
  for (let n = 0; n < 5; n++) expect(await shop.place({ key: keyOf(1) })).toEqual(first);
  expect((await shop.place({ key: keyOf(2) })).status).toBe(202);
  for (const wait of [0, 30 * minutes, 5 * hours]) {
    shop.clock.now += wait;
    expect(await shop.place({ key: keyOf(1) })).toEqual(first);
  }
  // Those repeats were not counted either.
  for (const n of [3, 4]) expect((await shop.place({ key: keyOf(n) })).status).toBe(202);
  expect((await shop.place({ key: keyOf(5) })).status).toBe(429);
});

test("a request that failed after it was counted is repeated under the same place", async () => {
  const store = createMemoryStore();
  const shop = await aMemoryShop(store, {}, { ordersPerHour: 1 });
  const { create } = store;
  store.create = () => Promise.reject(Object.assign(new Error("no answer"), { code: "ECONNRESET" }));
  expect((await shop.place({ key: keyOf(1) })).status).toBe(503);
  store.create = create;
  expect((await shop.place({ key: keyOf(1) })).status).toBe(202);
  expect((await shop.place({ key: keyOf(2) })).status).toBe(429);
});

test("fifty orders at once: as many are taken as the quota has, and no other customer is in their way", async () => {
  const shop = await limited(7);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => shop.place({ key: keyOf(n), principal: "eve" })),
  );
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(7);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(43);
  expect((await shop.place({ principal: "ada" })).status).toBe(202);
});

test("what cannot be ordered at all is not counted", async () => {
  const shop = await limited(1);
  const body = { ...aRequest, lines: [{ sku: "NOT-SOLD", quantity: 1 }] };
  for (let n = 0; n < 3; n++) expect((await shop.place({ key: keyOf(n), body })).status).toBe(422);
  expect((await shop.place({ key: keyOf(4) })).status).toBe(202);
});

test("without a quota nothing is counted", async () => {
  const shop = await aMemoryShop();
  for (let n = 0; n < 20; n++) expect((await shop.place({ key: keyOf(n) })).status).toBe(202);
});

test("a customer is counted by the order's last twelve characters, which are told apart for less", async () => {
  const asked: object[] = [];
  const terms = { limit: 7, windowMilliseconds: 1 * hours };
  const quota = { terms, take: async (_: string, asking: object) => void asked.push(asking) };
  const request = { log: silentLog, now: testNow, principal: "ada" };
  const wanted = { id: `ord_${"0".repeat(20)}abcdef012345`, count: 3, isKnown: async () => false };
  await refuseBeyondQuota(quota as unknown as Quota, request, wanted);
  expect(asked).toEqual([{ mark: "abcdef012345", count: 3, now: testNow }]);
});
