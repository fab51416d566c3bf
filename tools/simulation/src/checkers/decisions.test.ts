// A17–A19 and E9's poison: worlds that reject without reason, capture too late or drop unreadable messages.

import { reject, reserve } from "@order-saga/inventory/reservation";
import { anEvent } from "@order-saga/messaging/testing";
import { reservationRecord } from "@order-saga/protocol/records";
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import { orderOf, paymentOf } from "./records.ts";
import { type Break, judge, type Played } from "./testing.ts";

/** An order that is rejected for this shortage without a rule having decided so. */
function rejected(world: Played, sku: string, available: number, between = () => {}, requested = 1): string {
  const orderId = world.place({ sku });
  between();
  const placed = orderOf(world, orderId)?.events.OrderPlaced;
  if (!placed) throw new Error("The order was not placed.");
  const reservation = reject(placed, [{ sku, requested, available }], world.now);
  world.put("inventory", reservationRecord.key(orderId).pk, reservationRecord.sk, reservation);
  return orderId;
}

function setAvailable(world: Played, available: number): void {
  world.amendStock("TEA", { available });
  world.look();
  world.now += 1000;
}

/** TEA's seven units lie in two buckets; a step of the world moves this many from one to the other. */
function inBuckets(world: Played, head: number, bucket: number): void {
  world.amendStock("TEA", { available: head, buckets: 2 });
  world.amendStock("TEA#1", {
    sku: "TEA",
    bucket: 1,
    available: bucket,
    reserved: 0,
    sold: 0,
    restocked: bucket,
  });
  world.look();
  world.now += 1000;
}

/** The shop is told that so many units of TEA, which it takes out of stock, are not there. */
function correctionRefused(world: Played, quantity: number): void {
  const call = { at: world.now, principal: "shop", route: "inventory-adjust-stock", path: { sku: "TEA" } };
  const answer = { status: 409, body: {} };
  world.calls.push({
    ...call,
    orderId: undefined,
    idempotencyKey: "key",
    body: { delta: -quantity },
    answer,
  });
}

/** An order that payment decides so long after its deadline. */
function decided(world: Played, decision: "CAPTURE" | "ABORT", secondsLate: number): string {
  const orderId = world.place();
  const decideBy = orderOf(world, orderId)?.decideBy ?? "";
  world.now = Date.parse(decideBy) + secondsLate * 1000;
  const authorization = { state: "NONE" };
  world.amend("payment", orderId, { authorization, charge: { decideBy }, decision, events: {}, version: 1 });
  return orderId;
}

/** An order whose stock is taken so long before its deadline. */
function reservedBefore(world: Played, milliseconds: number): string {
  const orderId = world.place();
  const placed = orderOf(world, orderId)?.events.OrderPlaced;
  if (!placed) throw new Error("The order was not placed.");
  const reservation = reserve(placed, Date.parse(placed.data.decideBy) - milliseconds, 900);
  world.put("inventory", reservationRecord.key(orderId).pk, reservationRecord.sk, reservation);
  return orderId;
}

function handPoison(world: Played): void {
  const to = "payment-capture-payment";
  world.deliveries.push({ at: world.now, to, orderId: undefined, eventType: undefined, poison: true });
}

function parkPoison(world: Played, name: string): void {
  const message = { body: "{", receiveCount: 1, attributes: {}, poison: true };
  world.queued.push({ name, kind: "dead-letter", messages: [message] });
}

/** A change of the world that concerns no single order. */
const ofNoOrder = (act: (world: Played) => unknown): Break => {
  return (world) => {
    act(world);
    return undefined;
  };
};

/** A cancellation of the confirmed order, recorded but not published; the sweep is due after so long. */
function requested(world: Played, after: number) {
  const event = anEvent("OrderCancelRequested", { orderId: world.confirmed });
  const events = { ...orderOf(world, world.confirmed)?.events, OrderCancelRequested: event };
  const dueAt = new Date(Date.parse(event.occurredAt) + after).toISOString();
  world.amend("orders", world.confirmed, { events, looked: false, dueAt });
  world.look();
  return event;
}

