// track-order through its real edge: what it says, what it parks, what comes again.
import { type DomainEvent, layerOf, producerOf } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { typesInOrder } from "@order-saga/protocol/status";
import { expect, test } from "vitest";
import { statusOf } from "./order.ts";
import { trackOrder } from "./service.ts";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import { aMemoryShop, aShop, histories, minutes, orderIdOf } from "./testing.ts";

const outcomes = ["OrderConfirmed", "OrderRejected", "OrderCancelled"];

async function aShopWithAnOrder(given: (store: MemoryStore) => Partial<MemoryStore> = () => ({})) {
  const store = createMemoryStore();
  const shop = await aMemoryShop({ ...store, ...given(store) });
  const orderId = String((await shop.place()).body.orderId);
  shop.forget();
  const order = () => {
    const [only] = store.all();
    if (!only) throw new Error("There is no order.");
    return only;
  };
  return { ...shop, orderId, order };
}

test.for(Object.keys(histories("")))("event by event, twice each: %s", async (name) => {
  const shop = await aShopWithAnOrder();
  const events = histories(shop.orderId)[name] ?? [];
  for (const event of events) {
    expect(await shop.hear(event)).toBe(0);
    expect(await shop.hear(event)).toBe(0);
  }
  expect(shop.parked).toEqual([]);
  expect(shop.order()).not.toHaveProperty("dueAt");
  expect(shop.types().filter((type) => !outcomes.includes(type))).toEqual([]);
  const bodies = new Map(shop.said.map((event) => [event.id, JSON.stringify(event)]));
  for (const said of shop.said) expect(JSON.stringify(said)).toBe(bodies.get(said.id));
});

test.for(Object.keys(histories("")))("all at once, in one batch: %s", async (name) => {
  const shop = await aShopWithAnOrder();
  expect(await shop.hear(...(histories(shop.orderId)[name] ?? []))).toBe(0);
  expect(shop.order()).not.toHaveProperty("dueAt");
  expect(shop.parked).toEqual([]);
});

test("same event three times in a batch: it is counted once, and its answer is the same bytes", async () => {
  const shop = await aShopWithAnOrder();
  const captured = anEvent("PaymentCaptured", { orderId: shop.orderId });
  expect(await shop.hear(captured, captured, captured)).toBe(0);
  expect(shop.types()).toEqual(["OrderConfirmed", "OrderConfirmed", "OrderConfirmed"]);
  expect(new Set(shop.said.map((event) => JSON.stringify(event))).size).toBe(1);
  expect(shop.order().timeline.filter(({ type }) => type === "PaymentCaptured")).toHaveLength(1);
});

test("two executions for the same event: one writes, both say the same", async () => {
  const shop = await aShopWithAnOrder();
  const other = aShop(shop.store);
  const captured = anEvent("PaymentCaptured", { orderId: shop.orderId });
  await Promise.all([shop.hear(captured), other.hear(captured)]);
  expect(shop.said).toEqual(other.said);
  expect(shop.types()).toEqual(["OrderConfirmed"]);
});

test("crash between write and publish: the redelivery says what was recorded", async () => {
  const shop = await aShopWithAnOrder();
  const declined = anEvent("PaymentDeclined", { orderId: shop.orderId });
  shop.bus.down = true;
  expect(await shop.hear(declined)).toBe(1);
  expect(statusOf(shop.order())).toBe("REJECTED");
  const recorded = shop.order().events.OrderRejected;
  shop.bus.down = false;
  shop.clock.now += 10 * minutes;
  expect(await shop.hear(declined)).toBe(0);
  expect(shop.said).toEqual([recorded]);
});

test("refund overtaking captured: OrderConfirmed is never said", async () => {
  const shop = await aShopWithAnOrder();
  await shop.hear(anEvent("PaymentRefunded", { orderId: shop.orderId }));
  for (let n = 0; n < 2; n++) await shop.hear(anEvent("PaymentCaptured", { orderId: shop.orderId }));
  expect(shop.types()).toEqual(["OrderCancelled"]);
  expect(statusOf(shop.order())).toBe("CANCELLED");
});

