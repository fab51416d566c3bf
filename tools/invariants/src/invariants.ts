// The invariants of the protocol over the books.
import { isDeepStrictEqual } from "node:util";
import { entryOf, eventId, totalOf } from "@order-saga/contracts";
import { messagesIn } from "@order-saga/emulator";
import { statusOf, unconfirmedRootEvents } from "@order-saga/orders/order";
import { refundedOf } from "@order-saga/payment/ledger";
import { isEnd } from "@order-saga/protocol/ends";
import { contradictions, type Facts } from "@order-saga/protocol/facts";
import { isSettled, type PaymentFacet } from "@order-saga/protocol/status";
import {
  bucketId,
  count,
  type Held,
  miscounted,
  negativeCounter,
  unconserved,
} from "@order-saga/protocol/stock";
import { services } from "@order-saga/services";
import { type Books, type OrderRecord, recordsWithEvents } from "./books.ts";
import { bulkViolations, bulkViolationsAtRest } from "./bulks.ts";
import { feedViolations, feedViolationsAtRest } from "./feeds.ts";
import {
  unpublishedInNotification,
  unpublishedInOrder,
  unpublishedInPayment,
  unpublishedInReservation,
} from "./foreign-facts.ts";
import { observedViolations, observedViolationsAtRest } from "./observed-violations.ts";
import { paymentSetbacks } from "./transitions.ts";
import { type Violation, violation } from "./violation.ts";
import type { Observations } from "./witness.ts";

export type { Violation };

/** What must hold at every moment between two writes. Some of it needs a witness's observations. */
export function violationsAlways(books: Books, observed?: Observations): Violation[] {
  return [
    ...stockViolations(books),
    ...moneyViolations(books),
    ...eventViolations(books),
    ...decisionViolations(books),
    ...foreignFactViolations(books),
    ...mailViolations(books),
    ...books.bulks.flatMap(bulkViolations),
    ...books.feeds.flatMap(feedViolations),
    ...(observed ? observedViolations(books, observed) : []),
  ];
}

/** What must hold in addition once faults have stopped and every queue is empty. */
export function violationsAtRest(books: Books, observed?: Observations): Violation[] {
  return [
    ...violationsAlways(books, observed),
    ...endViolations(books),
    ...sumViolations(books),
    ...queueViolations(books),
    ...books.bulks.flatMap(bulkViolationsAtRest),
    ...books.feeds.flatMap(feedViolationsAtRest),
    ...(observed ? observedViolationsAtRest(books, observed, services) : []),
  ];
}

/**
 * A1–A3: counters of each bucket are never negative, conserve what was put in, and are the sum of the
 * reservations.
 */
function stockViolations(books: Books): Violation[] {
  const sums = new Map<string, Held>();
  for (const reservation of books.reservations) count(sums, reservation, 1);
  const ofBuckets = books.stock.flatMap((account) => {
    const { bucket = 0, restocked, sku } = account;
    const id = bucketId(sku, bucket);
    const judged = {
      A1: negativeCounter(account),
      A2: unconserved(account, restocked),
      A3: miscounted(account, sums.get(id) ?? { reserved: 0, sold: 0 }),
    };
    return Object.entries(judged).flatMap(([invariant, detail]) =>
      detail ? [violation(invariant, `${id}: ${detail}`)] : [],
    );
  });
  return [...ofBuckets, ...unconservedSums(books)];
}

/** A2, over all buckets of a SKU: moves between them leave the sum, and none is beyond those counted. */
function unconservedSums({ restocks, stock }: Books): Violation[] {
  const putIn = Map.groupBy(restocks, ({ sku }) => sku);
  return [...Map.groupBy(stock, ({ sku }) => sku)].flatMap(([sku, buckets]) => {
    const counted = buckets.reduce((total, { restocked }) => total + restocked, 0);
    const given = putIn.get(sku)?.reduce((total, { delta }) => total + delta, 0) ?? 0;
    const most = Math.max(...buckets.map((each) => each.buckets ?? 1));
    const beyond = buckets.filter(({ bucket = 0 }) => bucket >= most);
    return [
      ...unless(counted === given, "A2", `${sku}: ${counted} counted, ${given} put in`),
      ...beyond.map(({ bucket }) => violation("A2", `${sku}: bucket ${bucket} of ${most}`)),
    ];
  });
}

