// The money's invariants over books that are made by hand: what another hand, a clerk and a bank may do.
import type { DomainEvent } from "@order-saga/contracts";
import { commit, release, reserve } from "@order-saga/inventory/reservation";
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { blank, claimNextMail, type Heard, hear, settle } from "@order-saga/notification/notification";
import { accept, type Order, type Tracked, track } from "@order-saga/orders/order";
import type { Refund } from "@order-saga/payment/ledger";
import { chargeOf, emptyParts, type Payment } from "@order-saga/payment/payment";
import { expect, test } from "vitest";
import type { Books } from "./books.ts";
import { violationsAtRest } from "./invariants.ts";

const orderId = testOrderId;
const said = <T extends DomainEvent["type"]>(type: T, data: object = {}) =>
  anEvent(type, { orderId, data: data as never });

const accepted = accept({
  orderId,
  principal: "ada",
  fingerprint: "fingerprint",
  recipient: { contact: { email: "ada@example.com" } },
  currency: "EUR",
  lines: [{ sku: "TEA", name: "Tea", quantity: 3, unitPrice: 333 }],
  paymentMethod: "pm_card_visa",
  decideWithinSeconds: 900,
  now: testNow,
});
const placed = accepted.events.OrderPlaced;
const reserved = reserve(placed, testNow, 900);
const captured = said("PaymentCaptured", { amount: 999 });
const committed = commit(reserved, captured, testNow)?.next ?? reserved;

const confirmedFacts = [
  ...Object.values(reserved.events).filter(({ type }) => type === "StockReserved"),
  captured,
  ...Object.values(committed.events).filter(({ type }) => type === "StockCommitted"),
];

const paid: Payment = {
  ...emptyParts,
  orderId,
  charge: chargeOf(placed),
  stock: "RESERVED",
  cancelled: false,
  expired: false,
  authorization: { state: "AUTHORIZED", intentId: "pi_1" },
  decision: "CAPTURE",
  settlement: "CAPTURED",
  taken: 999,
  events: { PaymentCaptured: captured },
  deadline: accepted.decideBy,
  version: 4,
};

/** The order, its mails and what inventory and payment have of it after these facts. */
type Story = {
  facts: readonly DomainEvent[];
  payment: Payment;
  reservation: typeof reserved;
  money: { received: number; refunded: number };
};

function booksOf({ facts, money, payment, reservation }: Story): Books {
  const order = facts.reduce<Order>((known, event) => track(known, event as Tracked, testNow), accepted);
  const mailed = [placed, ...Object.values(order.events), ...facts].filter(({ type }) =>
    ["OrderPlaced", "OrderConfirmed", "OrderRejected", "OrderCancelled", "RefundMade"].includes(type),
  ) as Heard[];
  const claimant = { by: "a", now: testNow, claimLife: 60_000 };
  let claimed = claimNextMail(
    mailed.reduce((known, event) => hear(known, event, testNow), blank(orderId)),
    claimant,
  );
  const mails: string[] = [];
  while (claimed.next.do === "send") {
    mails.push(`${orderId}/${claimed.next.kind}`);
    const sent = { state: "SENT", providerMessageId: "m" } as const;
    claimed = claimNextMail(settle(claimed.notification, claimed.next.kind, sent, claimant), claimant);
  }
  const held = reservation.state === "COMMITTED" ? 3 : 0;
  const back = Object.values(reservation.returns ?? {}).flat()[0]?.quantity ?? 0;
  const sold = held - Math.min(held, back);
  return {
    orders: [order],
    stock: [{ sku: "TEA", available: 10 - sold, reserved: 0, sold, restocked: 10 }],
    restocks: [{ sku: "TEA", delta: 10 }],
    reservations: [reservation],
    payments: [payment],
    bulks: [],
    feeds: [],
    otherRecords: [],
    intents: [
      {
        metadata: { orderId },
        status: payment.decision === "ABORT" && money.received === 0 ? "canceled" : "succeeded",
        captures: money.received > 0 ? 1 : 0,
        amountReceived: money.received,
        amountRefunded: money.refunded,
      },
    ] as unknown as Books["intents"],
    notifications: [claimed.notification],
    mails: mails.map((name) => ({ headers: { "x-order-mail": name } })) as unknown as Books["mails"],
    queues: [],
    deadLetters: [],
    pendingDeliveries: 0,
  };
}

const refund = (id: string, amount: number, more: Partial<Refund> = {}): Refund => ({
  id,
  amount,
  source: "shop",
  status: "SUCCEEDED",
  at: placed.occurredAt,
  ...more,
});

const restock = [{ sku: "TEA", quantity: 1 }];
const made = said("RefundMade", { refundId: "rf_1", amount: 333, restock }) as DomainEvent & {
  type: "RefundMade";
};
const returned = release(committed, made, testNow)?.next ?? committed;
const partly: Story = {
  facts: [...confirmedFacts, made],
  payment: { ...paid, refunds: [refund("rf_1", 333, { restock })], ledgerEvents: [made] },
  reservation: returned,
  money: { received: 999, refunded: 333 },
};

