// The whole way of admission: decisions that are heard late, orders refused with 429, and taken again.
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { aMemoryShop, aRequest, histories, minutes, mug, seconds } from "./testing.ts";

type Shop = Awaited<ReturnType<typeof aMemoryShop>>;

const keyOf = (n: number) => `key-of-customer-${n}`;
const mugs = { ...aRequest, lines: [{ sku: mug.sku, quantity: 1 }] };

/** An order a second for a minute, of which one in ten seconds is decided, `after` its first was placed. */
async function aLateShop(
  shop: Shop,
  decided: (orderId: string, now: number) => ReturnType<typeof anEvent>,
  after: number,
) {
  const placed: string[] = [];
  for (let second = 0; second < 60; second++) {
    placed.push((await shop.place({ key: keyOf(second), principal: `customer-${second}` })).body.orderId);
    shop.clock.now += 1 * seconds;
  }
  shop.clock.now += after - minutes;
  for (const orderId of placed.slice(0, 8)) {
    await shop.hear(decided(orderId, shop.clock.now));
    shop.clock.now += 10 * seconds;
  }
  return placed;
}

const captured = (orderId: string, now: number) => anEvent("PaymentCaptured", { orderId, now });
const reserved = (orderId: string, now: number) => anEvent("StockReserved", { orderId, now });

/** Enough orders for the process to look at the gauges, sent again so that none is new. */
async function look(shop: Shop) {
  for (let second = 0; second < 12; second++) {
    await shop.place({ key: keyOf(second), principal: `customer-${second}` });
    shop.clock.now += 1 * seconds;
  }
}

test("late charges: a new order is 429 with the seconds to wait, and one that was taken before is not", async () => {
  const shop = await aMemoryShop();
  await aLateShop(shop, captured, 2 * minutes);
  await look(shop);
  const before = shop.store.all().length;
  const refused = await shop.place({ key: "key-of-a-new-customer" });
  const seconds = Number(refused.headers?.["retry-after"]);
  expect(refused).toMatchObject({
    status: 429,
    headers: { "content-type": "application/problem+json" },
    body: {
      type: "busy",
      status: 429,
      detail: `Send the same order with the same key in ${seconds} seconds.`,
    },
  });
  expect(seconds).toBeGreaterThan(10);
  expect(shop.store.all()).toHaveLength(before);
  expect(shop.lines.filter((line) => line.includes("order refused"))).toHaveLength(1);
  expect((await shop.place({ key: keyOf(3), principal: "customer-3" })).status).toBe(202);
  expect(shop.failures).toEqual([]);
});

test("a customer whose first order is refused gets no key, and one whose order is taken does", async () => {
  const shop = await aMemoryShop();
  await aLateShop(shop, captured, 2 * minutes);
  await look(shop);
  const hasKey = async (principal: string) =>
    (await shop.personalData.sealForKnown(principal, "anything", "a text")) !== undefined;
  expect((await shop.place({ key: "key-of-a-new-customer", principal: "eve" })).status).toBe(429);
  expect(await hasKey("eve")).toBe(false);
  expect(await hasKey("customer-3")).toBe(true);
});

test("a late product: who wants it is refused, who wants another is not", async () => {
  const shop = await aMemoryShop();
  await aLateShop(shop, reserved, 2 * minutes);
  await look(shop);
  expect((await shop.place({ key: "key-of-a-new-customer" })).status).toBe(429);
  expect((await shop.place({ key: "key-of-a-new-customer", body: mugs })).status).toBe(202);
});

test("what cannot be ordered at all is said before that the shop is busy", async () => {
  const shop = await aMemoryShop();
  await aLateShop(shop, captured, 2 * minutes);
  await look(shop);
  const body = { ...aRequest, lines: [{ sku: "NOT-SOLD", quantity: 1 }] };
  expect(await shop.place({ key: "key-of-a-new-customer", body })).toMatchObject({
    status: 422,
    body: { type: "unknown-sku" },
  });
});

test.each([
  ["the customer's bank", (orderId: string) => histories(orderId)["asked, captured and committed"] ?? []],
  ["a cancellation", (orderId: string) => histories(orderId)["cancelled and released"] ?? []],
])("orders that wait for %s are no lateness", async (_, events) => {
  const shop = await aMemoryShop();
  const placed: string[] = [];
  for (let n = 0; n < 60; n++) {
    const orderId = String((await shop.place({ key: keyOf(n), principal: `customer-${n}` })).body.orderId);
    placed.push(orderId);
    for (const event of events(orderId).slice(0, 2)) await shop.hear(event);
    shop.clock.now += 1 * seconds;
  }
  shop.clock.now += 5 * minutes;
  for (const orderId of placed) {
    for (const event of events(orderId).slice(2)) await shop.hear(event);
    shop.clock.now += 3 * seconds;
  }
  expect((await shop.gauges.load()).of).toEqual({});
});

test("orders that were decided in time, and are heard of minutes later, are no lateness", async () => {
  const shop = await aMemoryShop();
  const inTime = shop.clock.now + 8 * seconds;
  await aLateShop(shop, (orderId) => captured(orderId, inTime), 2 * minutes);
  expect((await shop.gauges.load()).of).toEqual({});
});

test("orders that come back past their deadline are no lateness", async () => {
  const shop = await aMemoryShop();
  await aLateShop(shop, captured, 16 * minutes);
  expect((await shop.gauges.load()).of).toEqual({});
});

test("orders that the sweep first says past their deadline are no lateness: they were in no queue", async () => {
  const shop = await aMemoryShop();
  shop.bus.down = true;
  for (let n = 0; n < 8; n++) await shop.place({ key: keyOf(n), principal: `customer-${n}` });
  shop.bus.down = false;
  const [order] = shop.store.all();
  shop.clock.now = Date.parse(order?.decideBy ?? "");
  await shop.sweep();
  await shop.tellUndecided();
  expect(shop.said).toHaveLength(8);
  expect((await shop.gauges.load()).of).not.toHaveProperty("payment");
  expect((await shop.place({ key: "key-of-a-new-customer" })).status).toBe(202);
});

test("orders that the sweep finds undecided are told of, by product; those heard of are not", async () => {
  const shop = await aMemoryShop();
  const placed: string[] = [];
  for (let n = 0; n < 8; n++)
    placed.push((await shop.place({ key: keyOf(n), principal: `customer-${n}` })).body.orderId);
  for (const orderId of placed) await shop.hear(anEvent("PaymentAuthorized", { orderId }));
  shop.clock.now += 61 * seconds;
  await shop.sweep();
  await shop.tellUndecided();
  expect(Object.keys((await shop.gauges.load()).of)).toEqual([`stock ${aRequest.lines[0]?.sku}`]);
  expect(shop.failures).toEqual([]);
});