/** A4–A6: one capture of at most the right amount, never without stock, never captured and voided. */
function moneyViolations({ intents, payments, reservations }: Books): Violation[] {
  const stockOf = new Map(reservations.map((each) => [each.orderId, each.state]));
  const paymentOf = new Map(payments.map((each) => [each.orderId, each]));
  const perOrder = intents.flatMap((intent) => {
    const orderId = intent.metadata.orderId ?? "";
    const payment = paymentOf.get(orderId);
    const stock = stockOf.get(orderId);
    return [
      ...unless(intent.captures <= 1, "A4", "captured more than once", orderId),
      ...captureFaults(intent, payment).map((detail) => violation("A4", detail, orderId)),
      ...unless(hasStock(intent, payment, stock), "A5", `money held, stock ${stock}`, orderId),
      ...unless(intent.amountRefunded <= intent.amountReceived, "A6", "refunded more than captured", orderId),
      ...unless(!(intent.captures > 0 && intent.status === "canceled"), "A6", "captured and voided", orderId),
    ];
  });
  const holding = intents.filter((intent) => intent.captures > 0 || intent.status === "requires_capture");
  const twice = duplicates(holding.map((intent) => intent.metadata.orderId ?? ""));
  return [
    ...perOrder,
    ...twice.map((orderId) => violation("A4", "two authorisations", orderId)),
    ...payments.flatMap((payment) =>
      unless(isWithinTaken(payment), "A6", "the ledger gives back more than was taken", payment.orderId),
    ),
  ];
}

type Intent = Books["intents"][number];
type Payment = Books["payments"][number];

/** Another hand may take less than was authorised; what is recorded is what was taken. */
function captureFaults({ amountReceived, captures }: Intent, payment: Payment | undefined): string[] {
  if (captures === 0) return [];
  const amount = payment?.charge?.amount ?? 0;
  const said = payment?.events.PaymentCaptured?.data.amount ?? amountReceived;
  return [
    ...(amountReceived > amount ? ["captured more than was authorised"] : []),
    ...(said === amountReceived ? [] : ["captured another amount than was said"]),
  ];
}

/**
 * A5: what was captured has stock, reserved or sold, until it is being given back; a hold outlives its stock
 * only if payment has given the order up.
 */
function hasStock(intent: Intent, payment: Payment | undefined, stock: string | undefined): boolean {
  if (stock === "RESERVED" || stock === "COMMITTED") return true;
  if (intent.status === "requires_capture")
    return stock !== "RELEASED" || payment?.decision === "ABORT" || payment?.settlement === "CAPTURE_FAILED";
  if (intent.amountReceived === intent.amountRefunded) return true;
  // What was taken without our decision was taken by another hand.
  return payment !== undefined && (payment.decision !== "CAPTURE" || isBeingGivenBack(payment));
}

const isBeingGivenBack = ({ refunds }: Payment) => refunds.some(({ source }) => source === "cancellation");

function isWithinTaken({ refunds, taken = 0 }: Payment): boolean {
  const open = refunds.filter(({ status }) => status !== "FAILED" && status !== "OVERTAKEN");
  return open.reduce((sum, { amount }) => sum + amount, 0) <= taken;
}

/** A7, A8, A10, A12: exclusive facts, derived ids, recorded causes, amounts that sum up their lines. */
function eventViolations(books: Books): Violation[] {
  const recordsOf = Map.groupBy(recordsWithEvents(books), ({ orderId }) => orderId);
  return books.orders.flatMap((order) => {
    const { orderId } = order;
    const records: OrderRecord[] = recordsOf.get(orderId) ?? [];
    const events = records.flatMap((record) => Object.values(record.events));
    const types = new Set(events.map((event) => event.type));
    const ids = new Set(events.map((event) => event.id));
    return [
      ...contradictions((type) => types.has(type)).map((detail) => violation("A7", detail, orderId)),
      ...events
        .filter((event) => event.id !== eventId(orderId, event.type, entryOf(event)))
        .map((event) => violation("A8", event.type, orderId)),
      ...events
        .filter(({ causationId }) => causationId !== null && !ids.has(causationId))
        .map((event) => violation("A10", `the cause of ${event.type} is recorded nowhere`, orderId)),
      ...unless(
        order.amount === totalOf(order.lines),
        "A12",
        "the amount is not the sum of its lines",
        orderId,
      ),
    ];
  });
}

/** A11: what payment has settled is what it decided. */
function decisionViolations({ payments }: Books): Violation[] {
  return payments.flatMap((payment) =>
    paymentSetbacks(undefined, payment).map((detail) => violation("A11", detail, payment.orderId)),
  );
}