const request = said("OrderCancelRequested");
const failed = said("RefundFailed", {
  refundId: "cancellation-1",
  amount: 999,
  source: "cancellation",
}) as DomainEvent & { type: "RefundFailed" };
const cancelledRecord = { ...accepted, events: { ...accepted.events, OrderCancelRequested: request } };
const refundFailed: Story = {
  facts: [...confirmedFacts, failed],
  payment: {
    ...paid,
    cancelled: true,
    settlement: "REFUND_FAILED",
    refunds: [refund("cancellation-1", 999, { source: "cancellation", status: "FAILED" })],
    ledgerEvents: [failed],
  },
  reservation: committed,
  money: { received: 999, refunded: 0 },
};

const aborted = said("PaymentAborted", { reason: "expired", held: true }) as DomainEvent & {
  type: "PaymentAborted";
};
const voided = said("PaymentVoided", { authorized: true });
const released = release(reserved, aborted, testNow)?.next ?? reserved;
/** Another hand captured after the abort; it was given back. */
const foreign: Story = {
  facts: [
    ...Object.values(released.events).filter(({ type }) => type !== "ReservationExpired"),
    aborted,
    voided,
  ],
  payment: {
    ...paid,
    expired: true,
    decision: "ABORT",
    settlement: "VOIDED",
    refunds: [refund("abort-1", 999, { source: "abort" })],
    events: { PaymentAborted: aborted, PaymentVoided: voided as never },
  },
  reservation: released,
  money: { received: 999, refunded: 999 },
};

const short = said("PaymentCaptured", { amount: 571 });
const shortStory: Story = {
  facts: confirmedFacts.map((event) => (event === captured ? short : event)),
  payment: { ...paid, taken: 571, events: { PaymentCaptured: short as never } },
  reservation: committed,
  money: { received: 571, refunded: 0 },
};

const found = (story: Story, change: (books: Books) => void = () => {}) => {
  const books = structuredClone(booksOf(story));
  change(books);
  return violationsAtRest(books).map(({ detail, invariant }) => `${invariant} ${detail}`);
};

test.each([
  ["a confirmed order", plain()],
  ["one of which a part was refunded, and a piece came back", partly],
  ["one that another hand captured short", shortStory],
  ["one that another hand captured after its abort, and that was given back", foreign],
] as [string, Story][])("%s breaks nothing", (_, story) => {
  expect(found(story)).toEqual([]);
});

function plain(): Story {
  return {
    facts: confirmedFacts,
    payment: paid,
    reservation: committed,
    money: { received: 999, refunded: 0 },
  };
}

test("a cancellation whose refund failed is at rest, and its money is not missed", () => {
  const withRequest = (books: Books) => {
    const order = [...confirmedFacts, failed].reduce<Order>(
      (known, event) => track(known, event as Tracked, testNow),
      cancelledRecord,
    );
    books.orders = [{ ...order, cancelRequested: true }];
  };
  expect(found(refundFailed, withRequest)).toEqual([]);
});

type Patch = {
  [of in "intents" | "notifications" | "orders" | "payments" | "reservations" | "stock"]?: object;
};

/** The books with some fields of their only order's records changed. */
const patched = (books: Books, patch: Patch) => {
  for (const [of, fields] of Object.entries(patch)) Object.assign(books[of as keyof Patch][0] ?? {}, fields);
};

const { PaymentAborted } = foreign.payment.events;

test.each([
  ["A3", partly, { stock: { available: 7, sold: 3 } }],
  ["A4", shortStory, { intents: { amountReceived: 999 } }],
  ["A4", plain(), { intents: { amountReceived: 1000 } }],
  ["A5", plain(), { reservations: released }],
  ["A6", partly, { payments: { refunds: [refund("rf_1", 1000)] } }],
  ["A7", partly, { payments: { events: {} } }],
  ["A8", partly, { payments: { ledgerEvents: [{ ...made, id: "1" }] } }],
  ["A16", partly, { payments: { ledgerEvents: [] } }],
  ["E3", foreign, { intents: { status: "requires_action" } }],
  ["E5", partly, { payments: { refunds: [] } }],
  ["E5", partly, { payments: { refunds: [refund("rf_1", 334)] } }],
  ["E5", foreign, { payments: { events: { PaymentAborted } } }],
  ["E6", partly, { orders: { cancelRequested: true } }],
  ["E7", partly, { intents: { amountRefunded: 0 } }],
  ["E7", foreign, { intents: { amountRefunded: 0 } }],
  ["E8", partly, { notifications: { mails: { confirmed: { state: "SENT" } } } }],
] as [string, Story, Patch][])("%s is broken by what breaks it (%#)", (invariant, story, patch) => {
  const broken = found(story, (books) => patched(books, patch));
  expect(broken.map((each) => each.split(" ")[0])).toContain(invariant);
});
