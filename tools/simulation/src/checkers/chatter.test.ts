// E10 and E11 over worlds that talk too much, or wake up for nothing.
import { type DomainEvent, type EventType, newEvent, subjectOf } from "@order-saga/contracts";
import { SENDINGS } from "@order-saga/invariants/bounds";
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import type { Delivery } from "./observed.ts";
import { type Break, judge, type Played } from "./testing.ts";

function saidOf(world: Played, orderId: string, type: EventType): DomainEvent {
  const entry = world.published.find(
    ({ event }) => event && subjectOf(event) === orderId && event.type === type,
  );
  if (!entry?.event) throw new Error(`${type} was not said.`);
  return entry.event;
}

/** A function says the confirmed order's event so often, with so many milliseconds between. */
const repeating =
  (by: string, type: EventType, times: number, milliseconds = 0): Break =>
  (world) => {
    const event = saidOf(world, world.confirmed, type);
    for (let time = 0; time < times; time++) {
      world.now += milliseconds;
      world.say(by, event);
    }
    return world.confirmed;
  };

const repeatingQuietly = (...given: Parameters<typeof repeating>): Break => {
  const act = repeating(...given);
  return (world) => {
    world.faultsStoppedAt = world.now;
    act(world);
    return undefined;
  };
};

const holds: [string, string, Break][] = [
  [
    "E10",
    "every delivery was sent as often as it can be",
    repeatingQuietly("inventory-commit-stock", "StockCommitted", SENDINGS - 1),
  ],
  [
    "E10",
    "a duplicate is answered again",
    (world) => {
      const delivery = world.deliveries.find(({ to }) => to === "inventory-commit-stock");
      if (delivery) world.deliveries.push({ ...delivery, orderId: world.confirmed });
      return repeatingQuietly("inventory-commit-stock", "StockCommitted", 2 * SENDINGS - 1)(world);
    },
  ],
  ["E10", "a schedule says it once more", repeatingQuietly("orders-sweep-orders", "OrderPlaced", 2, 120_000)],
  [
    "E10",
    "a schedule said it every minute while faults acted",
    (world) => {
      repeating("orders-sweep-orders", "OrderPlaced", 300, 60_000)(world);
      world.faultsStoppedAt = world.now + 1;
      return undefined;
    },
  ],
  [
    "E10",
    "poison and messages of no order were delivered",
    (world) => {
      const { at, orderId, to } = world.deliveries[0] as Delivery;
      world.deliveries.push({ at, orderId, to, eventType: undefined, poison: true });
      world.deliveries.push({ at, orderId: undefined, to, eventType: "OrderPlaced", poison: false });
      return undefined;
    },
  ],
  [
    "E10",
    "forged events came without reason, again and again",
    (world) => {
      const event = saidOf(world, world.confirmed, "StockCommitted");
      for (let time = 0; time < 100; time++) {
        world.forge(event, { source: "shop.unknown", by: "inventory-commit-stock" });
        world.forge(event, { producer: "unknown", by: "orders-sweep-orders" });
      }
      return undefined;
    },
  ],
  [
    "E11",
    "a timer acted in a run with faults",
    (world) => {
      world.faultFree = false;
      world.timersActed.push("orders-sweep-orders");
      return undefined;
    },
  ],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

/** commit-stock publishes StockReserved, of a lower layer; then duplicates cause further duplicates. */
const downwards: Break = (world) => repeating("inventory-commit-stock", "StockReserved", 1)(world);

const breaks: [string, string, Break][] = [
  ["E10", "an answer of a lower layer", downwards],
  [
    "E10",
    "an answer of the layer it heard",
    (world) => {
      const cause = { causationId: null, now: world.now };
      const money = { amount: 1980, currency: "EUR" };
      world.deliveries.push({
        at: world.now,
        to: "payment-abort-payment",
        orderId: world.confirmed,
        eventType: "PaymentCaptured",
        poison: false,
      });
      world.say("payment-abort-payment", newEvent("PaymentRefunded", world.confirmed, cause, money));
      return world.confirmed;
    },
  ],
  [
    "E10",
    "an answer to the delivery of another order",
    (world) => {
      const orderId = world.soldOut;
      const cause = { causationId: null, now: world.now };
      world.say("inventory-commit-stock", newEvent("StockCommitted", orderId, cause, { lines: [] }));
      return orderId;
    },
  ],
  [
    "E10",
    "one delivery answered without end",
    repeating("inventory-commit-stock", "StockCommitted", SENDINGS),
  ],
  [
    "E10",
    "a schedule that never rests",
    (world) => {
      world.faultsStoppedAt = world.now;
      return repeating("orders-sweep-orders", "OrderPlaced", 60, 60_000)(world);
    },
  ],
  ["E10", "a schedule in a hurry", repeating("orders-sweep-orders", "OrderPlaced", 4)],
  [
    "E11",
    "a timer acted in a run without faults",
    (world) => {
      world.timersActed.push("orders-sweep-orders");
      return undefined;
    },
  ],
];

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