/** A16: every fact from another service's event is recorded by the service that owns it. */
function foreignFactViolations(books: Books): Violation[] {
  const { notifications, orders, payments, reservations } = books;
  const publishedOf = new Map<string, Facts>();
  for (const { events, orderId } of recordsWithEvents(books)) {
    const byType = Object.fromEntries(Object.values(events).map((event) => [event.type, event]));
    publishedOf.set(orderId, { ...publishedOf.get(orderId), ...byType });
  }
  const judge = <T extends { orderId: string }>(
    records: T[],
    unpublished: (record: T, published: Facts) => string[],
  ) =>
    records.flatMap((record) =>
      unpublished(record, publishedOf.get(record.orderId) ?? {}).map((detail) =>
        violation("A16", detail, record.orderId),
      ),
    );
  return [
    ...judge(orders, unpublishedInOrder),
    ...judge(reservations, unpublishedInReservation),
    ...judge(payments, unpublishedInPayment),
    ...judge(notifications, unpublishedInNotification),
  ];
}

/** A14: each mail at most once unless an operator had it sent again, none confirmed after a cancelled. */
function mailViolations({ mails, notifications }: Books): Violation[] {
  const names = mails.map((mail) => mail.headers["x-order-mail"] ?? "");
  const late = names.filter((name, index) => {
    const cancelled = name.replace(/confirmed$/, "cancelled");
    return name.endsWith("/confirmed") && names.slice(0, index).includes(cancelled);
  });
  return [
    ...duplicates(withoutSentAgain(names, notifications)).map((name) =>
      violation("A14", `${name} was sent twice`),
    ),
    ...late.map((name) => violation("A14", `${name} was sent after the cancellation`)),
  ];
}

/** What an operator had sent is left out as often as the record says that. */
function withoutSentAgain(names: readonly string[], notifications: Books["notifications"]): string[] {
  const allowed = new Map(
    notifications.flatMap(({ orderId, sentAgain = {} }) =>
      Object.entries(sentAgain).map(([kind, times]) => [`${orderId}/${kind}`, times]),
    ),
  );
  return names.filter((name) => {
    const left = allowed.get(name) ?? 0;
    allowed.set(name, left - 1);
    return left <= 0;
  });
}

/** E1, E3–E6, E8: every order has an allowed end that all services agree on, nothing held, and its mail. */
function endViolations({
  intents,
  mails,
  notifications,
  orders,
  payments,
  reservations,
}: Books): Violation[] {
  const sent = new Set(mails.map((mail) => mail.headers["x-order-mail"]));
  return orders.flatMap((order) => {
    const { orderId } = order;
    const payment = payments.find((each) => each.orderId === orderId);
    const reservation = reservations.find((each) => each.orderId === orderId);
    const own = intents.filter((intent) => intent.metadata.orderId === orderId);
    const facet = payment && facetOf(payment);
    const money = moneyIn(own);
    const notification = notifications.find((each) => each.orderId === orderId);
    const kinds = Object.entries(notification?.mails ?? {});
    const unsent = kinds.filter(([kind, mail]) => mail.state === "SENT" && !sent.has(`${orderId}/${kind}`));
    const open = kinds.filter(([, mail]) => mail.state === "DUE" || mail.state === "CLAIMED");
    const outcome = statusOf(order).toLowerCase();
    return [
      ...unless(
        isSettled(order) && unconfirmedRootEvents(order).length === 0,
        "E1",
        `not settled: ${statusOf(order)}`,
        orderId,
      ),
      ...unless(
        isEnd(payment?.settlement, reservation?.state),
        "E1",
        `ends as ${payment?.settlement}/${reservation?.state}`,
        orderId,
      ),
      ...unless(
        own.every(({ status }) => status !== "requires_capture" && status !== "requires_action"),
        "E3",
        "an authorisation is left held, or a customer asked",
        orderId,
      ),
      ...unless(reservation?.state !== "RESERVED", "E4", "stock is left reserved", orderId),
      ...unless(
        order.payment === facet && order.stock === reservation?.state,
        "E5",
        `shown as ${order.payment}/${order.stock}`,
        orderId,
      ),
      ...unless(
        isDeepStrictEqual(shownRefunds(order), ledgerRefunds(payment)),
        "E5",
        "other refunds are shown than were made",
        orderId,
      ),
      ...unless(
        !order.cancelRequested || money === 0 || (payment !== undefined && needsPerson(payment)),
        "E6",
        "cancelled but charged",
        orderId,
      ),
      ...unless(
        // A bulk has one mail for all of its orders.
        order.events.OrderPlaced.data.bulkId !== undefined || kinds.some(([kind]) => kind === outcome),
        "E8",
        `no mail about ${outcome}`,
        orderId,
      ),
      ...unmailedRefunds(order, notification).map((kind) =>
        violation("E8", `the mail ${kind} was never due`, orderId),
      ),
      ...[...unsent, ...open].map(([kind, mail]) =>
        violation("E8", `the mail ${kind} is ${mail.state}`, orderId),
      ),
    ];
  });
}

