// Records may go these ways and no others.
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Mail, Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import { emptyParts, type Payment } from "@order-saga/payment/payment";
import { expect, test } from "vitest";
import { notificationSetbacks, orderSetbacks, paymentSetbacks, reservationSetbacks } from "./transitions.ts";

const payment = (change: object, version = 1) =>
  ({
    ...emptyParts,
    authorization: { state: "NONE" },
    stock: "NONE",
    events: {},
    version,
    ...change,
  }) as Payment;
const reservation = (change: object, version = 1) =>
  ({ state: "RESERVED", lines: [], events: {}, version, ...change }) as unknown as Reservation;
const order = (change: object, version = 1) =>
  ({ timeline: [], events: {}, version, ...change }) as unknown as Order;
const notification = (change: object, version = 1) => ({ mails: {}, version, ...change }) as Notification;

const settlements = ["CAPTURED", "VOIDED", "DECLINED", "CAPTURE_FAILED", "REFUNDED"] as const;
/** After a refund that failed, which may be one of a capture or of an abort. */
const laterSettlements = ["CAPTURED", "REFUNDED", "VOIDED", "DECLINED"] as const;
const decisionOf = { CAPTURED: "CAPTURE", CAPTURE_FAILED: "CAPTURE", REFUNDED: "CAPTURE" } as Record<
  string,
  string
>;
const settled = (settlement: string, version?: number) =>
  payment({ settlement, decision: decisionOf[settlement] ?? "ABORT" }, version);

test.each(settlements)("%s is settled by its own decision only", (settlement) => {
  expect(paymentSetbacks(undefined, settled(settlement))).toEqual([]);
  const other = decisionOf[settlement] ? "ABORT" : "CAPTURE";
  expect(paymentSetbacks(undefined, payment({ settlement, decision: other }))).toHaveLength(1);
  expect(paymentSetbacks(undefined, payment({ settlement }))).toHaveLength(1);
});

const pairs = settlements.flatMap((one) => settlements.map((other) => [one, other] as const));

test.each(pairs)("settled as %s, then as %s", (before, after) => {
  const isAllowed = before === after || (before === "CAPTURED" && after === "REFUNDED");
  expect(paymentSetbacks(settled(before), settled(after, 2)).length > 0).toBe(!isAllowed);
});

test.each(laterSettlements)("a refund failed, then the payment is %s", (settlement) => {
  const failed = (version: number) =>
    payment({ settlement: "REFUND_FAILED", decision: decisionOf[settlement] ?? "ABORT" }, version);
  const isHealed = settlement === "REFUNDED" || settlement === "VOIDED";
  expect(paymentSetbacks(failed(1), settled(settlement, 2))).toHaveLength(isHealed ? 0 : 1);
  const mayFail = settlement === "REFUNDED" || settlement === "CAPTURED";
  expect(paymentSetbacks(settled(settlement), failed(2))).toHaveLength(mayFail ? 0 : 1);
});

const refund = (status: string, amount = 7) => ({ refunds: [{ id: "rf_1", amount, status }] });
const dispute = (status: string) => ({ disputes: [{ id: "dp_1", amount: 7, status }] });

test.each([
  [refund("REQUESTED"), refund("PENDING"), 0],
  [refund("REQUESTED"), refund("OVERTAKEN"), 0],
  [refund("PENDING"), refund("SUCCEEDED"), 0],
  [refund("SUCCEEDED"), refund("FAILED"), 0],
  [refund("SUCCEEDED"), refund("PENDING"), 1],
  [refund("FAILED"), refund("SUCCEEDED"), 1],
  [refund("PENDING"), refund("PENDING", 8), 1],
  [refund("PENDING"), {}, 1],
  [{}, refund("FAILED"), 0],
  [dispute("OPENED"), dispute("LOST"), 0],
  [dispute("WON"), dispute("OPENED"), 1],
  [dispute("WON"), {}, 1],
  [{ ledgerEvents: [{ id: "1", type: "RefundMade" }] }, {}, 1],
  [{ ledgerEvents: [{ id: "1" }] }, { ledgerEvents: [{ id: "2" }, { id: "1" }] }, 0],
  [{ ledgerEvents: [{ id: "1" }] }, { ledgerEvents: [{ id: "1", data: {} }] }, 1],
] as [object, object, number][])("of a ledger %j, then %j", (before, after, setbacks) => {
  expect(paymentSetbacks(payment(before), payment(after, 2))).toHaveLength(setbacks);
});

