// Inventory's reactions through their real edge: the races of the protocol, and what is left of the stock.
import { type DomainEvent, type EventOf, subjectOf } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import { aMemoryService, anOrder, aService, orderIdOf } from "./testing.ts";

const orderId = orderIdOf(1);
const placed = anOrder(orderId, { TEA: 2, MUG: 1 });
const captured = anEvent("PaymentCaptured", { orderId });
const aborted = anEvent("PaymentAborted", { orderId });
const declined = anEvent("PaymentDeclined", { orderId });
const refunded = anEvent("PaymentRefunded", { orderId });

async function aShop(quantities: Record<string, number> = { TEA: 10, MUG: 10 }) {
  const shop = aMemoryService();
  await shop.stock(quantities);
  const counters = async (sku: string) => {
    const level = await shop.store.level(sku);
    return [level?.available, level?.reserved, level?.sold];
  };
  return { ...shop, counters };
}

/** Everything a store holds, to see that nothing changed. */
const contents = (store: MemoryStore) => ({ reservations: store.reservations(), levels: store.levels() });

test("an order takes its stock, is captured, and its stock is sold", async () => {
  const shop = await aShop();
  await shop.deliver(placed);
  expect(shop.types()).toEqual(["StockReserved"]);
  expect(await shop.counters("TEA")).toEqual([8, 2, 0]);
  await shop.deliver(captured);
  expect(shop.types()).toEqual(["StockReserved", "StockCommitted"]);
  expect(await shop.counters("TEA")).toEqual([8, 0, 2]);
  expect(await shop.counters("MUG")).toEqual([9, 0, 1]);
});

test.for([aborted, declined])("an order that is given up gives its stock back: $type", async (event) => {
  const shop = await aShop();
  await shop.deliver(placed);
  await shop.deliver(event);
  expect(shop.types()).toEqual(["StockReserved", "StockReleased"]);
  expect(await shop.counters("TEA")).toEqual([10, 0, 0]);
});

test("a refund after the sale gives the stock back, and says only that", async () => {
  const shop = await aShop();
  for (const event of [placed, captured]) await shop.deliver(event);
  shop.forget();
  await shop.deliver(refunded);
  expect(shop.types()).toEqual(["StockReleased"]);
  expect(await shop.counters("TEA")).toEqual([10, 0, 0]);
});

test("an order for more than there is takes nothing at all, and all its shortages are said", async () => {
  const shop = await aShop({ TEA: 1, MUG: 10 });
  await shop.deliver(anOrder(orderId, { TEA: 2, MUG: 1, UNKNOWN: 3 }));
  expect(shop.said).toMatchObject([
    {
      type: "StockRejected",
      data: {
        shortages: [
          { sku: "TEA", requested: 2, available: 1 },
          { sku: "UNKNOWN", requested: 3, available: 0 },
        ],
      },
    },
  ]);
  expect(await shop.counters("MUG")).toEqual([10, 0, 0]);
  expect(await shop.store.level("UNKNOWN")).toBeUndefined();
});

test("a rejected order stays rejected although stock has come since", async () => {
  const shop = await aShop({ TEA: 1, MUG: 1 });
  await shop.deliver(placed);
  await shop.stock({ TEA: 100 });
  await shop.deliver(placed);
  expect(shop.said[1]).toEqual(shop.said[0]);
  expect(await shop.counters("TEA")).toEqual([101, 0, 0]);
});

test("rejected, then aborted: nothing changes and nothing is said", async () => {
  const shop = await aShop({});
  await shop.deliver(placed);
  shop.forget();
  const before = contents(shop.store);
  for (const event of [aborted, declined]) expect(await shop.deliver(event)).toBe(0);
  expect(shop.types()).toEqual([]);
  expect(shop.parked).toEqual([]);
  expect(contents(shop.store)).toEqual(before);
});

test.for([aborted, declined])(
  "%o before placed: a tombstone, and the late order reserves nothing",
  async (event) => {
    const shop = await aShop();
    await shop.deliver(event);
    expect(shop.said).toMatchObject([{ type: "StockReleased", data: { held: false, lines: [] } }]);
    await shop.deliver(placed);
    expect(shop.said[1]).toEqual(shop.said[0]);
    expect(await shop.counters("TEA")).toEqual([10, 0, 0]);
  },
);

test("an order past its deadline takes no stock and says nothing; its abort leaves a tombstone", async () => {
  const shop = await aShop();
  shop.clock.now = Date.parse(placed.data.decideBy);
  const before = contents(shop.store);
  expect(await shop.deliver(placed)).toBe(0);
  expect(shop.said).toEqual([]);
  expect(contents(shop.store)).toEqual(before);
  await shop.deliver(aborted);
  expect(shop.said).toMatchObject([{ type: "StockReleased", data: { held: false } }]);
  expect(await shop.counters("TEA")).toEqual([10, 0, 0]);
});