const moneyIn = (intents: readonly Intent[]) =>
  intents.reduce((sum, intent) => sum + intent.amountReceived - intent.amountRefunded, 0);

/** How the order is to show the payment. */
function facetOf({ decision, events, settlement }: Payment): PaymentFacet | undefined {
  switch (settlement) {
    case "CAPTURE_FAILED":
      return "DECLINED";
    case "VOIDED":
      return events.PaymentVoided ? "VOIDED" : "ABORTED";
    case "REFUND_FAILED":
      // A refund may come back after it was made.
      if (events.PaymentRefunded) return "REFUNDED";
      return decision === "ABORT" ? "ABORTED" : "REFUND_FAILED";
    default:
      return settlement;
  }
}

/** A refund that failed for good, which a person must make good: the money is still there. */
function needsPerson({ refunds }: Payment): boolean {
  const isOurs = (source: string) => source === "cancellation" || source === "abort";
  return refunds.some(({ source, status }) => status === "FAILED" && isOurs(source));
}

type Shown = readonly [id: string, status: string, amount: number];
const sorted = (shown: Shown[]) => shown.sort(([a], [b]) => (a < b ? -1 : 1));

const shownRefunds = ({ refunds = {} }: Books["orders"][number]): Shown[] =>
  sorted(Object.entries(refunds).map(([id, { amount, status }]) => [id, status, amount]));

/** What was given back for a cancellation or after an abort is told as one, not refund by refund. */
function ledgerRefunds(payment: Payment | undefined): Shown[] {
  const told = (payment?.refunds ?? []).flatMap(({ amount, id, source, status }): Shown[] => {
    if (status === "FAILED") return [[id, "failed", amount]];
    return status === "SUCCEEDED" && (source === "shop" || source === "provider")
      ? [[id, "made", amount]]
      : [];
  });
  return sorted(payment?.events.PaymentCaptured ? told : told.filter(([, status]) => status === "failed"));
}

/** Each refund that the shop made has a mail, but those of a bulk. */
function unmailedRefunds(
  { events, refunds = {} }: Books["orders"][number],
  notification: Books["notifications"][number] | undefined,
): string[] {
  if (events.OrderPlaced.data.bulkId !== undefined) return [];
  const told = Object.entries(refunds).filter(
    ([, { source, status }]) => status === "made" && (source === "shop" || source === "provider"),
  );
  return told
    .map(([id]) => `refund:${id}` as const)
    .filter((kind) => notification?.mails[kind] === undefined);
}

/** E7: the money at the provider is that of the confirmed orders, less what was refunded of them. */
function sumViolations({ intents, orders, payments }: Books): Violation[] {
  const paymentOf = new Map(payments.map((each) => [each.orderId, each]));
  const kept = orders.reduce((sum, order) => sum + keptOf(order, paymentOf.get(order.orderId)), 0);
  const taken = moneyIn(intents);
  return unless(taken === kept, "E7", `${taken} taken, ${kept} confirmed and not refunded`);
}

function keptOf(order: Books["orders"][number], payment: Payment | undefined): number {
  const refunded = payment ? refundedOf(payment) : 0;
  if (statusOf(order) === "CONFIRMED")
    return (order.events.OrderConfirmed?.data.amount ?? order.amount) - refunded;
  return payment && needsPerson(payment) ? (payment.taken ?? 0) - refunded : 0;
}

/** Reasons for which a message may lie in a dead-letter queue at rest: it was poison. */
const poison = new Set(["MalformedMessage", "ContractViolation", "UnknownVersion", "ForeignSource"]);

/** E9: queues are empty, and dead-letter queues hold only what was poison. */
function queueViolations({ deadLetters, pendingDeliveries, queues }: Books): Violation[] {
  const busy = queues.filter(({ count }) => messagesIn(count) > 0);
  const failed = deadLetters.filter((letter) => !poison.has(letter.errorName ?? ""));
  return [
    ...busy.map(({ name }) => violation("E9", `${name} is not empty`)),
    ...[
      ...Map.groupBy(failed, ({ errorName, orderId, queue }) => `${queue}/${errorName}/${orderId}`).values(),
    ].map(([letter, ...more]) => {
      const { errorName = "a message that failed", orderId, queue } = letter as (typeof failed)[number];
      return violation(
        "E9",
        `${queue} holds ${errorName}${more.length > 0 ? ` ${more.length + 1} times` : ""}`,
        orderId,
      );
    }),
    ...unless(pendingDeliveries === 0, "E9", `${pendingDeliveries} deliveries are being retried`),
  ];
}

function unless(holds: boolean, invariant: string, detail: string, orderId?: string): Violation[] {
  return holds ? [] : [violation(invariant, detail, orderId)];
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => name !== "" && names.indexOf(name) !== index))];
}
