// sweep-orders: what a crash left unpublished is published, and what does not settle is said again.
import { subjectOf } from "@order-saga/contracts";
import { silentLog } from "@order-saga/messaging/log";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { HEAR_GRACE_MILLISECONDS, repeated, type Tracked, track } from "./order.ts";
import { sweepOrders } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";
import { isHeard, sweepOrdersHandler } from "./sweeps.ts";
import {
  aKey,
  aMemoryShop,
  anOrder,
  aShop,
  histories,
  hours,
  minutes,
  orderIdOf,
  seconds,
} from "./testing.ts";

async function aShopWithAnOrder() {
  const shop = await aMemoryShop();
  const orderId = String((await shop.place()).body.orderId);
  shop.forget();
  return { ...shop, orderId };
}

test("the schedule runs as often as an order's events may wait for their first echo", () => {
  expect(sweepOrders.everyMinutes * minutes).toBeLessThanOrEqual(HEAR_GRACE_MILLISECONDS);
});

test("crash between put and publish is healed by the sweep, a minute later, once", async () => {
  const shop = await aMemoryShop();
  shop.bus.down = true;
  expect((await shop.place()).status).toBe(503);
  shop.bus.down = false;
  const [order] = shop.store.all();
  shop.clock.now += 59 * seconds;
  await shop.sweep();
  expect(shop.said).toEqual([]);
  shop.clock.now += 1 * seconds;
  await shop.sweep();
  expect(shop.said).toEqual([order?.events.OrderPlaced]);
  shop.clock.now += minutes;
  await shop.sweep();
  expect(shop.said).toHaveLength(1);
  expect(shop.store.all()).toMatchObject([{ looked: true, repeats: 0 }]);
});

test("an order whose OrderPlaced is confirmed is put off to its deadline, and not published", async () => {
  const shop = await aShopWithAnOrder();
  await shop.hear(anEvent("StockReserved", { orderId: shop.orderId }));
  shop.clock.now += minutes;
  await shop.sweep();
  expect(shop.said).toEqual([]);
  const [order] = shop.store.all();
  expect(Date.parse(order?.dueAt ?? "")).toBe(Date.parse(order?.decideBy ?? "") + 2 * minutes);
});

test("orders that wait behind a backlog for an hour are said again once, and then as unsettled ones are", async () => {
  const shop = await aShopWithAnOrder();
  const said: number[] = [];
  for (let minute = 1; minute <= 60; minute++) {
    shop.clock.now += minutes;
    await shop.sweep();
    if (shop.forget().length > 0) said.push(minute);
  }
  expect(said).toEqual([1, 17, 19, 23, 31, 47]);
});

test("a cancel that no one published is published by the sweep, and the OrderPlaced before it is not", async () => {
  const shop = await aShopWithAnOrder();
  await shop.hear(anEvent("StockReserved", { orderId: shop.orderId }));
  shop.bus.down = true;
  await shop.cancel(shop.orderId);
  shop.bus.down = false;
  shop.clock.now += minutes;
  await shop.sweep();
  expect(shop.types()).toEqual(["OrderCancelRequested"]);
});

test("a fault-free order uses no timer", async () => {
  const shop = await aShopWithAnOrder();
  for (const event of histories(shop.orderId)["captured and committed"] ?? []) await shop.hear(event);
  shop.forget();
  for (let n = 0; n < 48; n++) {
    shop.clock.now += hours;
    await shop.sweep();
  }
  expect(shop.said).toEqual([]);
});

test("from two minutes after decideBy an unsettled order's root events are said again, as recorded", async () => {
  const shop = await aShopWithAnOrder();
  await shop.cancel(shop.orderId);
  const [order] = shop.store.all();
  shop.clock.now += minutes;
  await shop.sweep();
  shop.forget();
  shop.clock.now = Date.parse(order?.decideBy ?? "") + 2 * minutes - 1;
  await shop.sweep();
  expect(shop.said).toEqual([]);
  shop.clock.now += 1;
  await shop.sweep();
  expect(shop.said).toEqual([order?.events.OrderPlaced, order?.events.OrderCancelRequested]);
});

