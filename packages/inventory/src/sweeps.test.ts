// Expired reservations: payment is asked to give them up, once and again, and nothing else changes.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import { grantedPorts } from "@order-saga/messaging/granted-ports";
import { createLog } from "@order-saga/messaging/log";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { commitStockHandler, releaseStockHandler, reserveStockHandler } from "./reactions.ts";
import { inventory, signalExpiry } from "./service.ts";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import { isAnswered, signalExpiryHandler } from "./sweeps.ts";

const minute = 60_000;
const orderIdOf = (n: number) => `ord_${n.toString(16).padStart(32, "0")}`;
const line = { sku: "TEA", name: "Tea", quantity: 1, unitPrice: 990 };

/** A shop with stock, where `count` orders reserved at `testNow` for fifteen minutes. */
async function aShop(count: number, given: Partial<MemoryStore> = {}) {
  const store = { ...createMemoryStore(), ...given };
  const ports = { store, backOff: async () => {} };
  const at = (now: number) => ({
    now,
    attempt: 1,
    log: logTo([]),
    body: "",
    remainingMilliseconds: () => 30_000,
    publish: async () => {},
  });
  await store.adjust({ principal: "ada", key: "first", sku: "TEA", delta: 1000 });
  const orders = Array.from({ length: count }, (_, n) => orderIdOf(n));
  for (const orderId of orders) {
    await reserveStockHandler(ports, 900)(
      anEvent("OrderPlaced", { orderId, data: { lines: [line] } }),
      at(testNow),
    );
  }
  return { store, ports, orders, at };
}

function logTo(lines: string[]) {
  return createLog({
    service: "inventory",
    level: "info",
    now: () => testNow,
    write: (text) => lines.push(text),
  });
}

function aSweep(store: MemoryStore) {
  const said: DomainEvent[] = [];
  const lines: string[] = [];
  const granted = grantedPorts(inventory, signalExpiry);
  const publish = granted.publish(async (events) => void said.push(...events));
  const sweep = signalExpiryHandler({ store: granted.store(store), publish });
  return { said, lines, at: (now: number) => sweep({ now, log: logTo(lines) }) };
}

test("a reservation within its time is left alone", async () => {
  const { store } = await aShop(3);
  const sweep = aSweep(store);
  expect(await sweep.at(testNow + 15 * minute - 1)).toBe(0);
  expect(sweep.said).toEqual([]);
});

test("an expired reservation is said to be expired, and stays reserved", async () => {
  const { store, orders } = await aShop(3);
  const before = store.levels();
  const sweep = aSweep(store);
  expect(await sweep.at(testNow + 15 * minute)).toBe(3);
  expect(sweep.said.map((event) => [event.type, subjectOf(event)])).toEqual(
    orders.map((orderId) => ["ReservationExpired", orderId]),
  );
  expect(sweep.said[0]).toMatchObject({
    causationId: null,
    data: { reservedUntil: new Date(testNow + 15 * minute).toISOString() },
  });
  for (const { state } of store.reservations()) expect(state).toBe("RESERVED");
  expect(store.levels()).toEqual(before);
});

test("an expired reservation waits at most a minute for the schedule, which payment hears it by", () => {
  expect(signalExpiry.everyMinutes).toBeLessThanOrEqual(1);
});

test("until payment answers it is published again, with the same bytes, after ten minutes, twenty, forty, up to a day", async () => {
  const { store } = await aShop(1);
  const sweep = aSweep(store);
  const saidAt: number[] = [];
  const end = testNow + 6 * 24 * 60 * minute;
  for (let now = testNow + 15 * minute; now < end; now += minute) {
    if ((await sweep.at(now)) > 0) saidAt.push(now);
  }
  const waits = saidAt.slice(1).map((at, n) => (at - (saidAt[n] ?? 0)) / minute);
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440, 1440]);
  for (const event of sweep.said) expect(event).toEqual(sweep.said[0]);
});

test("a crash between recording and publishing is healed by the next run, with the same bytes", async () => {
  const { store, orders } = await aShop(1);
  const crashing = signalExpiryHandler({
    store,
    publish: async () => {
      throw new Error("the process died");
    },
  });
  const now = testNow + 15 * minute;
  await expect(crashing({ now, log: logTo([]) })).rejects.toThrow("the process died");
  const recorded = (await store.load(orders[0] ?? ""))?.events.ReservationExpired;
  expect(recorded).toBeDefined();
  const sweep = aSweep(store);
  await sweep.at(now + minute);
  expect(sweep.said).toEqual([recorded]);
});