const holds: [string, string, Break][] = [
  [
    "A17",
    "more than there is was to be taken out",
    ofNoOrder((world) => {
      setAvailable(world, 7);
      correctionRefused(world, 8);
    }),
  ],
  ["A17", "there is none of it at all", ofNoOrder((world) => rejected(world, "COFFEE", 0))],
  [
    "A17",
    "the stock came back after inventory had read it",
    ofNoOrder((world) =>
      rejected(world, "TEA", 0, () => {
        setAvailable(world, 0);
        setAvailable(world, 7);
      }),
    ),
  ],
  [
    "A17",
    "all buckets together had too little while they were read",
    ofNoOrder((world) =>
      rejected(
        world,
        "TEA",
        2,
        () => {
          inBuckets(world, 1, 0);
          inBuckets(world, 3, 4);
        },
        3,
      ),
    ),
  ],
  ["A18", "captured in the last moment", ofNoOrder((world) => decided(world, "CAPTURE", 0))],
  ["A18", "given up long after", ofNoOrder((world) => decided(world, "ABORT", 7200))],
  ["A18", "stock taken in the last moment", ofNoOrder((world) => reservedBefore(world, 1))],
  [
    "A18",
    "a clock is behind",
    ofNoOrder((world) => {
      world.clocksBehindMilliseconds = 3600_000;
      decided(world, "CAPTURE", 3600);
    }),
  ],
  [
    "A19",
    "an order that is due until its request is said",
    ofNoOrder((world) => {
      const event = requested(world, 60_000);
      world.say("orders-cancel-order", event);
      world.amend("orders", world.confirmed, { looked: true, dueAt: undefined });
    }),
  ],
  [
    "E9",
    "poison was parked",
    ofNoOrder((world) => {
      handPoison(world);
      parkPoison(world, "payment-capture-payment-dlq");
    }),
  ],
  [
    "E9",
    "parked poison was purged",
    ofNoOrder((world) => {
      handPoison(world);
      world.lost.push({ to: "payment-capture-payment", orderId: undefined, eventType: undefined });
    }),
  ],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  [
    "A17",
    "what is to be taken out of stock lies in another bucket",
    ofNoOrder((world) => {
      inBuckets(world, 2, 5);
      correctionRefused(world, 7);
    }),
  ],
  ["A17", "there is enough", (world) => rejected(world, "TEA", 0)],
  ["A17", "there is none of it at all", (world) => rejected(world, "COFFEE", 1)],
  [
    "A17",
    "the shortage was over before the order came",
    (world) => {
      setAvailable(world, 0);
      setAvailable(world, 7);
      return rejected(world, "TEA", 0);
    },
  ],
  [
    "A17",
    "another bucket has the rest",
    (world) => rejected(world, "TEA", 2, () => inBuckets(world, 2, 5), 3),
  ],
  [
    "A17",
    "units were moved while the buckets were read",
    (world) =>
      rejected(
        world,
        "TEA",
        4,
        () => {
          inBuckets(world, 3, 4);
          inBuckets(world, 4, 3);
        },
        5,
      ),
  ],
  ["A17", "there was as much as was asked for", (world) => rejected(world, "TEA", 7, () => {}, 7)],
  ["A18", "captured an hour after the deadline", (world) => decided(world, "CAPTURE", 3600)],
  ["A18", "stock taken at the deadline", (world) => reservedBefore(world, 0)],
  [
    "A18",
    "captured later than a clock is behind",
    (world) => {
      world.clocksBehindMilliseconds = 3600_000;
      return decided(world, "CAPTURE", 7200);
    },
  ],
  [
    "A18",
    "captured though it was cancelled",
    (world) => {
      const { charge } = paymentOf(world, world.confirmed) ?? {};
      const orderId = `ord_${"e".repeat(32)}`;
      const authorization = { state: "AUTHORIZED", intentId: "pi_1" };
      world.amend("payment", orderId, {
        charge,
        authorization,
        decision: "CAPTURE",
        cancelled: true,
        events: {},
      });
      return orderId;
    },
  ],
  [
    "A19",
    "the sweep has looked before the request was said",
    (world) => {
      requested(world, 60_000);
      world.amend("orders", world.confirmed, { looked: true });
      return world.confirmed;
    },
  ],
  [
    "A19",
    "a request that was not said is looked at too late",
    (world) => {
      requested(world, 61_000);
      return world.confirmed;
    },
  ],
  [
    "A19",
    "a request that was not said is not due",
    (world) => {
      requested(world, 60_000);
      world.amend("orders", world.confirmed, { dueAt: undefined });
      return world.confirmed;
    },
  ],
  ["E9", "poison was handed over and is nowhere", ofNoOrder(handPoison)],
  [
    "E9",
    "poison is parked elsewhere",
    ofNoOrder((world) => {
      handPoison(world);
      parkPoison(world, "payment-abort-payment-dlq");
    }),
  ],
];

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