test("repetitions back off, and an order that is stuck is reported each time from the fifth on", async () => {
  const shop = await aShopWithAnOrder();
  await shop.hear(anEvent("StockReserved", { orderId: shop.orderId }));
  const repetitions: number[] = [];
  for (let minute = 0; minute < 24 * 60; minute++) {
    shop.clock.now += minutes;
    await shop.sweep();
    if (shop.forget().length > 0) repetitions.push(minute + 1 - 15);
  }
  expect(repetitions).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 872, 1232]);
  const stuck = shop.lines.filter((line) => line.includes("order is stuck"));
  expect(stuck).toHaveLength(7);
  for (const line of stuck) expect(JSON.parse(line)).toMatchObject({ level: "error", orderId: shop.orderId });
  expect(stuck.map((line) => JSON.parse(line).attempt)).toEqual([4, 5, 6, 7, 8, 9, 10]);
});

/** An order that the bus did not take, and the shop's process anew, a minute later. */
async function anUnheardOrder() {
  const shop = await aMemoryShop();
  shop.bus.down = true;
  await shop.place({ key: aKey });
  shop.bus.down = false;
  const [order] = shop.store.all();
  const anew = () => {
    const again = aShop(shop.store);
    again.clock.now = shop.clock.now + minutes;
    return again;
  };
  return { anew, orderId: String(order?.orderId) };
}

test("a cancellation that is recorded after its order was said is said too", async () => {
  const { anew, orderId } = await anUnheardOrder();
  const shop = anew();
  await shop.sweep();
  await shop.hear(anEvent("StockReserved", { orderId }));
  shop.bus.down = true;
  await shop.cancel(orderId);
  shop.bus.down = false;
  shop.forget();
  shop.clock.now += minutes;
  await shop.sweep();
  expect(shop.types()).toEqual(["OrderCancelRequested"]);
});

test.each(["declined and released", "expired and released"])(
  "a request to cancel an order that is %s is said once, however often the process is started anew",
  async (end) => {
    const { anew, orderId } = await anUnheardOrder();
    const shop = anew();
    const [first, ...rest] = histories(orderId)[end] ?? [];
    await shop.hear(first ?? anEvent("StockReserved", { orderId }));
    shop.bus.down = true;
    await shop.cancel(orderId);
    for (const event of rest) await shop.hear(event);
    const said: string[] = [];
    for (let run = 1; run <= 3; run++) {
      const again = anew();
      again.clock.now += run * minutes;
      await again.sweep();
      said.push(...again.types());
    }
    expect(said).toEqual(["OrderCancelRequested"]);
  },
);

test("an order that settles is left alone from then on", async () => {
  const shop = await aShopWithAnOrder();
  shop.clock.now += 20 * minutes;
  await shop.sweep();
  for (const event of histories(shop.orderId)["expired and released"] ?? []) await shop.hear(event);
  shop.forget();
  shop.clock.now += 100 * hours;
  await shop.sweep();
  expect(shop.said).toEqual([]);
});

test("what the lagging index still shows is looked at again, and not said", async () => {
  const shop = await aShopWithAnOrder();
  for (const event of histories(shop.orderId)["out of stock"] ?? []) await shop.hear(event);
  const notYetDue = anOrder({ orderId: orderIdOf(5), now: shop.clock.now + 100 * hours });
  await shop.store.create(notYetDue);
  const shown = { orderIds: [shop.orderId, notYetDue.orderId, orderIdOf(404)], more: false };
  const lagging = aShop({ ...shop.store, due: async () => shown });
  lagging.clock.now += 100 * hours;
  await lagging.sweep();
  expect(lagging.said).toEqual([]);
});

test("the bus down during a sweep: the run fails, and the next one goes on", async () => {
  const shop = await aShopWithAnOrder();
  shop.clock.now += 20 * minutes;
  shop.bus.down = true;
  const before = shop.store.all();
  await expect(shop.sweep()).rejects.toThrow("EventBridge refused");
  expect(shop.store.all()).toEqual(before);
  shop.bus.down = false;
  await shop.sweep();
  expect(shop.types()).toEqual(["OrderPlaced"]);
});

test("one order's trouble keeps no other waiting", async () => {
  const store = createMemoryStore();
  const orders = Array.from({ length: 30 }, (_, n) => anOrder({ orderId: orderIdOf(n) }));
  for (const order of orders) await store.create(order);
  const shop = aShop({
    ...store,
    load: async (orderId) => {
      if (orderId === orderIdOf(3)) throw new Error("this one cannot be read: ada@example.com");
      return store.load(orderId);
    },
  });
  shop.clock.now += minutes;
  await expect(shop.sweep()).rejects.toThrow("cannot be read");
  expect(shop.said).toHaveLength(29);
  expect(shop.lines.join("\n")).not.toContain("example.com");
});

