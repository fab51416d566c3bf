// Why an order is not finished, for each state of the protocol: words, awaited messages, deadline.
import { type DomainEvent, type EventType, newEvent } from "@order-saga/contracts";
import type { Facts } from "@order-saga/protocol/facts";
import { describe, expect, test } from "vitest";
import { orderProgress } from "./order-progress.ts";
import { type Awaited, awaitedIn, type WhyInput, whyOf } from "./why.ts";

const ORDER = `ord_${"a".repeat(32)}`;
const NOW = Date.parse("2026-11-23T12:00:00.000Z");
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const cause = { causationId: null, now: NOW };
const money = { amount: 990, currency: "EUR" };
const lines = [{ sku: "TEA", quantity: 1 }];

const events: { [T in EventType]?: DomainEvent } = {
  OrderPlaced: newEvent("OrderPlaced", ORDER, cause, {
    ...money,
    lines: [{ sku: "TEA", name: "Tea", quantity: 1, unitPrice: 990 }],
    paymentMethod: "pm_card_visa",
    contact: { email: "ada@example.com" },
    decideBy: at(900),
  }),
  OrderCancelRequested: newEvent("OrderCancelRequested", ORDER, cause, { by: "customer", reason: "" }),
  ReservationExpired: newEvent("ReservationExpired", ORDER, cause, { reservedUntil: at(0) }),
  StockReserved: newEvent("StockReserved", ORDER, cause, { lines, reservedUntil: at(900) }),
  StockRejected: newEvent("StockRejected", ORDER, cause, {
    shortages: [{ sku: "TEA", requested: 1, available: 0 }],
  }),
  PaymentAuthorized: newEvent("PaymentAuthorized", ORDER, cause, money),
  PaymentDeclined: newEvent("PaymentDeclined", ORDER, cause, {
    stage: "authorize",
    code: "lost_card",
    reason: "card_declined",
  }),
  PaymentActionRequired: newEvent("PaymentActionRequired", ORDER, cause, { actionBy: at(600) }),
  PaymentAborted: newEvent("PaymentAborted", ORDER, cause, { reason: "out_of_stock", held: true }),
  PaymentVoided: newEvent("PaymentVoided", ORDER, cause, { authorized: true }),
  RefundFailed: newEvent("RefundFailed", ORDER, cause, {
    refundId: "cancellation-1",
    ...money,
    source: "cancellation",
    code: "expired_or_canceled_card",
  }),
  PaymentCaptured: newEvent("PaymentCaptured", ORDER, cause, money),
  PaymentRefunded: newEvent("PaymentRefunded", ORDER, cause, money),
  StockCommitted: newEvent("StockCommitted", ORDER, cause, { lines }),
  StockReleased: newEvent("StockReleased", ORDER, cause, { held: true, lines, reason: "aborted" }),
  OrderConfirmed: newEvent("OrderConfirmed", ORDER, cause, money),
  OrderRejected: newEvent("OrderRejected", ORDER, cause, { reason: "out_of_stock" }),
  OrderCancelled: newEvent("OrderCancelled", ORDER, cause, { refunded: true }),
};
const factsOf = (...types: EventType[]) =>
  Object.fromEntries(["OrderPlaced" as const, ...types].map((type) => [type, events[type]])) as Facts;

const undecided: WhyInput["records"] = { payment: {} };
const decided = (dueAt: string): WhyInput["records"] => ({
  payment: { decision: "CAPTURE", dueAt },
});
const rest: WhyInput["records"] = { payment: { decision: "CAPTURE" } };

const awaited = (given: Partial<Awaited>): Awaited => ({
  reaction: "capture-payment",
  queue: "payment-capture-payment",
  eventType: "StockReserved",
  attempt: 1,
  of: 5,
  state: "ready",
  ...given,
});

type Case = [
  what: string,
  facts: Facts,
  records: WhyInput["records"],
  awaits: Awaited[],
  words: string | RegExp,
];

