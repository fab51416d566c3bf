// A4–A6 over worlds whose money is wrong.
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import type { Intent } from "./observed.ts";
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

const holds: [string, string, Break][] = [
  [
    "A4",
    "a declined attempt beside the capture",
    amended("confirmed", {}, { captures: 0, captured: 0, state: "declined" }),
  ],
  ["A5", "money was given back before the stock", amended("refunded", {})],
  ["A6", "a hold was given up by the bank", amended("voided", { captures: 0, captured: 0, state: "voided" })],
  ["A6", "all was refunded", amended("refunded", { refunded: 990 })],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  ["A4", "captured twice", amended("confirmed", { captures: 2 })],
  ["A4", "captured from two intents", amended("confirmed", {}, { intentId: "pi_2" })],
  ["A4", "held and captured", amended("confirmed", {}, { captures: 0, captured: 0, state: "held" })],
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
  ["A5", "captured after the release", amended("voided", { captures: 1, captured: 990, state: "captured" })],
  ["A5", "a part of a refund", amended("refunded", { refunded: 989 })],
  ["A6", "captured and voided", amended("confirmed", { state: "voided" })],
  ["A6", "refunded twice", amended("refunded", { refunded: 1980 })],
  ["A6", "refunded without a capture", amended("voided", { refunded: 1 })],
];

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
