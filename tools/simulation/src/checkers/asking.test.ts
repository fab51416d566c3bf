// A15, A20, A21 and E13 over worlds that ask a customer, are rung, and wait for a provider in vain.
import { newEvent } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import { paymentOf } from "./records.ts";
import { type Break, judge, type Played } from "./testing.ts";

const clientSecret = "pi_1_secret_9aZ";

function asked(world: Played, orderId: string): string {
  const cause = { causationId: null, now: world.now };
  const data = { actionBy: new Date(world.now + 600_000).toISOString() };
  world.say("payment-capture-payment", newEvent("PaymentActionRequired", orderId, cause, data));
  return orderId;
}

/** The customer loads the page of the payment, and is shown what the bank asks for. */
function shown(world: Played, orderId: string): string {
  const body = { nextAction: { type: "stripe", clientSecret } };
  const call = { at: world.now, principal: "ada", route: "payment-get-payment", orderId };
  world.calls.push({ ...call, idempotencyKey: undefined, body: undefined, answer: { status: 200, body } });
  world.look();
  return orderId;
}

function reserved(world: Played): string {
  const orderId = world.place({ quantity: 3 });
  world.run();
  world.amend("payment", orderId, { decision: undefined, settlement: undefined });
  return orderId;
}

const asking = (change: object) => ({ authorization: { state: "ACTION_REQUIRED", ...change } });

const rung =
  (forgery: string | undefined, status: number): Break =>
  (world) => {
    world.webhooks.push({ at: world.now, orderId: world.confirmed, forgery, status });
    return world.confirmed;
  };

function freed(isOfProvider: boolean, seconds: number): Break {
  return (world) => {
    world.onlyProvider = isOfProvider;
    world.amend("inventory", world.soldOut, { state: "RESERVED" });
    world.look();
    const { decideBy = "" } = paymentOf(world, world.soldOut)?.charge ?? {};
    world.now = Date.parse(decideBy) + seconds * 1000;
    world.amend("inventory", world.soldOut, { state: "RELEASED", outcome: "aborted" });
    return world.soldOut;
  };
}

const holds: [string, string, Break][] = [
  ["A20", "asked for reserved stock", (world) => asked(world, reserved(world))],
  [
    "A15",
    "the secret in payment's record while it asks",
    (world) => {
      world.amend("payment", reserved(world), asking({ clientSecret }));
      return undefined;
    },
  ],
  ["A21", "the provider's own", rung(undefined, 200)],
  ["A21", "a stranger's is refused", rung("bad-signature", 400)],
  ["A21", "one with a stolen secret cannot be told apart", rung("stolen-secret", 200)],
  ["E13", "freed a minute after the deadline", freed(true, 60)],
  ["E13", "freed late, where other things went wrong too", freed(false, 3600)],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  ["A20", "asked when the stock was rejected", (world) => asked(world, world.soldOut)],
  ["A20", "shown the secret when the stock was rejected", (world) => shown(world, world.soldOut)],
  [
    "A20",
    "shown the secret after the decision",
    (world) => {
      world.now += 1000;
      return shown(world, world.confirmed);
    },
  ],
  [
    "A15",
    "the secret in an event",
    (world) => {
      const event = anEvent("OrderCancelRequested", {
        orderId: world.confirmed,
        data: { reason: clientSecret },
      });
      world.say("orders-cancel-order", event);
      return world.confirmed;
    },
  ],
  [
    "A15",
    "the secret in payment's record after the decision",
    (world) => {
      world.amend("payment", world.confirmed, asking({ clientSecret }));
      return world.confirmed;
    },
  ],
  [
    "A15",
    "the secret in another service's record",
    (world) => {
      world.amend("orders", world.confirmed, { clientSecret });
      return world.confirmed;
    },
  ],
  [
    "A15",
    "a webhook's secret in a log",
    (world) => {
      world.lines.push(`${world.confirmed} whsec_3k2`);
      return world.confirmed;
    },
  ],
  ["A21", "a stranger's is taken", rung("bad-signature", 200)],
  ["A21", "an old one is taken", rung("old-signature", 200)],
  ["A21", "one of a retired secret is taken", rung("retired-secret", 200)],
  ["E13", "freed three minutes after the deadline", freed(true, 180)],
];

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