const states: Case[] = [
  [
    "placed, nothing under way",
    factsOf(),
    undecided,
    [],
    "Stock and card are to be asked. No message about it is under way, so a timer will ask again. At 12:15:00 UTC payment stops waiting: nothing is charged, the stock goes back and the customer is told.",
  ],
  [
    "accepted and not confirmed by another service",
    factsOf(),
    { ...undecided, order: { dueAt: at(60), unconfirmed: ["OrderPlaced"] } },
    [],
    /^OrderPlaced is accepted, but no other service has confirmed it yet; the sweep publishes it again at its next run\. At 12:01:00 UTC sweep-orders/,
  ],
  [
    "reserved",
    factsOf("StockReserved"),
    undecided,
    [awaited({})],
    /^StockReserved waits in payment-capture-payment for capture-payment, attempt 1 of 5\./,
  ],
  [
    "authorised, its reservation fails",
    factsOf("PaymentAuthorized"),
    undecided,
    [
      awaited({
        reaction: "reserve-stock",
        eventType: "OrderPlaced",
        attempt: 3,
        state: "in flight",
        nextAt: at(20),
        errorName: "Throttled",
      }),
    ],
    /^reserve-stock failed at OrderPlaced \(Throttled\), attempt 3 of 5, and tries again at 12:00:20 UTC\. At 12:15:00 UTC payment stops waiting/,
  ],
  [
    "being worked on",
    factsOf("StockReserved"),
    undecided,
    [awaited({ state: "in flight" })],
    /^capture-payment is working on StockReserved, attempt 1 of 5\./,
  ],
  [
    "delayed",
    factsOf(),
    undecided,
    [awaited({ state: "delayed", nextAt: at(600) })],
    /^StockReserved reaches capture-payment at 12:10:00 UTC\./,
  ],
  [
    "the bus tries again",
    factsOf(),
    undecided,
    [awaited({ state: "retrying", nextAt: at(5), errorName: "ThrottlingException" })],
    /^The bus could not put StockReserved on payment-capture-payment \(ThrottlingException\) and tries again at 12:00:05 UTC\./,
  ],
  [
    "decided, the provider is away",
    factsOf("StockReserved", "PaymentAuthorized"),
    decided(at(120)),
    [],
    /^Stock and card are held; the money is to be captured\. .* At 12:02:00 UTC resume-payments asks the provider again\.$/,
  ],
  [
    "dead letter beside a message that waits",
    factsOf("StockReserved", "PaymentAuthorized", "PaymentCaptured"),
    rest,
    [
      awaited({}),
      awaited({
        reaction: "commit-stock",
        queue: "inventory-commit-stock-dlq",
        eventType: "PaymentCaptured",
        attempt: 5,
        state: "dead letter",
      }),
    ],
    "commit-stock gave up on PaymentCaptured after 5 attempts; it lies in inventory-commit-stock-dlq until it is redriven or discarded.",
  ],
  [
    "undelivered",
    factsOf(),
    rest,
    [
      awaited({
        state: "undelivered",
        queue: "payment-capture-payment-undelivered",
        errorName: "NO_RESOURCE",
      }),
    ],
    /^The bus could not put StockReserved on the queue of capture-payment \(NO_RESOURCE\); it lies in payment-capture-payment-undelivered until/,
  ],
  [
    "captured, not sold",
    factsOf("StockReserved", "PaymentCaptured"),
    rest,
    [],
    /^The reserved stock is to be sold\. No message about it is under way, and no record says/,
  ],
  [
    "short",
    factsOf("StockRejected"),
    undecided,
    [],
    /^The stock did not suffice; payment is to give the order up\./,
  ],
  [
    "declined, stock not back",
    factsOf("StockReserved", "PaymentDeclined"),
    rest,
    [],
    /^The stock is to go back\./,
  ],
  [
    "cancel before the decision",
    factsOf("OrderCancelRequested"),
    undecided,
    [],
    /^Payment is to give the order up\./,
  ],
  [
    "cancel after the capture",
    factsOf("PaymentCaptured", "StockCommitted", "OrderConfirmed", "OrderCancelRequested"),
    rest,
    [],
    /^The money is to be refunded\./,
  ],
  [
    "reservation over",
    factsOf("StockReserved", "ReservationExpired"),
    { payment: {}, reservation: { state: "RESERVED", dueAt: at(-5) } },
    [],
    /^The reservation is over; payment is to decide\. .* At 12:00:00 UTC inventory asks payment to give the reservation up\.$/,
  ],
  [
    "the order is to be told",
    factsOf("PaymentAborted", "PaymentVoided", "StockReleased"),
    rest,
    [],
    /^The order waits to be told how it ended\./,
  ],
  [
    "the bank asks the customer",
    factsOf("StockReserved", "PaymentActionRequired"),
    undecided,
    [],
    "The stock is held; the bank waits for the customer's yes. At 12:10:00 UTC payment looks at the provider once more; without the customer's yes the order is given up and its stock is free.",
  ],
  [
    "given up, and the provider has not voided it yet",
    factsOf("StockRejected", "PaymentAborted", "OrderRejected"),
    { payment: { decision: "ABORT", dueAt: at(180) } },
    [],
    "The order is given up and its stock is free; the hold on the card is to be voided. No message about it is under way, so a timer will ask again. At 12:03:00 UTC resume-payments asks the provider again.",
  ],
  [
    "confirmed, and a part of the money is on its way back",
    factsOf("StockReserved", "PaymentCaptured", "StockCommitted", "OrderConfirmed"),
    {
      payment: {
        decision: "CAPTURE",
        dueAt: at(60),
        refunds: [
          { id: "rf_1", amount: 495, status: "PENDING", source: "shop", at: at(0) },
          { id: "re_2", amount: 7, status: "SUCCEEDED", source: "provider", at: at(0) },
        ],
      },
    },
    [],
    "Confirmed; the money is captured and the stock is sold. A refund of 4.95 EUR (rf_1) is pending at the provider, and not told as made. At 12:01:00 UTC resume-payments looks at the refund again.",
  ],
  [
    "cancelled, and the refund failed",
    factsOf("PaymentCaptured", "StockCommitted", "OrderConfirmed", "OrderCancelRequested", "RefundFailed"),
    rest,
    [],
    "To be cancelled; the refund failed, and a person must give the money back.",
  ],
  [
    "confirmed",
    factsOf("StockReserved", "PaymentCaptured", "StockCommitted", "OrderConfirmed"),
    rest,
    [],
    "Confirmed; the money is captured and the stock is sold.",
  ],
  [
    "rejected: declined",
    factsOf("PaymentDeclined", "StockReleased", "OrderRejected"),
    rest,
    [],
    "Rejected; the card was declined (lost card).",
  ],
  [
    "rejected: short",
    factsOf("StockRejected", "PaymentAborted", "PaymentVoided", "OrderRejected"),
    rest,
    [],
    "Rejected; the stock did not suffice.",
  ],
  [
    "cancelled: refunded",
    factsOf("PaymentCaptured", "PaymentRefunded", "StockReleased", "OrderCancelled"),
    rest,
    [],
    "Cancelled; the money was refunded and the stock is back.",
  ],
  [
    "confirmed, its mail on the way",
    factsOf("StockReserved", "PaymentCaptured", "StockCommitted", "OrderConfirmed"),
    rest,
    [
      awaited({
        reaction: "notify-customer",
        queue: "notification-notify-customer",
        eventType: "OrderConfirmed",
      }),
    ],
    "Confirmed; the money is captured and the stock is sold. OrderConfirmed waits in notification-notify-customer for notify-customer, attempt 1 of 5.",
  ],
];

