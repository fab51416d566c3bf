// A4–A6 over worlds whose money is wrong.
import { newEvent } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import type { Intent, ProvidersRefund } from "./observed.ts";
import { type Break, judge, type Played } from "./testing.ts";

/** Changes what the provider has of an order, and adds more intents to it. */
function amendIntent(world: Played, orderId: string, change: Partial<Intent>, ...more: Partial<Intent>[]) {
  const [intent] = world.intents.get(orderId) ?? [];
  if (!intent) throw new Error("The order has no intent.");
  world.intents.set(
    orderId,
    [change, ...more].map((each) => ({ ...intent, ...each })),
  );
  world.look({ orderIds: [orderId] });
  return orderId;
}

const amended =
  (order: "confirmed" | "refunded" | "voided", change: Partial<Intent>, ...more: Partial<Intent>[]): Break =>
  (world) =>
    amendIntent(world, world[order], change, ...more);

const untouched = { captures: 0, ownCaptures: 0, captured: 0 };

/** Clerks' refunds that are written one after the other. */
function requested(...amounts: number[]): Break {
  return (world) => {
    const all = amounts.map((amount, index) => ({ id: `rf_${index}`, amount, source: "shop" }));
    const refunds = all.map((refund) => ({ ...refund, status: "REQUESTED" }));
    world.amend("payment", world.confirmed, { refunds });
    return world.confirmed;
  };
}

/** A refund of 700 that is told as made, and how it stands at the provider. */
function told(change: Partial<ProvidersRefund> | undefined): Break {
  return (world) => {
    const orderId = world.confirmed;
    const refund = { id: "re_1", refundId: "rf_1", amount: 700, status: "succeeded", wasMade: true } as const;
    amendIntent(world, orderId, { refunds: change ? [{ ...refund, ...change }] : [] });
    const cause = { causationId: null, now: world.now };
    const data = { refundId: "rf_1", amount: 700, currency: "EUR", source: "shop" as const };
    world.say("payment-hear-provider", newEvent("RefundMade", orderId, cause, data));
    return orderId;
  };
}

const holds: [string, string, Break][] = [
  [
    "A4",
    "a declined attempt beside the capture",
    amended("confirmed", {}, { ...untouched, state: "declined" }),
  ],
  [
    "A4",
    "another hand has captured a part",
    amended("voided", { captures: 1, captured: 7, state: "captured", refunded: 7 }),
  ],
  [
    "A5",
    "another hand has captured what was aborted",
    amended("voided", { captures: 1, captured: 990, state: "captured" }),
  ],
  ["A5", "a refund of a cancellation has failed", amended("refunded", { refunded: 0 })],
  ["A5", "money was given back before the stock", amended("refunded", {})],
  ["A6", "a hold was given up by the bank", amended("voided", { captures: 0, captured: 0, state: "voided" })],
  ["A6", "all was refunded", amended("refunded", { refunded: 990 })],
  ["A6", "as much requested as was taken", requested(700, 1280)],
  ["A6", "a refund that was made, and failed since", told({ status: "failed" })],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  ["A4", "captured twice", amended("confirmed", { captures: 2, ownCaptures: 2 })],
  ["A4", "captured from two intents", amended("confirmed", {}, { intentId: "pi_2" })],
  ["A4", "held and captured", amended("confirmed", {}, { ...untouched, state: "held" })],
  ["A4", "a part was captured", amended("confirmed", { captured: 990 })],
  ["A4", "another amount was authorised", amended("confirmed", { amount: 1981, captured: 1981 })],
  ["A4", "another currency was authorised", amended("confirmed", { currency: "USD" })],
  [
    "A4",
    "money of an order that is not there",
    (world) => {
      world.forget("orders", world.confirmed);
      return amendIntent(world, world.confirmed, {});
    },
  ],
  [
    "A5",
    "the stock was released",
    (world) => {
      world.amend("inventory", world.confirmed, { state: "RELEASED" });
      return world.confirmed;
    },
  ],
  [
    "A5",
    "the stock was rejected",
    (world) => {
      world.amend("inventory", world.confirmed, { state: "REJECTED" });
      return world.confirmed;
    },
  ],
  [
    "A5",
    "stock was never reserved",
    (world) => {
      world.forget("inventory", world.confirmed);
      return world.confirmed;
    },
  ],
  [
    "A5",
    "captured after the release",
    amended("voided", { captures: 1, ownCaptures: 1, captured: 990, state: "captured" }),
  ],
  [
    "A5",
    "kept without a refund under way",
    (world) => {
      world.amend("payment", world.refunded, { refunds: [] });
      return amendIntent(world, world.refunded, { refunded: 0 });
    },
  ],
  [
    "A5",
    "held when the stock was released and nothing decided",
    (world) => {
      world.amend("payment", world.voided, { decision: undefined });
      return amendIntent(world, world.voided, { state: "held" });
    },
  ],
  ["A6", "captured and voided", amended("confirmed", { state: "voided" })],
  ["A6", "refunded twice", amended("refunded", { refunded: 1980 })],
  ["A6", "refunded without a capture", amended("voided", { refunded: 1 })],
  ["A6", "more requested than was taken", requested(700, 1281)],
  ["A6", "a refund told as made that is pending", told({ status: "pending", wasMade: false })],
  ["A6", "a refund told as made that the provider does not know", told(undefined)],
  ["A6", "a refund told with another amount", told({ amount: 699 })],
];

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