const authorizations = ["NONE", "PENDING", "ACTION_REQUIRED", "AUTHORIZED", "DECLINED"] as const;

test.each(authorizations.flatMap((one) => authorizations.map((other) => [one, other] as const)))(
  "authorisation %s, then %s",
  (before, after) => {
    const isOpen = ["NONE", "PENDING", "ACTION_REQUIRED"].includes(before);
    const isAllowed = isOpen && authorizations.indexOf(before) <= authorizations.indexOf(after);
    const found = paymentSetbacks(
      payment({ authorization: { state: before } }),
      payment({ authorization: { state: after } }, 2),
    );
    expect(found).toHaveLength(isAllowed || before === after ? 0 : 1);
  },
);

test.each([
  ["decision", { decision: "CAPTURE" }, { decision: "ABORT" }, 1],
  ["decision", { decision: "CAPTURE" }, {}, 1],
  ["decision", {}, { decision: "ABORT" }, 0],
  ["stock", { stock: "RESERVED" }, { stock: "REJECTED" }, 1],
  ["stock", { stock: "RESERVED" }, { stock: "NONE" }, 1],
  ["stock", { stock: "NONE" }, { stock: "REJECTED" }, 0],
  ["cancellation", { cancelled: true }, { cancelled: false }, 1],
  ["cancellation", { cancelled: false }, { cancelled: true }, 0],
  ["cancellation", { cancelled: true }, { cancelled: true }, 0],
  ["expiry", { expired: true }, { expired: false }, 1],
  ["expiry", { expired: false }, { expired: true }, 0],
  ["expiry", { expired: true }, { expired: true }, 0],
  ["charge", {}, { charge: { amount: 1 } }, 0],
  ["charge", { charge: { amount: 1 } }, { charge: { amount: 1 } }, 0],
  ["charge", { charge: { amount: 1 } }, { charge: { amount: 2 } }, 1],
  ["charge", { charge: { amount: 1 } }, {}, 1],
])("payment's %s: %j, then %j", (_, before, after, setbacks) => {
  expect(paymentSetbacks(payment(before), payment(after, 2))).toHaveLength(setbacks);
});

const states = ["RESERVED", "COMMITTED", "RELEASED", "REJECTED"] as const;
const higher: Record<string, readonly string[]> = {
  RESERVED: ["COMMITTED", "RELEASED"],
  COMMITTED: ["RELEASED"],
};

test.each(states.flatMap((one) => states.map((other) => [one, other] as const)))(
  "a reservation %s, then %s",
  (before, after) => {
    const isAllowed = before === after || higher[before]?.includes(after) === true;
    expect(
      reservationSetbacks(reservation({ state: before }), reservation({ state: after }, 2)),
    ).toHaveLength(isAllowed ? 0 : 1);
    expect(orderSetbacks(order({ stock: before }), order({ stock: after }, 2))).toHaveLength(
      isAllowed ? 0 : 1,
    );
    expect(orderSetbacks(order({}), order({ stock: after }, 2))).toEqual([]);
    expect(orderSetbacks(order({ stock: before }), order({}, 2))).toHaveLength(1);
  },
);

test.each([
  ["outcome", { outcome: "aborted" }, { outcome: "refunded" }, 1],
  ["outcome", {}, { outcome: "refunded" }, 0],
  ["outcome", { outcome: "aborted" }, { outcome: "aborted" }, 0],
  ["lines", { lines: [{ sku: "TEA", quantity: 1 }] }, { lines: [] }, 1],
])("a reservation's %s: %j, then %j", (_, before, after, setbacks) => {
  expect(reservationSetbacks(reservation(before), reservation(after, 2))).toHaveLength(setbacks);
});

const facets = [
  "ACTION_REQUIRED",
  "AUTHORIZED",
  "CAPTURED",
  "DECLINED",
  "ABORTED",
  "VOIDED",
  "REFUND_FAILED",
  "REFUNDED",
] as const;
const later: { readonly [facet: string]: readonly string[] } = {
  ACTION_REQUIRED: facets.slice(1),
  AUTHORIZED: facets.slice(2),
  CAPTURED: ["REFUND_FAILED", "REFUNDED"],
  ABORTED: ["VOIDED"],
  REFUND_FAILED: ["REFUNDED"],
};

test.each(facets.flatMap((one) => facets.map((other) => [one, other] as const)))(
  "an order shown as %s, then as %s",
  (before, after) => {
    const isAllowed = before === after || later[before]?.includes(after) === true;
    const found = orderSetbacks(order({ payment: before }), order({ payment: after }, 2));
    expect(found).toHaveLength(isAllowed ? 0 : 1);
  },
);

