// A11–A13 over worlds whose records go back, cost too little, or are there twice.
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import type { ApiCall } from "./observed.ts";
import { notificationOf, orderOf, paymentOf, reservationOf } from "./records.ts";
import { type Break, judge, type Played } from "./testing.ts";

type Kept = "orders" | "inventory" | "payment" | "notification";
const read = { orders: orderOf, inventory: reservationOf, payment: paymentOf, notification: notificationOf };

/** Writes the record of an order anew, as its next version. */
const rewritten =
  (service: Kept, order: "confirmed" | "refunded" | "voided" | "soldOut", change: object): Break =>
  (world) => {
    const version = (read[service](world, world[order])?.version ?? 0) + 1;
    world.amend(service, world[order], { ...change, version });
    return world[order];
  };

/** Sends a request to place an order once more, with another answer or another body. */
function again(world: Played, orderId: string, change: Partial<ApiCall>): string {
  const call = world.calls.find((each) => each.orderId === orderId);
  if (!call) throw new Error("This order was not placed.");
  world.calls.push({ ...call, ...change });
  return orderId;
}

/** Tea costs one cent from then on. */
function reprice(world: Played, from: number): void {
  world.prices.set("TEA", [...(world.prices.get("TEA") ?? []), { from, unitPrice: 1 }]);
}

const answered = (orderId: string) => ({ status: 202, body: { orderId } });