test.each(states)("%s", (_, facts, records, awaits, words) => {
  const why = whyOf({ now: NOW, facts, awaits, records });
  if (typeof words === "string") expect(why.words).toBe(words);
  else expect(why.words).toMatch(words);
  expect(why.awaits).toHaveLength(awaits.length);
  expect(why.deadline === undefined).toBe(!why.words.includes(" At 12:"));
});

const confirmed = factsOf(
  "StockReserved",
  "PaymentAuthorized",
  "PaymentCaptured",
  "StockCommitted",
  "OrderConfirmed",
);
const ENDED = "Confirmed; the money is captured and the stock is sold.";
const said = (given: Partial<WhyInput>) =>
  whyOf({ now: NOW, facts: confirmed, awaits: [], records: rest, ...given }).words;

/** Each sentence with a scenario in which it is true, and the nearest one in which it is not. */
describe.each<[sentence: string, holds: Partial<WhyInput>, holdsNot: Partial<WhyInput>]>([
  [
    "The mail service refused the mail “confirmed” at 11:59:00 UTC (MessageRejected)",
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "MessageRejected" }] },
    { mails: [{ kind: "confirmed", state: "sent", at: at(-60) }] },
  ],
  [
    "Whether the mail “confirmed” went out is unknown",
    { mails: [{ kind: "confirmed", state: "unknown", at: at(-60) }] },
    { mails: [{ kind: "confirmed", state: "claimed", at: at(-60) }] },
  ],
  [
    "The mail “confirmed” has been due since 11:59:00 UTC, and no message is under way",
    { mails: [{ kind: "confirmed", state: "due", at: at(-60) }] },
    {
      mails: [{ kind: "confirmed", state: "due", at: at(-60) }],
      awaits: [awaited({ reaction: "notify-customer", eventType: "OrderConfirmed" })],
    },
  ],
  [
    "The customer was not told: the mail “confirmed” was not sent",
    { mails: [{ kind: "confirmed", state: "missing", at: at(-60) }] },
    {
      mails: [{ kind: "confirmed", state: "missing", at: at(-60) }],
      awaits: [awaited({ reaction: "notify-customer", eventType: "OrderConfirmed" })],
    },
  ],
  [
    "The mail “confirmed” was not sent at 11:59:00 UTC: an earlier mail to its address came back",
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "bounced" }] },
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "MessageRejected" }] },
  ],
  [
    "The mail “confirmed” was not sent at 11:59:00 UTC: the customer complained about an earlier mail",
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "complained" }] },
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "MessageRejected" }] },
  ],
  [
    "The mail “confirmed” was not sent at 11:59:00 UTC: its customer was forgotten",
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "forgotten" }] },
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "MessageRejected" }] },
  ],
  [
    "The mail “confirmed” was not sent at 11:59:00 UTC: its customer has had as many mails",
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "quota_exceeded" }] },
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "MessageRejected" }] },
  ],
  [
    "The mail “confirmed” was not sent at 11:59:00 UTC: its address is not known to be the customer's",
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "address_not_verified" }] },
    { mails: [{ kind: "confirmed", state: "refused", at: at(-60), reason: "MessageRejected" }] },
  ],
  [
    "The mail “received” came back at 11:59:00 UTC: its address takes no mail",
    { mails: [{ kind: "received", state: "sent", at: at(-90), returned: { how: "bounced", at: at(-60) } }] },
    {
      mails: [
        { kind: "received", state: "sent", at: at(-90), returned: { how: "bounced_for_now", at: at(-60) } },
      ],
    },
  ],
  [
    "The mail “received” came back at 11:59:00 UTC for a reason that may pass",
    {
      mails: [
        { kind: "received", state: "sent", at: at(-90), returned: { how: "bounced_for_now", at: at(-60) } },
      ],
    },
    { mails: [{ kind: "received", state: "sent", at: at(-90), returned: { how: "bounced", at: at(-60) } }] },
  ],
  [
    "The customer complained about the mail “received” at 11:59:00 UTC",
    {
      mails: [{ kind: "received", state: "sent", at: at(-90), returned: { how: "complained", at: at(-60) } }],
    },
    { mails: [{ kind: "received", state: "sent", at: at(-90), returned: { how: "bounced", at: at(-60) } }] },
  ],
  [
    "The mail “received” came back at 11:59:00 UTC: its address takes no mail",
    {
      mails: [{ kind: "received", state: "unknown", at: at(-90), returned: { how: "bounced", at: at(-60) } }],
    },
    { mails: [{ kind: "received", state: "unknown", at: at(-90) }] },
  ],
  [
    "Whether the mail “received” went out is unknown",
    { mails: [{ kind: "received", state: "unknown", at: at(-90) }] },
    {
      mails: [{ kind: "received", state: "unknown", at: at(-90), returned: { how: "bounced", at: at(-60) } }],
    },
  ],
  [
    "A message is left over (PaymentCaptured for commit-stock): the order needs it no more",
    { awaits: [awaited({ reaction: "commit-stock", eventType: "PaymentCaptured", state: "dead letter" })] },
    {
      facts: factsOf("StockReserved", "PaymentAuthorized", "PaymentCaptured"),
      awaits: [awaited({ reaction: "commit-stock", eventType: "PaymentCaptured", state: "dead letter" })],
    },
  ],
  [
    "attempt 5 of 5, the last one: it is parked in the dead-letter queue at 12:00:20 UTC",
    { facts: factsOf(), awaits: [awaited({ attempt: 5, state: "in flight", nextAt: at(20) })] },
    { facts: factsOf(), awaits: [awaited({ attempt: 4, state: "in flight", nextAt: at(20) })] },
  ],
  [
    "tried 5 times; it is parked in the dead-letter queue when it is next received",
    { facts: factsOf(), awaits: [awaited({ attempt: 6, state: "ready" })] },
    { facts: factsOf(), awaits: [awaited({ attempt: 5, state: "ready" })] },
  ],
  [
    "OrderPlaced is recorded, but the bus has not taken it",
    { facts: factsOf(), records: undecided, unheard: ["OrderPlaced"] },
    { facts: factsOf(), records: undecided },
  ],
  [
    "OrderPlaced breaks its contract, so no service acts on it",
    { facts: {}, records: {}, odd: ["OrderPlaced"] },
    { facts: {}, records: {} },
  ],
  [
    "inventory asks payment to give the reservation up",
    {
      facts: factsOf("StockReserved"),
      records: { payment: {}, reservation: { state: "RESERVED", dueAt: at(5) } },
    },
    {
      facts: factsOf("StockReserved", "PaymentAuthorized", "PaymentCaptured"),
      records: { payment: { decision: "CAPTURE" }, reservation: { state: "RESERVED", dueAt: at(5) } },
    },
  ],
])("%s", (sentence, holds, holdsNot) => {
  test("is said where it holds", () => expect(said(holds)).toContain(sentence));
  test("is not said where it does not", () => expect(said(holdsNot)).not.toContain(sentence));
});