test("an order's timeline and its cancellation only grow", () => {
  const long = order({
    timeline: [{ type: "OrderPlaced" }, { type: "StockReserved" }],
    cancelRequested: true,
  });
  expect(orderSetbacks(order({ timeline: [{ type: "OrderPlaced" }] }), { ...long, version: 2 })).toEqual([]);
  expect(orderSetbacks(long, order({ timeline: [{ type: "StockReserved" }] }, 2))).toEqual([
    "the cancellation is forgotten",
    "OrderPlaced left the timeline",
  ]);
});

const mailStates = ["DUE", "CLAIMED", "SENT", "UNKNOWN", "SUPERSEDED", "REFUSED"] as const;

test.each(mailStates.flatMap((one) => mailStates.map((other) => [one, other] as const)))(
  "a mail %s, then %s",
  (before, after) => {
    const mail = (state: string) => ({ mails: { confirmed: { state } as Mail } });
    const isAllowed = before === after || ["DUE", "CLAIMED", "UNKNOWN"].includes(before);
    const found = notificationSetbacks(notification(mail(before)), notification(mail(after), 2));
    expect(found).toHaveLength(isAllowed ? 0 : 1);
    expect(notificationSetbacks(notification({}), notification(mail(after), 2))).toEqual([]);
    expect(notificationSetbacks(notification(mail(before)), notification({}, 2))).toHaveLength(1);
  },
);

test("a contact, once known, stays", () => {
  const placed = { contact: { email: "ada@example.com" } };
  expect(notificationSetbacks(notification({}), notification({ placed }, 2))).toEqual([]);
  expect(notificationSetbacks(notification({ placed }), notification({ placed }, 2))).toEqual([]);
  expect(notificationSetbacks(notification({ placed }), notification({}, 2))).toHaveLength(1);
});

test("a mail that came back, once shown, stays, though as what weighs more", () => {
  const as = (how: string) => notification({ returned: { received: { how, at: "" } } }, 2);
  const before = notification({ returned: { received: { how: "bounced", at: "" } } });
  for (const how of ["bounced", "complained"]) expect(notificationSetbacks(before, as(how))).toEqual([]);
  expect(notificationSetbacks(before, notification({}, 2))).toEqual([
    "a mail that came back, received, is gone",
  ]);
});

test("a record changes with a new version only, and keeps its events", () => {
  const events = { PaymentCaptured: { id: "1" } };
  const before = payment({ events }, 3);
  expect(paymentSetbacks(before, payment({ events }, 3))).toEqual([]);
  expect(paymentSetbacks(before, payment({ events }, 4))).toEqual([]);
  expect(paymentSetbacks(before, payment({ events }, 2))).toEqual(["version 3 became 2"]);
  expect(paymentSetbacks(before, payment({ events, unpublished: ["1"] }, 3))).toEqual([
    "version 3 was written twice",
  ]);
  expect(paymentSetbacks(before, payment({}, 4))).toEqual(["the recorded PaymentCaptured is gone"]);
  expect(paymentSetbacks(before, payment({ events: { PaymentCaptured: { id: "2" } } }, 4))).toEqual([
    "the recorded PaymentCaptured changed",
  ]);
});

test("every kind of record changes with a new version only", () => {
  const found = [
    reservationSetbacks(reservation({}), reservation({ signals: 1 })),
    orderSetbacks(order({}), order({ repeats: 1 })),
    notificationSetbacks(notification({}), notification({ outcomes: {} })),
  ];
  expect(found).toEqual(found.map(() => ["version 1 was written twice"]));
});

test("a payment that was seen before is held against its decision, too", () => {
  const after = payment({ settlement: "VOIDED", decision: "CAPTURE" }, 2);
  expect(paymentSetbacks(payment({ decision: "CAPTURE" }), after)).toEqual([
    "settled as VOIDED, decided CAPTURE",
  ]);
});

test("an order that is and stays cancelled has not gone back", () => {
  const cancelRequested = true;
  expect(orderSetbacks(order({ cancelRequested }), order({ cancelRequested }, 2))).toEqual([]);
});

test("what was never seen before has not gone back", () => {
  expect(reservationSetbacks(undefined, reservation({}))).toEqual([]);
  expect(orderSetbacks(undefined, order({}))).toEqual([]);
  expect(notificationSetbacks(undefined, notification({}))).toEqual([]);
});