test("a reservation the bus refuses does not keep the others waiting, and the run still fails", async () => {
  const { store, orders } = await aShop(3);
  const said: string[] = [];
  const lines: string[] = [];
  const sweep = signalExpiryHandler({
    store,
    publish: async (events) => {
      if (events.some((event) => subjectOf(event) === orders[0])) throw new Error("refused");
      said.push(...events.map(subjectOf));
    },
  });
  await expect(sweep({ now: testNow + 15 * minute, log: logTo(lines) })).rejects.toThrow("refused");
  expect(said).toEqual(orders.slice(1));
  const message = "an expired reservation could not be signalled";
  expect(lines.map((text) => JSON.parse(text))).toContainEqual(
    expect.objectContaining({ message, orderId: orders[0] }),
  );
});

test("an order that was settled is not signalled, not even if the index still names it", async () => {
  const { store, ports, orders, at } = await aShop(3);
  const [committed, released, refunded] = orders.map((orderId) => ({ orderId }));
  await commitStockHandler(ports)(anEvent("PaymentCaptured", committed), at(testNow));
  await releaseStockHandler(ports)(anEvent("PaymentAborted", released), at(testNow));
  await releaseStockHandler(ports)(anEvent("PaymentRefunded", refunded), at(testNow));
  const now = testNow + 60 * minute;
  expect(await store.due(now, 10)).toEqual({ orderIds: [], more: false });
  const lagging = { ...store, due: async () => ({ orderIds: orders, more: false }) };
  const before = store.reservations();
  const sweep = aSweep(lagging);
  expect(await sweep.at(now)).toBe(0);
  expect(sweep.said).toEqual([]);
  expect(store.reservations()).toEqual(before);
});

test("expiry against capture: a capture while the expiry is recorded wins, and nothing is published", async () => {
  const { store, ports, orders, at } = await aShop(1);
  const racing: MemoryStore = {
    ...store,
    async load(orderId) {
      const known = await store.load(orderId);
      if (known?.state === "RESERVED")
        await commitStockHandler(ports)(anEvent("PaymentCaptured", { orderId }), at(testNow));
      return known;
    },
  };
  const sweep = aSweep(racing);
  expect(await sweep.at(testNow + 15 * minute)).toBe(0);
  expect(sweep.said).toEqual([]);
  expect(await store.load(orders[0] ?? "")).toMatchObject({ state: "COMMITTED" });
});

test("a capture while the expiry is being published stays a capture", async () => {
  const { store, ports, orders, at } = await aShop(1);
  const sweep = signalExpiryHandler({
    store,
    publish: async ([event]) => {
      if (event)
        await commitStockHandler(ports)(
          anEvent("PaymentCaptured", { orderId: subjectOf(event) }),
          at(testNow),
        );
    },
  });
  await sweep({ now: testNow + 15 * minute, log: logTo([]) });
  const reservation = await store.load(orders[0] ?? "");
  expect(reservation).toMatchObject({ state: "COMMITTED" });
  expect(reservation).not.toHaveProperty("dueAt");
});

test("payment has answered once the stock is sold or given back, and of an unknown order there is nothing to ask", async () => {
  const { store, ports, orders, at } = await aShop(3);
  await commitStockHandler(ports)(anEvent("PaymentCaptured", { orderId: orderIdOf(0) }), at(testNow));
  await releaseStockHandler(ports)(anEvent("PaymentAborted", { orderId: orderIdOf(1) }), at(testNow));
  const asked = [...orders, orderIdOf(7)].map((orderId) => isAnswered({ store }, orderId));
  expect(await Promise.all(asked)).toEqual([true, true, false, true]);
});

test("a run comes to all that is due", async () => {
  const { store } = await aShop(501);
  const sweep = aSweep(store);
  const now = testNow + 15 * minute;
  expect(await sweep.at(now)).toBe(501);
  expect(await sweep.at(now)).toBe(0);
  expect(new Set(sweep.said.map(subjectOf)).size).toBe(501);
});