test("an ended order with a leftover and a mail that waits says both, and a letter about a refund is none", () => {
  const left = awaited({ reaction: "commit-stock", eventType: "PaymentCaptured", state: "dead letter" });
  const mail = awaited({ reaction: "notify-customer", queue: "q", eventType: "OrderConfirmed" });
  expect(said({ awaits: [left, mail] })).toBe(
    `${ENDED} OrderConfirmed waits in q for notify-customer, attempt 1 of 5. A message is left over (PaymentCaptured for commit-stock): the order needs it no more, and it may be discarded.`,
  );
  const refund = { ...left, reaction: "track-order", eventType: "RefundMade" };
  expect(said({ awaits: [refund] })).not.toContain("left over");
});

test("a moment of another day has its day", () => {
  const { words } = whyOf({
    now: NOW,
    facts: factsOf("StockReserved", "PaymentAuthorized"),
    awaits: [],
    records: decided(at(86_400)),
  });
  expect(words).toContain("At 2026-11-24 12:00:00 UTC resume-payments");
});

describe("a message's place in its queue", () => {
  const reaction = { name: "reserve-stock", queue: "inventory-reserve-stock", maxReceiveCount: 5 };
  const message = { eventType: "OrderPlaced", visibleAt: NOW + 20_000 };
  test("one that waits has its next attempt before it", () => {
    expect(
      awaitedIn({ state: "ready", receiveCount: 2, eventType: "OrderPlaced" }, reaction, false),
    ).toMatchObject({
      attempt: 3,
      of: 5,
      state: "ready",
    });
  });
  test("one that failed comes back at a time; one that is worked on has none", () => {
    const inFlight = { ...message, state: "in flight" as const, receiveCount: 3 };
    expect(awaitedIn(inFlight, reaction, false)).toMatchObject({ attempt: 3, nextAt: at(20) });
    expect(awaitedIn(inFlight, reaction, true)).not.toHaveProperty("nextAt");
  });
});

test("what a person must do stands after the words, before the next deadline", () => {
  const { words } = whyOf({
    now: NOW,
    facts: factsOf("StockReserved"),
    awaits: [],
    attention: ["The bank disputes it."],
    records: undecided,
  });
  expect(words).toMatch(/so a timer will ask again\. The bank disputes it\. At 12:15:00/);
});

test("compensation is what undoes, until it is done", () => {
  expect(orderProgress(factsOf("StockReserved", "PaymentDeclined")).isCompensating).toBe(true);
  expect(orderProgress(factsOf("PaymentDeclined", "StockReleased", "OrderRejected")).isCompensating).toBe(
    false,
  );
  expect(orderProgress(factsOf("StockReserved", "PaymentAuthorized")).isCompensating).toBe(false);
});
