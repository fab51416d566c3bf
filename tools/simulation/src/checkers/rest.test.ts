// E1–E9 over worlds that came to rest in the wrong way.
import { subjectOf } from "@order-saga/contracts";
import { settleBoundMilliseconds } from "@order-saga/invariants/bounds";
import { anEvent } from "@order-saga/messaging/testing";
import type { Mail } from "@order-saga/notification/notification";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import type { ApiCall, Intent, PublishedEntry } from "./observed.ts";
import { notificationOf, orderOf } from "./records.ts";
import { type Break, judge, type Played, queued } from "./testing.ts";

const amended =
  (
    service: "orders" | "inventory" | "payment",
    order: "confirmed" | "voided" | "soldOut",
    change: object,
  ): Break =>
  (world) => {
    world.amend(service, world[order], change);
    return world[order];
  };

const refund = { id: "re_1", amount: 7, source: "provider", providerId: "re_1" };

const ledgered =
  (change: object): Break =>
  (world) => {
    world.amend("payment", world.confirmed, change);
    return world.confirmed;
  };

const refundedAtTheProvider =
  (amount: number, status: "succeeded" | "failed"): Break =>
  (world) => {
    const made = { id: "re_1", refundId: undefined, amount, status, wasMade: true };
    const refunded = status === "succeeded" ? amount : 0;
    world.intents.set(world.confirmed, [{ ...intentOf(world, world.confirmed), refunded, refunds: [made] }]);
    return world.confirmed;
  };

const pendingInTheLedger: Break = (world) => {
  world.amend("payment", world.confirmed, { refunds: [{ ...refund, status: "PENDING" }] });
  return refundedAtTheProvider(7, "succeeded")(world);
};

const disputedAtTheProvider: Break = (world) => {
  const disputes = [{ id: "du_1", amount: 7, status: "needs_response" }];
  world.intents.set(world.confirmed, [{ ...intentOf(world, world.confirmed), disputes }]);
  return world.confirmed;
};

const intentOf = (world: Played, orderId: string) => world.intents.get(orderId)?.[0] as Intent;

/** Sets what became of a mail of the confirmed order. */
const mailed =
  (mail: Partial<Mail> | undefined, kind = "confirmed"): Break =>
  (world) => {
    const { mails } = notificationOf(world, world.confirmed) ?? {};
    world.amend("notification", world.confirmed, { mails: { ...mails, [kind]: mail } });
    return world.confirmed;
  };

function lose(world: Played, to: string) {
  world.lost.push({ to, orderId: world.confirmed, eventType: "OrderConfirmed" });
}

/** Nothing is delivered until the given time after the order's deadline, or the last fault. */
function settleLate(world: Played, after: number): string {
  const orderId = world.place();
  world.now =
    Math.max(Date.parse(orderOf(world, orderId)?.decideBy ?? ""), world.faultsStoppedAt ?? 0) + after;
  world.run();
  return orderId;
}

const bound = settleBoundMilliseconds(services);
const minute = 60_000;