test("an order that is heard again past its deadline is told what was recorded before it", async () => {
  const shop = await aShop({ TEA: 2, MUG: 1 });
  shop.clock.now = Date.parse(placed.data.decideBy) - 1;
  const tooMuch = anOrder(orderIdOf(2), { TEA: 1 });
  for (const event of [placed, tooMuch, captured]) await shop.deliver(event);
  expect(shop.types()).toEqual(["StockReserved", "StockRejected", "StockCommitted"]);
  const [reserved, rejected, committed] = shop.forget();
  shop.clock.now += 3600_000;
  await shop.deliver(placed);
  await shop.deliver(tooMuch);
  expect(shop.said).toEqual([reserved, committed, rejected]);
  expect(await shop.counters("TEA")).toEqual([0, 0, 2]);
});

test("the refund overtakes the capture: given back once, and the late capture changes nothing", async () => {
  const shop = await aShop();
  await shop.deliver(placed);
  await shop.deliver(refunded);
  const before = contents(shop.store);
  expect(await shop.counters("TEA")).toEqual([10, 0, 0]);
  shop.forget();
  await shop.deliver(captured);
  expect(contents(shop.store)).toEqual(before);
  expect(shop.types()).not.toContain("StockCommitted");
  expect(shop.parked).toEqual([]);
});

test("same order twice in a batch: its stock is taken once, and both say the same", async () => {
  const shop = await aShop();
  expect(await shop.deliver(placed, placed, placed)).toBe(0);
  expect(shop.types()).toEqual(["StockReserved", "StockReserved", "StockReserved"]);
  for (const event of shop.said) expect(event).toEqual(shop.said[0]);
  expect(await shop.counters("TEA")).toEqual([8, 2, 0]);
});

test("redrive after two weeks: each duplicate says again, byte for byte, what came after it, and changes nothing", async () => {
  const shop = await aShop();
  for (const event of [placed, captured, refunded]) await shop.deliver(event);
  const [reserved, committed, released] = shop.forget();
  const before = contents(shop.store);
  shop.clock.now += 14 * 24 * 3600_000;
  await shop.deliver(placed);
  expect(shop.forget()).toEqual([reserved, committed, released]);
  await shop.deliver(captured);
  expect(shop.forget()).toEqual([committed, released]);
  await shop.deliver(refunded);
  expect(shop.forget()).toEqual([committed, released]);
  expect(contents(shop.store)).toEqual(before);
});

test("a duplicate never says the expiry: it is of its own layer", async () => {
  const shop = await aShop();
  await shop.deliver(placed);
  const known = await shop.store.load(orderId);
  if (!known) return expect.unreachable();
  const events = { ...known.events, ReservationExpired: anEvent("ReservationExpired", { orderId }) };
  await shop.store.save({ ...known, version: known.version + 1, events });
  shop.forget();
  await shop.deliver(placed);
  expect(shop.types()).toEqual(["StockReserved"]);
});

test("a crash between write and publish is healed by the redelivery", async () => {
  const shop = await aShop();
  const { publish } = shop.ports;
  for (const event of [placed, captured, refunded]) {
    const before = shop.said.length;
    shop.ports.publish = async () => {
      throw new Error("the process died");
    };
    expect(await shop.deliver(event)).toBe(1);
    expect(shop.said.length).toBe(before);
    shop.ports.publish = publish;
    expect(await shop.deliver(event)).toBe(0);
  }
  expect(new Set(shop.types())).toEqual(new Set(["StockReserved", "StockCommitted", "StockReleased"]));
  expect(await shop.counters("TEA")).toEqual([10, 0, 0]);
});

test.for<[string, DomainEvent[], DomainEvent, Record<string, number>]>([
  ["captured without a reservation", [], captured, { TEA: 10, MUG: 10 }],
  ["refunded without a reservation", [], refunded, { TEA: 10, MUG: 10 }],
  ["captured after an abort", [placed, aborted], captured, { TEA: 10, MUG: 10 }],
  ["captured after an abort before the order", [aborted, placed], captured, { TEA: 10, MUG: 10 }],
  ["captured after a rejection", [placed], captured, {}],
  ["refunded after a rejection", [placed], refunded, {}],
  ["aborted after a capture", [placed, captured], aborted, { TEA: 10, MUG: 10 }],
  ["declined after a capture", [placed, captured], declined, { TEA: 10, MUG: 10 }],
])("impossible, so it is parked and changes nothing: %s", async ([, history, event, stock]) => {
  const shop = await aShop(stock);
  for (const each of history) await shop.deliver(each);
  const before = contents(shop.store);
  shop.forget();
  expect(await shop.deliver(event)).toBe(0);
  expect(shop.parked).toEqual(["InvariantViolation"]);
  expect(shop.types()).toEqual([]);
  expect(contents(shop.store)).toEqual(before);
});