const holds: [string, string, Break][] = [
  ["A11", "a mail whose fate is known at last", rewritten("notification", "confirmed", {})],
  [
    "A11",
    "a reservation that was written with nothing new",
    (world) => {
      world.amend("inventory", world.confirmed, {});
      return undefined;
    },
  ],
  [
    "A12",
    "priced anew after the order",
    (world) => {
      reprice(world, world.now);
      return undefined;
    },
  ],
  [
    "A12",
    "priced anew between the request and the record",
    (world) => {
      reprice(world, world.now);
      world.now += 1000;
      world.place({ unitPrice: 990 });
      const call = world.calls.pop() as ApiCall;
      world.calls.push({ ...call, at: call.at - 2000 });
      return undefined;
    },
  ],
  [
    "A12",
    "a request that does not name its order",
    (world) => {
      const orderId = world.place();
      again(world, orderId, { orderId: undefined });
      world.calls.splice(-2, 1);
      return undefined;
    },
  ],
  [
    "A12",
    "written again long after its price has gone",
    (world) => {
      world.now += 60_000;
      reprice(world, world.now - 30_000);
      return rewritten("orders", "confirmed", {})(world) && undefined;
    },
  ],
  [
    "A13",
    "two cancellations, which have no key",
    (world) => {
      world.cancel(world.confirmed);
      world.cancel(world.soldOut);
      return undefined;
    },
  ],
  ["A13", "a retry with the same answer", (world) => void again(world, world.confirmed, {})],
  [
    "A13",
    "another order under the key, refused",
    (world) => void again(world, world.confirmed, { body: { lines: [] }, answer: { status: 422, body: {} } }),
  ],
  [
    "A13",
    "the same key of another principal",
    (world) => {
      world.place({ key: "key-of-order-number-1", principal: "bob" });
      world.run();
      return undefined;
    },
  ],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  ["A11", "decided anew", rewritten("payment", "confirmed", { decision: "ABORT" })],
  ["A11", "undecided", rewritten("payment", "confirmed", { decision: undefined })],
  ["A11", "settled anew", rewritten("payment", "voided", { settlement: "DECLINED" })],
  ["A11", "a refund forgotten", rewritten("payment", "refunded", { settlement: "CAPTURED" })],
  ["A11", "settled against the decision", rewritten("payment", "confirmed", { settlement: "VOIDED" })],
  [
    "A11",
    "an authorisation forgotten",
    rewritten("payment", "confirmed", { authorization: { state: "NONE" } }),
  ],
  ["A11", "a shortage forgotten", rewritten("payment", "soldOut", { stock: "NONE" })],
  ["A11", "a cancellation forgotten by payment", rewritten("payment", "voided", { cancelled: false })],
  ["A11", "another amount to charge", rewritten("payment", "confirmed", { charge: { amount: 1 } })],
  ["A11", "sold, and reserved again", rewritten("inventory", "confirmed", { state: "RESERVED" })],
  ["A11", "released, and sold again", rewritten("inventory", "refunded", { state: "COMMITTED" })],
  ["A11", "rejected, and reserved", rewritten("inventory", "soldOut", { state: "RESERVED" })],
  ["A11", "released for another reason", rewritten("inventory", "refunded", { outcome: "aborted" })],
  ["A11", "other lines", rewritten("inventory", "confirmed", { lines: [] })],
  ["A11", "a recorded event taken out", rewritten("inventory", "confirmed", { events: {} })],
  ["A11", "shown as authorised again", rewritten("orders", "confirmed", { payment: "AUTHORIZED" })],
  ["A11", "voided, and shown as declined", rewritten("orders", "voided", { payment: "DECLINED" })],
  ["A11", "shown as reserved again", rewritten("orders", "confirmed", { stock: "RESERVED" })],
  ["A11", "a cancellation forgotten", rewritten("orders", "voided", { cancelRequested: false })],
  ["A11", "a shorter timeline", rewritten("orders", "confirmed", { timeline: [] })],
  [
    "A11",
    "a sent mail that is due again",
    rewritten("notification", "confirmed", { mails: { received: { state: "DUE", at: "" } } }),
  ],
  ["A11", "another contact", rewritten("notification", "confirmed", { placed: {} })],
  ...(["orders", "inventory", "payment", "notification"] as const).flatMap(
    (service): [string, string, Break][] => [
      [
        "A11",
        `${service} wrote over a write`,
        (world) => {
          world.amend(service, world.confirmed, { added: true });
          return world.confirmed;
        },
      ],
      [
        "A11",
        `${service} wrote an older version`,
        (world) => {
          world.amend(service, world.confirmed, { version: 0 });
          return world.confirmed;
        },
      ],
    ],
  ),
  ["A12", "the customer's own price", (world) => world.place({ unitPrice: 1 })],
  [
    "A12",
    "a price from before the request",
    (world) => {
      world.now += 60_000;
      reprice(world, world.now - 30_000);
      return world.place({ unitPrice: 990 });
    },
  ],
  [
    "A12",
    "a price that comes only later",
    (world) => {
      reprice(world, world.now + 60_000);
      return world.place({ unitPrice: 1 });
    },
  ],
  ["A12", "a SKU that is in no catalogue", (world) => world.place({ sku: "COFFEE" })],
  [
    "A12",
    "an amount that is not the sum",
    (world) => {
      world.amend("orders", world.confirmed, { amount: 1 });
      return world.confirmed;
    },
  ],
  [
    "A12",
    "more than was asked for",
    (world) => {
      const orderId = world.place();
      again(world, orderId, { body: { lines: [{ sku: "TEA", quantity: 2 }] } });
      world.calls.splice(-2, 1);
      return orderId;
    },
  ],
  [
    "A12",
    "something else than was asked for",
    (world) => {
      const orderId = world.place();
      again(world, orderId, { body: { lines: [{ sku: "CAKE", quantity: 1 }] } });
      world.calls.splice(-2, 1);
      return orderId;
    },
  ],
  ...[
    {},
    { lines: [] },
    {
      lines: [
        { sku: "TEA", quantity: 1 },
        { sku: "CAKE", quantity: 1 },
      ],
    },
    undefined,
  ].map((body): [string, string, Break] => [
    "A12",
    `no request asked for its lines: ${JSON.stringify(body)}`,
    (world) => {
      const orderId = world.place();
      again(world, orderId, { body });
      world.calls.splice(-2, 1);
      return orderId;
    },
  ]),
  [
    "A12",
    "asked for by another route",
    (world) => {
      const orderId = world.place();
      again(world, orderId, { route: "orders-cancel-order" });
      world.calls.splice(-2, 1);
      return orderId;
    },
  ],
  [
    "A12",
    "asked for as another order",
    (world) => {
      const orderId = world.place({ quantity: 3 });
      again(world, orderId, { orderId: world.confirmed });
      world.calls.splice(-2, 1);
      return orderId;
    },
  ],
  [
    "A12",
    "asked for by another principal",
    (world) => {
      world.amend("orders", world.confirmed, { principal: "eve" });
      return world.confirmed;
    },
  ],
  [
    "A13",
    "two orders of one key",
    (world) =>
      again(world, world.confirmed, { orderId: world.refunded, answer: answered(world.refunded) }) &&
      world.refunded,
  ],
  [
    "A13",
    "one order of two keys",
    (world) => again(world, world.confirmed, { idempotencyKey: "another-key-of-hers" }),
  ],
  ["A13", "one order of two principals", (world) => again(world, world.confirmed, { principal: "eve" })],
  [
    "A13",
    "another order accepted under the key",
    (world) => again(world, world.confirmed, { body: { lines: [] } }),
  ],
  [
    "A13",
    "a retry answered in another way",
    (world) => again(world, world.confirmed, { answer: answered(world.confirmed) }),
  ],
  [
    "A13",
    "a key refused because another principal uses it",
    (world) => {
      const [first] = world.calls.filter(({ orderId }) => orderId === world.confirmed);
      if (first) world.calls.splice(world.calls.indexOf(first), 1);
      const body = { type: "https://example.com/problems/idempotency-key-reused" };
      world.calls.push({ ...(first as ApiCall), answer: { status: 422, body } });
      return world.confirmed;
    },
  ],
  [
    "A13",
    "a second order whose answer was lost",
    (world) => {
      const orderId = world.place({ key: "key-of-order-number-1b" });
      const call = world.calls.pop() as ApiCall;
      world.calls.push({ ...call, idempotencyKey: "key-of-order-number-1", answer: undefined });
      return orderId;
    },
  ],
];

test("A12 is broken in this step: the customer's own price", () => {
  const { atOnce, expected } = judge(createCheckers(), "A12", (world) => world.place({ unitPrice: 1 }));
  expect(atOnce).toContainEqual(expected);
});

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