const holds: [string, string, Break][] = [
  ["E2", "settled just in time", (world) => void settleLate(world, bound - minute)],
  [
    "E2",
    "settled in time after the last fault",
    (world) => {
      world.faultsStoppedAt = world.now + 30 * bound;
      settleLate(world, bound - minute);
      return undefined;
    },
  ],
  [
    "E2",
    "settled in time after a clock that was ahead",
    (world) => {
      world.clocksAheadMilliseconds = bound;
      settleLate(world, 2 * bound - minute);
      return undefined;
    },
  ],
  [
    "E2",
    "cancelled long after it was confirmed",
    (world) => {
      world.now += 30 * bound;
      world.cancel(world.confirmed);
      world.run();
      return undefined;
    },
  ],
  [
    "E2",
    "written again long after it has ended",
    (world) => {
      world.now += 30 * bound;
      const version = (orderOf(world, world.confirmed)?.version ?? 0) + 1;
      world.amend("orders", world.confirmed, { version });
      return undefined;
    },
  ],
  [
    "E1",
    "an order that was refused",
    (world) => {
      const call = world.calls[0] as ApiCall;
      world.calls.push({ ...call, orderId: "ord_of_nobody", answer: { status: 422, body: {} } });
      return undefined;
    },
  ],
  [
    "E1",
    "a cancellation that was accepted",
    (world) => {
      const call = world.calls[0] as ApiCall;
      world.calls.push({ ...call, route: "orders-cancel-order", answer: { status: 202, body: {} } });
      return undefined;
    },
  ],
  [
    "E6",
    "a cancellation that was refused",
    (world) => {
      const call = world.calls[0] as ApiCall;
      world.calls.push({ ...call, route: "orders-cancel-order", answer: { status: 409, body: {} } });
      return undefined;
    },
  ],
  [
    "E3",
    "given up",
    (world) => {
      world.intents.set("ord_1", [{ ...intentOf(world, world.voided), state: "voided" }]);
      return undefined;
    },
  ],
  ["E8", "whether the mail went out is unknown", mailed({ state: "UNKNOWN" })],
  ["E8", "refused by the provider", mailed({ state: "REFUSED" })],
  ["E8", "overtaken by a cancellation", mailed({ state: "SUPERSEDED" })],
  [
    "E8",
    "the message that asked for it was purged",
    (world) => {
      lose(world, "notification-notify-customer");
      return mailed(undefined)(world);
    },
  ],
  [
    "E8",
    "the message that would have said the outcome again was purged",
    (world) => {
      lose(world, "orders-track-order");
      const isOutcome = ({ detailType, event }: PublishedEntry) =>
        detailType === "OrderConfirmed" && (event && subjectOf(event)) === world.confirmed;
      world.published.splice(
        0,
        world.published.length,
        ...world.published.filter((each) => !isOutcome(each)),
      );
      return mailed(undefined)(world);
    },
  ],
  [
    "E9",
    "poison in a dead-letter queue",
    (world) => {
      world.queued.push(queued("dead-letter", anEvent("StockReserved"), { poison: true }));
      world.queued.push(queued("undelivered", anEvent("StockReserved"), { poison: true }));
      return undefined;
    },
  ],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  ["E1", "not settled", amended("orders", "confirmed", { stock: "RESERVED" })],
  ["E1", "no service has confirmed its root events", amended("orders", "confirmed", { heard: {} })],
  ["E1", "an end that is not allowed", amended("payment", "confirmed", { settlement: "VOIDED" })],
  ["E1", "no settlement", amended("payment", "confirmed", { settlement: undefined })],
  ["E1", "a reservation that does not fit", amended("inventory", "voided", { state: "COMMITTED" })],
  [
    "E1",
    "accepted, and not there",
    (world) => {
      world.forget("orders", world.confirmed);
      return world.confirmed;
    },
  ],
  [
    "E1",
    "accepted, and never published",
    (world) => {
      const isOf = (type: string, orderId?: string) => type === "OrderPlaced" && orderId === world.confirmed;
      world.published.splice(
        0,
        world.published.length,
        ...world.published.filter(({ detailType, event }) => !isOf(detailType, event && subjectOf(event))),
      );
      return world.confirmed;
    },
  ],
  [
    "E1",
    "accepted, and refused by the bus",
    (world) => {
      for (const [index, entry] of world.published.entries())
        if ((entry.event && subjectOf(entry.event)) === world.confirmed)
          world.published[index] = { ...entry, accepted: false };
      return world.confirmed;
    },
  ],
  ["E1", "its deliveries were lost", (world) => world.place()],
  [
    "E1",
    "no answer accepted it, and it never ended",
    (world) => {
      const orderId = world.place();
      world.calls.pop();
      return orderId;
    },
  ],
  ["E2", "settled too late", (world) => settleLate(world, bound + minute)],
  [
    "E2",
    "settled too late after the last fault",
    (world) => {
      world.faultsStoppedAt = world.now + 30 * bound;
      return settleLate(world, bound + minute);
    },
  ],
  [
    "E2",
    "its root events were confirmed too late",
    (world) => {
      const { heard } = orderOf(world, world.confirmed) ?? {};
      world.amend("orders", world.confirmed, { heard: {} });
      world.look();
      world.now += 900_000 + bound + minute;
      return amended("orders", "confirmed", { heard })(world);
    },
  ],
  [
    "E2",
    "said again by the sweep, which is no new request",
    (world) => {
      const orderId = world.place();
      world.now += 900_000 + bound;
      world.say("orders-sweep-orders", orderOf(world, orderId)?.events.OrderPlaced);
      world.look();
      world.now += minute;
      world.run();
      return orderId;
    },
  ],
  [
    "E2",
    "a timer's decision, which is no request",
    (world) => {
      const orderId = world.place();
      world.now += 900_000 + bound;
      world.say("inventory-signal-expiry", anEvent("ReservationExpired", { orderId }));
      world.look();
      world.now += minute;
      world.run();
      return orderId;
    },
  ],
  [
    "E2",
    "the answer to something said late, which is no request",
    (world) => {
      world.amend("orders", world.confirmed, { stock: "RESERVED" });
      world.look();
      world.now += 900_000 + bound;
      const event = anEvent("OrderRejected", { orderId: world.confirmed });
      world.say("orders-track-order", { ...event, causationId: event.id });
      world.look();
      world.now += minute;
      return amended("orders", "confirmed", { stock: "COMMITTED" })(world);
    },
  ],
  ["E2", "never settled", (world) => world.place()],
  [
    "E2",
    "a cancellation that took too long",
    (world) => {
      world.cancel(world.confirmed);
      world.now += 900_000 + bound + minute;
      world.run();
      return world.confirmed;
    },
  ],
  [
    "E2",
    "settled, open again, and settled too late",
    (world) => {
      world.amend("orders", world.confirmed, { stock: "RESERVED" });
      world.look();
      world.now += 900_000 + bound + minute;
      return amended("orders", "confirmed", { stock: "COMMITTED" })(world);
    },
  ],
  [
    "E3",
    "an authorisation is left held",
    (world) => {
      world.intents.set(world.voided, [{ ...intentOf(world, world.voided), state: "held" }]);
      return world.voided;
    },
  ],
  [
    "E3",
    "a second authorisation is left held",
    (world) => {
      const intent = intentOf(world, world.confirmed);
      world.intents.set(world.confirmed, [intent, { ...intent, state: "held" }]);
      return world.confirmed;
    },
  ],
  ["E4", "stock is left reserved", amended("inventory", "voided", { state: "RESERVED" })],
  ["E5", "shown as refunded", amended("orders", "confirmed", { payment: "REFUNDED" })],
  ["E5", "shown as released", amended("orders", "confirmed", { stock: "RELEASED" })],
  ["E5", "settled otherwise", amended("payment", "voided", { settlement: "CAPTURE_FAILED" })],
  ["E5", "reserved otherwise", amended("inventory", "voided", { state: "REJECTED" })],
  [
    "E5",
    "unknown to payment",
    (world) => {
      world.forget("payment", world.confirmed);
      return world.confirmed;
    },
  ],
  ["E6", "cancelled by the record, and charged", amended("orders", "confirmed", { cancelRequested: true })],
  [
    "E6",
    "cancelled by the answer, and charged",
    (world) => {
      const orderId = world.confirmed;
      const answer = { status: 202, body: {} };
      const route = "orders-cancel-order";
      const call = { at: 0, principal: "ada", route, orderId, idempotencyKey: undefined, body: {}, answer };
      world.calls.push(call);
      return orderId;
    },
  ],
  [
    "E6",
    "more given back than taken",
    (world) => {
      world.intents.set(world.refunded, [{ ...intentOf(world, world.refunded), refunded: 991 }]);
      return world.refunded;
    },
  ],
  [
    "E7",
    "too much was taken",
    (world) => {
      world.intents.set(world.confirmed, [{ ...intentOf(world, world.confirmed), captured: 1981 }]);
      return world.confirmed;
    },
  ],
  [
    "E7",
    "confirmed without money",
    (world) => {
      world.intents.delete(world.confirmed);
      return world.confirmed;
    },
  ],
  [
    "E7",
    "taken for an order that was rejected",
    (world) => {
      const intent = { ...intentOf(world, world.confirmed), orderId: world.soldOut };
      world.intents.set(world.soldOut, [intent]);
      return world.soldOut;
    },
  ],
  [
    "E7",
    "taken for no order",
    (world) => {
      world.intents.set("ord_of_nobody", [intentOf(world, world.confirmed)]);
      return "ord_of_nobody";
    },
  ],
  ["E7", "a refund that the ledger lacks", refundedAtTheProvider(7, "succeeded")],
  [
    "E7",
    "a refund that is made only in the ledger",
    ledgered({ refunds: [{ ...refund, status: "SUCCEEDED" }] }),
  ],
  ["E7", "a refund that was never looked at again", pendingInTheLedger],
  ["E7", "a dispute that the ledger lacks", disputedAtTheProvider],
  ["E7", "less was taken than was told", ledgered({ taken: 1979 })],
  [
    "E6",
    "a refund failed of less than is kept",
    (world) => {
      world.amend("payment", world.refunded, { refunds: [{ ...refund, amount: 989, status: "FAILED" }] });
      world.intents.set(world.refunded, [{ ...intentOf(world, world.refunded), refunded: 0 }]);
      return world.refunded;
    },
  ],
  ["E8", "an outcome without a mail", mailed(undefined)],
  ["E8", "no mail about the order itself", mailed(undefined, "received")],
  ["E8", "still due", mailed({ state: "DUE" })],
  ["E8", "still claimed", mailed({ state: "CLAIMED" })],
  [
    "E8",
    "a message of another queue was purged",
    (world) => {
      lose(world, "orders-track-order");
      return mailed({ state: "DUE" })(world);
    },
  ],
  [
    "E8",
    "another order's message was purged",
    (world) => {
      world.lost.push({
        to: "notification-notify-customer",
        orderId: world.soldOut,
        eventType: "OrderRejected",
      });
      return mailed({ state: "DUE" })(world);
    },
  ],
  [
    "E8",
    "said to be sent, and was not",
    (world) => {
      const others = world.mails.filter(({ orderId }) => orderId !== world.confirmed);
      world.mails.splice(0, world.mails.length, ...others);
      return world.confirmed;
    },
  ],
  [
    "E8",
    "notification never heard of it",
    (world) => {
      world.forget("notification", world.confirmed);
      return world.confirmed;
    },
  ],
  ...(["reaction", "dead-letter", "undelivered"] as const).map((kind): [string, string, Break] => [
    "E9",
    `a message is left in a queue: ${kind}`,
    (world) => {
      world.queued.push(queued(kind, anEvent("StockReserved", { orderId: world.confirmed })));
      return world.confirmed;
    },
  ]),
  [
    "E9",
    "poison goes round and round",
    (world) => {
      world.queued.push(queued("reaction", anEvent("StockReserved"), { poison: true }));
      return undefined;
    },
  ],
];

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