test("a run comes to all that an outage left, the oldest first, and says what its time left", async () => {
  const store = createMemoryStore();
  for (let n = 0; n < 1100; n++) await store.create(anOrder({ orderId: orderIdOf(n), now: testNow - n }));
  const shop = aShop({
    ...store,
    load: async (orderId) => {
      // Forty-two and a half seconds of fifty are for what begins.
      shop.clock.now += 50;
      return store.load(orderId);
    },
  });
  shop.clock.now += minutes;
  await shop.sweep();
  const first = shop.said.map(subjectOf);
  expect(first.length).toBeGreaterThanOrEqual(850);
  expect(first.length).toBeLessThan(850 + 60);
  expect(first.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, n) => orderIdOf(1099 - n)));
  expect(shop.lines.some((line) => line.includes("more orders are due"))).toBe(true);
  await shop.sweep();
  expect(new Set(shop.said.map(subjectOf)).size).toBe(1100);
});

test("news that arrives while the sweep publishes is kept", async () => {
  const shop = await aMemoryShop();
  shop.bus.down = true;
  await shop.place({ key: aKey });
  const [order] = shop.store.all();
  const orderId = String(order?.orderId);
  let heard = false;
  const racing = aShop({
    ...shop.store,
    save: async (next) => {
      if (!heard) {
        heard = true;
        await racing.hear(anEvent("StockReserved", { orderId }));
      }
      return shop.store.save(next);
    },
  });
  racing.clock.now += minutes;
  await racing.sweep();
  expect(shop.store.all()).toMatchObject([{ stock: "RESERVED", looked: false }]);
});

/** The sweep alone, over orders that are there; what it publishes, call by call. */
async function aSweep(...orders: ReturnType<typeof anOrder>[]) {
  const store = createMemoryStore();
  for (const order of orders) await store.create(order);
  const said: string[][] = [];
  const publish = async (events: readonly { type: string }[]) =>
    void said.push(events.map(({ type }) => type));
  const due = async () => ({ orderIds: orders.map(({ orderId }) => orderId), more: false });
  const sweep = sweepOrdersHandler({ store: { ...store, due }, publish });
  return { store, said, at: (now: number) => sweep({ now, log: silentLog }) };
}

const heardOf = (...types: Tracked["type"][]) =>
  types.reduce(
    (order, type) => track(order, anEvent(type, { orderId: order.orderId }) as Tracked, testNow),
    anOrder(),
  );

test("a run counts the orders that it did something for", async () => {
  const { at, said } = await aSweep(anOrder());
  expect(await at(testNow + minutes - 1)).toBe(0);
  expect(await at(testNow + minutes)).toBe(1);
  expect(await at(testNow + minutes)).toBe(0);
  expect(await at(testNow + 17 * minutes)).toBe(1);
  expect(said).toEqual([["OrderPlaced"], ["OrderPlaced"]]);
});

test("of an order that was heard of nothing is published, not even nothing", async () => {
  const { at, said } = await aSweep(heardOf("StockReserved"));
  expect(await at(testNow + minutes)).toBe(1);
  expect(said).toEqual([]);
});

test("an order that is settled, and is due all the same, is not said", async () => {
  const settled = heardOf("StockRejected", "PaymentDeclined");
  const { at, said } = await aSweep({ ...settled, looked: true, dueAt: new Date(testNow).toISOString() });
  expect(await at(testNow + minutes)).toBe(0);
  expect(said).toEqual([]);
});

test("an order is heard of once payment and inventory have both spoken", async () => {
  const heard = async (order: ReturnType<typeof anOrder>) => {
    const { store } = await aSweep(order);
    return isHeard({ store }, order.orderId);
  };
  expect(await heard(anOrder())).toBe(false);
  expect(await heard(heardOf("StockReserved"))).toBe(false);
  expect(await heard(heardOf("PaymentAuthorized"))).toBe(false);
  expect(await heard(heardOf("StockReserved", "PaymentAuthorized"))).toBe(true);
});

test("of what was said again, or is not there, nothing can be learnt", async () => {
  const { store } = await aSweep(repeated(anOrder(), testNow));
  expect(await isHeard({ store }, orderIdOf(1))).toBe(true);
  expect(await isHeard({ store }, orderIdOf(404))).toBe(true);
});
