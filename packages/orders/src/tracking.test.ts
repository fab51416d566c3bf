// track-order's own part: what it reads and writes of an order, and what it tells of lateness.
import { silentLog } from "@order-saga/messaging/log";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { PAYMENT } from "./admission/gauges.ts";
import type { Lateness } from "./admission/lateness.ts";
import type { Tracked } from "./order.ts";
import { trackOrderHandler } from "./reactions.ts";
import { createMemoryStore } from "./store/memory.ts";
import { anOrder, orderIdOf, seconds } from "./testing.ts";

const orderId = orderIdOf(1);
const later = testNow + 7 * seconds;
const context = {
  now: later,
  attempt: 1,
  log: silentLog,
  body: "",
  remainingMilliseconds: () => 30_000,
  publish: async () => {},
};

/** An order, and what is told of its lateness. */
async function aShop() {
  const store = createMemoryStore();
  await store.create(anOrder());
  const decided: unknown[] = [];
  const left: unknown[] = [];
  const lateness = {
    decided: async (...given: unknown[]) => void decided.push(given),
    left: (...given: unknown[]) => void left.push(given),
  } as unknown as Lateness;
  const hear = (event: Tracked) => trackOrderHandler({ store, lateness })(event, context);
  return { store, decided, left, hear };
}

const event = (type: Tracked["type"]) => anEvent(type, { orderId, now: testNow + 3 * seconds }) as Tracked;

test("what a confirmed order hears is written without reading it", async () => {
  const { hear, store } = await aShop();
  store.load = async () => expect.unreachable("a read is paid for");
  for (const type of ["StockReserved", "PaymentAuthorized", "PaymentCaptured", "StockCommitted"] as const)
    await hear(event(type));
  expect(store.all()).toMatchObject([{ stock: "COMMITTED", payment: "CAPTURED" }]);
});

test.each(["PaymentCaptured", "PaymentDeclined"] as const)(
  "how long an order waited for %s is told once, whether it was read first or not",
  async (type) => {
    const { decided, hear, left } = await aShop();
    for (let delivery = 0; delivery < 2; delivery++) await hear(event(type));
    const times = { placedAt: testNow, decidedAt: testNow + 3 * seconds, now: later };
    expect(decided).toEqual([[[PAYMENT], times]]);
    expect(left).toEqual([[[], later]]);
  },
);

test("of a hold nothing is told, and of an abort that payment's queue is left", async () => {
  const { decided, hear, left } = await aShop();
  await hear(event("PaymentAuthorized"));
  expect([decided, left]).toEqual([[], []]);
  await hear(event("PaymentAborted"));
  expect(left).toEqual([[[PAYMENT], later]]);
});

test("where nobody listens for late orders, orders are tracked all the same", async () => {
  const { store } = await aShop();
  const hear = trackOrderHandler({ store });
  expect(await hear(event("StockReserved"), context)).toEqual([]);
  expect(await hear(event("PaymentDeclined"), context)).toMatchObject([{ type: "OrderRejected" }]);
});

test("an order that is not there is said by its id", async () => {
  const hearing = trackOrderHandler({ store: createMemoryStore() })(event("PaymentDeclined"), context);
  await expect(hearing).rejects.toHaveProperty("message", `There is no order ${orderId} to track.`);
});