test("cancelled before any other news: the late ones change neither status nor outcome", async () => {
  const shop = await aShopWithAnOrder();
  await shop.hear(anEvent("PaymentAborted", { orderId: shop.orderId, data: { reason: "cancelled" } }));
  await shop.hear(anEvent("PaymentAuthorized", { orderId: shop.orderId }));
  await shop.hear(anEvent("StockReserved", { orderId: shop.orderId }));
  expect(shop.types()).toEqual(["OrderCancelled"]);
  expect(statusOf(shop.order())).toBe("CANCELLED");
});

test("authorised and reserved in either order, the order is AUTHORIZED", async () => {
  for (const types of [
    ["PaymentAuthorized", "StockReserved"] as const,
    ["StockReserved", "PaymentAuthorized"] as const,
  ]) {
    const shop = await aShopWithAnOrder();
    for (const type of types) await shop.hear(anEvent(type, { orderId: shop.orderId }));
    expect(statusOf(shop.order())).toBe("AUTHORIZED");
  }
});

test("archive replay of a settled day: the record stays as it was, and only its outcome is said again", async () => {
  const shop = await aShopWithAnOrder();
  const events = histories(shop.orderId)["captured and committed"] ?? [];
  await shop.hear(...events);
  const before = shop.order();
  shop.forget();
  shop.clock.now += 14 * 24 * 60 * minutes;
  expect(await shop.hear(...events)).toBe(0);
  expect(shop.order()).toEqual(before);
  expect(shop.said).toEqual([before.events.OrderConfirmed]);
});

test.for([
  ["PaymentCaptured", "PaymentAborted"],
  ["PaymentRefunded", "PaymentDeclined"],
  ["StockReserved", "StockRejected"],
] as const)("%s, then %s: impossible, so it is parked and nothing changes", async ([first, second]) => {
  const shop = await aShopWithAnOrder();
  await shop.hear(anEvent(first, { orderId: shop.orderId }));
  const before = shop.order();
  shop.forget();
  expect(await shop.hear(anEvent(second, { orderId: shop.orderId }))).toBe(0);
  expect(shop.parked).toEqual(["InvariantViolation"]);
  expect(shop.order()).toEqual(before);
  expect(shop.said).toEqual([]);
});

test("one order's impossible event keeps no other order of the batch from its end", async () => {
  const shop = await aShopWithAnOrder();
  const { orderId } = shop;
  const other = String((await shop.place({ key: "another-key-0123456789" })).body.orderId);
  shop.forget();
  await shop.hear(anEvent("PaymentCaptured", { orderId }));
  const batch: DomainEvent[] = [
    anEvent("PaymentAborted", { orderId }),
    anEvent("PaymentDeclined", { orderId: other }),
  ];
  expect(await shop.hear(...batch)).toBe(0);
  expect(shop.parked).toEqual(["InvariantViolation"]);
  expect(shop.types()).toEqual(["OrderConfirmed", "OrderRejected"]);
});

test("an event of an order that is not here comes again, and leaves no trace", async () => {
  const shop = await aMemoryShop();
  expect(await shop.hear(anEvent("PaymentCaptured", { orderId: orderIdOf(7) }))).toBe(1);
  expect(shop.parked).toEqual([]);
  expect(shop.said).toEqual([]);
  expect(shop.store.all()).toEqual([]);
});

test("after a lost race the order is loaded and tracked again", async () => {
  let losses = 3;
  const shop = await aShopWithAnOrder((store) => ({
    writeBlind: async () => false,
    save: async (next) => (next.payment && losses-- > 0 ? "lost" : store.save(next)),
  }));
  expect(await shop.hear(anEvent("PaymentCaptured", { orderId: shop.orderId }))).toBe(0);
  expect(losses).toBe(-1);
  expect(statusOf(shop.order())).toBe("CONFIRMED");
});

test("a race that is lost again and again makes the message come again", async () => {
  const shop = await aShopWithAnOrder((store) => ({
    writeBlind: async () => false,
    save: async (next) => (next.payment ? "lost" : store.save(next)),
  }));
  expect(await shop.hear(anEvent("PaymentCaptured", { orderId: shop.orderId }))).toBe(1);
  expect(shop.said).toEqual([]);
});

test("orders hears every fact of inventory and payment", () => {
  const facts = typesInOrder.filter((type) => producerOf(type) !== "orders" && layerOf[type] > 0);
  expect(trackOrder.hears).toEqual(facts);
});
