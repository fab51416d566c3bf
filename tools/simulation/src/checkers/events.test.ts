// A7–A10 and A16 over worlds in which something was said that should not have been.
import { type DomainEvent, type EventType, newEvent, subjectOf } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import { orderOf, paymentOf, reservationOf } from "./records.ts";
import { type Break, judge, type Played } from "./testing.ts";

/** The first saying of an order's event. */
function saidOf(world: Played, orderId: string, type: EventType): DomainEvent {
  const entry = world.published.find(
    ({ event }) => event && subjectOf(event) === orderId && event.type === type,
  );
  if (!entry?.event) throw new Error(`${type} was not said.`);
  return entry.event;
}

/** Adds an event to payment's record of an order. */
function recordInPayment(world: Played, orderId: string, event: DomainEvent) {
  const { events = {} } = paymentOf(world, orderId) ?? {};
  world.amend("payment", orderId, { events: { ...events, [event.type]: event } });
  return orderId;
}

const without = (events: object, type: EventType) =>
  Object.fromEntries(Object.entries(events).filter(([each]) => each !== type));

const holds: [string, string, Break][] = [
  [
    "A8",
    "the table gave the fields back in another order",
    (world) => {
      const event = saidOf(world, world.confirmed, "PaymentCaptured");
      const turned = Object.fromEntries(Object.entries(event).reverse()) as unknown as DomainEvent;
      expect(JSON.stringify(turned)).not.toBe(JSON.stringify(event));
      world.say("payment-capture-payment", turned);
      return undefined;
    },
  ],
  [
    "A9",
    "the bus refused an event that is not recorded",
    (world) => {
      world.say("payment-capture-payment", anEvent("PaymentRefunded", { orderId: world.confirmed }));
      const entry = world.published.pop();
      if (entry) world.published.push({ ...entry, accepted: false });
      return undefined;
    },
  ],
  [
    "A9",
    "a forged event that no service recorded",
    (world) => {
      world.forge(anEvent("PaymentRefunded", { orderId: world.confirmed }), { source: "shop.unknown" });
      return undefined;
    },
  ],
  [
    "A16",
    "an order that is recorded and not said yet",
    (world) => {
      const orderId = `ord_${"d".repeat(32)}`;
      const OrderPlaced = anEvent("OrderPlaced", { orderId });
      world.amend("orders", orderId, {
        events: { OrderPlaced },
        lines: [],
        heard: {},
        looked: true,
        timeline: [{ type: "OrderPlaced", at: "" }],
        version: 1,
      });
      return undefined;
    },
  ],
  [
    "A16",
    "a customer's outcome overtook the order",
    (world) => {
      world.amend("notification", world.confirmed, { placed: undefined });
      return undefined;
    },
  ],
  [
    "A16",
    "payment and inventory heard of the end before the beginning",
    (world) => {
      const orderId = `ord_${"c".repeat(32)}`;
      world.say("orders-cancel-order", anEvent("OrderCancelRequested", { orderId }));
      world.say("payment-abort-payment", anEvent("PaymentAborted", { orderId }));
      world.amend("payment", orderId, {
        cancelled: true,
        stock: "NONE",
        authorization: { state: "NONE" },
        events: {},
        version: 1,
      });
      world.amend("inventory", orderId, {
        state: "RELEASED",
        lines: [],
        outcome: "aborted",
        events: {},
        version: 1,
      });
      world.say("orders-track-order", anEvent("OrderCancelled", { orderId }));
      const { data } = anEvent("OrderCancelled");
      world.amend("notification", orderId, { outcomes: { cancelled: data }, mails: {}, version: 1 });
      return undefined;
    },
  ],
  [
    "A10",
    "a timer decided",
    (world) => {
      const cause = { causationId: null, now: world.now };
      const event = newEvent("PaymentVoided", world.declined, cause, { authorized: false });
      recordInPayment(world, world.declined, event);
      world.say("payment-resume-payments", event);
      return undefined;
    },
  ],
  [
    "A16",
    "forged events that no service recorded",
    (world) => {
      const orderId = world.confirmed;
      world.forge(anEvent("OrderCancelRequested", { orderId }), { source: "shop.payment" });
      world.forge(anEvent("PaymentRefunded", { orderId }), { producer: "orders" });
      world.look({ orderIds: [orderId] });
      return undefined;
    },
  ],
  [
    "A16",
    "a forged copy of an event that was said, too",
    (world) => {
      world.forge(saidOf(world, world.confirmed, "PaymentCaptured"), { source: "shop.orders" });
      for (const service of ["orders", "inventory", "payment"] as const)
        world.amend(service, world.confirmed, {});
      return undefined;
    },
  ],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const recorded =
  (order: "confirmed" | "voided" | "refunded", type: EventType): Break =>
  (world) =>
    recordInPayment(world, world[order], anEvent(type, { orderId: world[order] }));

const breaks: [string, string, Break][] = [
  ["A7", "captured and voided", recorded("confirmed", "PaymentVoided")],
  ["A7", "captured and declined", recorded("confirmed", "PaymentDeclined")],
  ["A7", "voided and declined", recorded("voided", "PaymentDeclined")],
  ["A7", "refunded without a capture", recorded("voided", "PaymentRefunded")],
  [
    "A7",
    "reserved and rejected",
    (world) => {
      const events = {
        ...reservationOf(world, world.confirmed)?.events,
        StockRejected: anEvent("StockRejected"),
      };
      world.amend("inventory", world.confirmed, { events });
      return world.confirmed;
    },
  ],
  [
    "A7",
    "committed without a capture",
    (world) => {
      const events = {
        ...reservationOf(world, world.voided)?.events,
        StockCommitted: anEvent("StockCommitted"),
      };
      world.amend("inventory", world.voided, { events });
      return world.voided;
    },
  ],
  [
    "A7",
    "a rejection that was said and then overwritten by a confirmation",
    (world) => {
      world.say("orders-track-order", anEvent("OrderRejected", { orderId: world.confirmed }));
      return world.confirmed;
    },
  ],
  [
    "A7",
    "rejected and cancelled",
    (world) => {
      world.say("orders-track-order", anEvent("OrderRejected", { orderId: world.voided }));
      return world.voided;
    },
  ],
  [
    "A7",
    "confirmed without a capture",
    (world) => {
      world.say("orders-track-order", anEvent("OrderConfirmed", { orderId: world.soldOut }));
      return world.soldOut;
    },
  ],
  [
    "A8",
    "said again at another time",
    (world) => {
      const event = saidOf(world, world.confirmed, "PaymentCaptured");
      world.say("payment-capture-payment", { ...event, occurredAt: new Date(world.now).toISOString() });
      return world.confirmed;
    },
  ],
  [
    "A8",
    "said again with another cause",
    (world) => {
      const event = saidOf(world, world.confirmed, "StockCommitted");
      world.say("inventory-commit-stock", { ...event, causationId: null });
      return world.confirmed;
    },
  ],
  [
    "A8",
    "an id that is not derived",
    (world) => {
      const event = saidOf(world, world.confirmed, "StockCommitted");
      world.say("inventory-commit-stock", { ...event, id: "00000000-0000-4000-8000-000000000000" });
      return world.confirmed;
    },
  ],
  [
    "A9",
    "published before it was written",
    (world) => {
      world.say("payment-abort-payment", anEvent("PaymentRefunded", { orderId: world.confirmed }));
      return world.confirmed;
    },
  ],
  [
    "A9",
    "published in other words than recorded",
    (world) => {
      const event = saidOf(world, world.confirmed, "StockCommitted");
      world.say("inventory-commit-stock", {
        ...event,
        traceparent: `00-${"1".repeat(32)}-${"1".repeat(16)}-01`,
      });
      return world.confirmed;
    },
  ],
  [
    "A9",
    "published, and later overwritten",
    (world) => {
      const { events = {} } = orderOf(world, world.confirmed) ?? {};
      world.amend("orders", world.confirmed, { events: without(events, "OrderConfirmed") });
      return world.confirmed;
    },
  ],
  [
    "A9",
    "published for an order of which there is no record",
    (world) => {
      const orderId = `ord_${"f".repeat(32)}`;
      world.say("orders-place-order", anEvent("OrderPlaced", { orderId }));
      return orderId;
    },
  ],
  [
    "A9",
    "published under another service's source",
    (world) => {
      const event = saidOf(world, world.confirmed, "StockCommitted");
      world.forge(event, { by: "inventory-commit-stock", source: "shop.payment" });
      return world.confirmed;
    },
  ],
  [
    "A9",
    "published by a service that does not own it",
    (world) => {
      world.forge(saidOf(world, world.confirmed, "StockCommitted"), { by: "payment-capture-payment" });
      return world.confirmed;
    },
  ],
  [
    "A9",
    "published against its contract",
    (world) => {
      world.forge(anEvent("StockCommitted"), { by: "inventory-commit-stock", producer: "unknown" });
      return undefined;
    },
  ],
  [
    "A10",
    "stock was committed by itself",
    (world) => {
      const cause = { causationId: null, now: world.now };
      world.say("inventory-commit-stock", newEvent("StockCommitted", world.voided, cause, { lines: [] }));
      return world.voided;
    },
  ],
  [
    "A10",
    "the answer to an event that was never published",
    (world) => {
      const cause = { causationId: anEvent("PaymentCaptured", { orderId: world.voided }).id, now: world.now };
      world.say("inventory-commit-stock", newEvent("StockCommitted", world.voided, cause, { lines: [] }));
      return world.voided;
    },
  ],
  [
    "A10",
    "the answer to an event that its producer does not hear",
    (world) => {
      const cause = { causationId: saidOf(world, world.voided, "StockReserved").id, now: world.now };
      world.say("inventory-commit-stock", newEvent("StockCommitted", world.voided, cause, { lines: [] }));
      return world.voided;
    },
  ],
  [
    "A10",
    "the answer to an event of its own layer",
    (world) => {
      const cause = { causationId: saidOf(world, world.voided, "OrderPlaced").id, now: world.now };
      const data = { reservedUntil: new Date(world.now).toISOString() };
      world.say("inventory-signal-expiry", newEvent("ReservationExpired", world.voided, cause, data));
      return world.voided;
    },
  ],
  [
    "A10",
    "recorded but not published, for a cause that was never published",
    (world) => {
      const cause = { causationId: "00000000-0000-4000-8000-000000000000", now: world.now };
      const event = newEvent("PaymentRefunded", world.confirmed, cause, { amount: 1980, currency: "EUR" });
      return recordInPayment(world, world.confirmed, event);
    },
  ],
  ...(["orders", "inventory", "payment"] as const).map((service): [string, string, Break] => [
    "A10",
    `recorded by ${service} but not published, for a cause that was never published`,
    (world) => {
      const events = { StockReleased: { ...anEvent("StockReleased"), causationId: "gone" } };
      const orderId = `ord_${"b".repeat(32)}`;
      const released = { ...events.StockReleased, orderId };
      world.amend(service, orderId, {
        events: { StockReleased: released },
        authorization: { state: "NONE" },
        timeline: [],
        lines: [],
        heard: {},
        looked: true,
        version: 1,
      });
      return orderId;
    },
  ]),
  [
    "A16",
    "stock was rejected for a forged order",
    (world) => {
      const orderId = `ord_${"e".repeat(32)}`;
      world.amend("inventory", orderId, { state: "REJECTED", lines: [], events: {}, version: 1 });
      return orderId;
    },
  ],
  [
    "A16",
    "payment charged for a forged order",
    (world) => {
      const orderId = `ord_${"e".repeat(32)}`;
      const charge = { amount: 1, currency: "EUR", paymentMethod: "pm_card_visa", decideBy: "" };
      world.amend("payment", orderId, {
        charge,
        authorization: { state: "NONE" },
        events: {},
        version: 1,
      });
      return orderId;
    },
  ],
  ...(["orders", "inventory"] as const).map((service): [string, string, Break] => [
    "A16",
    `an event of ${service} answers a forged one`,
    (world) => {
      const forged = anEvent("ReservationExpired", { orderId: world.confirmed });
      world.forge(forged, { source: "shop.orders" });
      const read = { orders: orderOf, inventory: reservationOf }[service];
      const StockRejected = { ...anEvent("StockRejected"), causationId: forged.id };
      const events = { ...read(world, world.confirmed)?.events, StockRejected };
      world.amend(service, world.confirmed, { events });
      return world.confirmed;
    },
  ]),
  [
    "A16",
    "payment believed a forged cancellation",
    (world) => {
      world.forge(anEvent("OrderCancelRequested", { orderId: world.confirmed }), { source: "shop.payment" });
      world.amend("payment", world.confirmed, { cancelled: true });
      return world.confirmed;
    },
  ],
  [
    "A16",
    "payment charged what a forged order said",
    (world) => {
      const charge = { ...paymentOf(world, world.confirmed)?.charge, amount: 1 };
      world.amend("payment", world.confirmed, { charge });
      return world.confirmed;
    },
  ],
  [
    "A16",
    "payment believed in a forged reservation",
    (world) => {
      world.amend("payment", world.soldOut, { stock: "RESERVED" });
      return world.soldOut;
    },
  ],
  [
    "A16",
    "payment believed in a forged shortage",
    (world) => {
      world.amend("payment", world.confirmed, { stock: "REJECTED" });
      return world.confirmed;
    },
  ],
  [
    "A16",
    "stock was sold for a forged capture",
    (world) => {
      world.amend("inventory", world.voided, { state: "COMMITTED" });
      return world.voided;
    },
  ],
  [
    "A16",
    "stock was reserved for a forged order",
    (world) => {
      const orderId = `ord_${"e".repeat(32)}`;
      world.amend("inventory", orderId, {
        state: "RESERVED",
        lines: [{ sku: "TEA", quantity: 1 }],
        events: {},
        version: 1,
      });
      return orderId;
    },
  ],
  [
    "A16",
    "stock was released for a forged void",
    (world) => {
      world.amend("inventory", world.confirmed, { outcome: "aborted" });
      return world.confirmed;
    },
  ],
  [
    "A16",
    "stock was released for a forged refund",
    (world) => {
      world.amend("inventory", world.confirmed, { outcome: "refunded" });
      return world.confirmed;
    },
  ],
  [
    "A16",
    "the order heard a forged refund",
    (world) => {
      const { timeline = [] } = orderOf(world, world.confirmed) ?? {};
      world.amend("orders", world.confirmed, {
        timeline: [...timeline, { type: "PaymentRefunded", at: "" }],
      });
      return world.confirmed;
    },
  ],
  [
    "A16",
    "mail goes to a forged contact",
    (world) => {
      world.amend("notification", world.confirmed, { placed: { contact: { email: "eve@example.com" } } });
      return world.confirmed;
    },
  ],
  ...(["confirmed", "rejected", "cancelled"] as const).map((outcome): [string, string, Break] => [
    "A16",
    `a customer is told of a forged outcome: ${outcome}`,
    (world) => {
      world.amend("notification", world.voided, { outcomes: { [outcome]: { reason: "expired" } } });
      return world.voided;
    },
  ]),
  [
    "A16",
    "an event answers a forged one",
    (world) => {
      const forged = anEvent("ReservationExpired", { orderId: world.confirmed });
      world.forge(forged, { source: "shop.orders" });
      const cause = { causationId: forged.id, now: world.now };
      const data = { reason: "expired", authorized: false } as const;
      return recordInPayment(world, world.confirmed, newEvent("PaymentVoided", world.confirmed, cause, data));
    },
  ],
];

/** Reported by the step that does it, though a later one may cover it up. */
const atOnce: [string, string, Break][] = [
  [
    "A9",
    "published first, recorded later",
    (world) => {
      const event = anEvent("PaymentRefunded", { orderId: world.confirmed });
      world.say("payment-abort-payment", event);
      world.look();
      return recordInPayment(world, world.confirmed, event);
    },
  ],
  [
    "A10",
    "said before its cause",
    (world) => {
      const cause = anEvent("OrderCancelRequested", { orderId: world.confirmed });
      const event = { ...anEvent("PaymentRefunded", { orderId: world.confirmed }), causationId: cause.id };
      world.say("payment-abort-payment", event);
      world.look();
      world.say("orders-cancel-order", cause);
      return world.confirmed;
    },
  ],
];

test.each(atOnce)("%s is broken in this step: %s", (invariant, _, act) => {
  const { atOnce, expected } = judge(createCheckers(), invariant, act);
  expect(atOnce).toContainEqual(expected);
});

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