test("TransactionConflict against shortage: a collision is tried again and never taken for a shortage", async () => {
  const store = createMemoryStore();
  let collisions = 5;
  const shop = aService({
    ...store,
    reserve: async (it) => (collisions-- > 0 ? "conflict" : store.reserve(it)),
    available: async () => expect.unreachable("a collision says nothing about the stock"),
  });
  await shop.stock({ TEA: 2, MUG: 1 });
  expect(await shop.deliver(placed)).toBe(0);
  expect(shop.types()).toEqual(["StockReserved"]);
});

test("stock that is contended for ever: the message comes again, and no order is rejected for it", async () => {
  for (const broken of ["reserve", "save"] as const) {
    const store = createMemoryStore();
    const shop = aService({ ...store });
    await shop.stock({ TEA: 2, MUG: 1 });
    if (broken === "save") await shop.deliver(placed);
    shop.forget();
    const before = contents(store);
    shop.store[broken] = async () => "conflict";
    expect(await shop.deliver(broken === "save" ? captured : placed)).toBe(1);
    expect(shop.types()).toEqual([]);
    expect(shop.parked).toEqual([]);
    expect(contents(store)).toEqual(before);
  }
});

test("short, but given back before anybody looked: reserved, not rejected", async () => {
  const store = createMemoryStore();
  const shop = aService({ ...store });
  await shop.stock({ TEA: 2, MUG: 1 });
  const other = orderIdOf(2);
  await shop.deliver(anOrder(other, { TEA: 2 }));
  shop.store.stock = async (skus) => {
    await shop.deliver(anEvent("PaymentAborted", { orderId: other }));
    return store.stock(skus);
  };
  await shop.deliver(placed);
  expect(shop.said.filter((event) => subjectOf(event) === orderId).map(({ type }) => type)).toEqual([
    "StockReserved",
  ]);
});

test("two executions on the same OrderPlaced: one finds it short, the other has reserved, and both say reserved", async () => {
  const store = createMemoryStore();
  const shop = aService({ ...store });
  await shop.stock({ TEA: 2, MUG: 1 });
  let isFirst = true;
  shop.store.reserve = async (it) => {
    if (!isFirst) return store.reserve(it);
    isFirst = false;
    // What it saw was true for a moment; meanwhile the stock came and the other execution took it.
    await shop.deliver(placed);
    return "short";
  };
  await shop.deliver(placed);
  expect(shop.types()).toEqual(["StockReserved", "StockReserved"]);
  expect(await store.load(orderId)).toMatchObject({ state: "RESERVED" });
});

test("aborted and placed at the same time: in either order nothing stays held", async () => {
  for (const events of [
    [placed, aborted],
    [aborted, placed],
  ] as const) {
    const shop = await aShop();
    await Promise.all(events.map((event) => shop.deliver(event)));
    expect(await shop.store.load(orderId)).toMatchObject({ state: "RELEASED" });
    expect(await shop.counters("TEA")).toEqual([10, 0, 0]);
  }
});

test("two executions on the same capture: the one that loses the race looks again, and the stock is sold once", async () => {
  const store = createMemoryStore();
  const shop = aService({ ...store });
  await shop.stock({ TEA: 2, MUG: 1 });
  await shop.deliver(placed);
  let isFirst = true;
  shop.store.save = async (next, movement) => {
    if (!isFirst) return store.save(next, movement);
    isFirst = false;
    await shop.deliver(captured);
    return store.save(next, movement);
  };
  expect(await shop.deliver(captured)).toBe(0);
  expect(shop.types()).toEqual(["StockReserved", "StockCommitted", "StockCommitted"]);
  expect(await store.level("TEA")).toMatchObject({ reserved: 0, sold: 2 });
});

test("fifty lines are reserved, and equal SKUs count together", async () => {
  const shop = await aShop({ TEA: 50 });
  const line = { sku: "TEA", name: "Tea", quantity: 1, unitPrice: 100 };
  const data: Partial<EventOf<"OrderPlaced">["data"]> = { lines: Array.from({ length: 50 }, () => line) };
  await shop.deliver(anEvent("OrderPlaced", { orderId, data }));
  expect(shop.said).toMatchObject([
    { type: "StockReserved", data: { lines: [{ sku: "TEA", quantity: 50 }] } },
  ]);
  await shop.deliver(anEvent("OrderPlaced", { orderId: orderIdOf(2), data }));
  expect(shop.said[1]).toMatchObject({
    type: "StockRejected",
    data: { shortages: [{ sku: "TEA", requested: 50, available: 0 }] },
  });
});

test("an event that is not payment's to say changes nothing and is parked", async () => {
  const shop = await aShop();
  await shop.deliver(placed);
  const before = contents(shop.store);
  await shop.deliver({ ...captured, producer: "orders" } as unknown as DomainEvent);
  expect(shop.parked).toEqual(["ContractViolation"]);
  expect(contents(shop.store)).toEqual(before);
});
