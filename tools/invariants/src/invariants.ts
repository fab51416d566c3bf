// The invariants of the protocol over the books.
import { eventId, totalOf } from "@order-saga/contracts";
import { messagesIn } from "@order-saga/emulator";
import { statusOf, unconfirmedRootEvents } from "@order-saga/orders/order";
import { isEnd } from "@order-saga/protocol/ends";
import { contradictions, type Facts } from "@order-saga/protocol/facts";
import { isSettled } from "@order-saga/protocol/status";
import { count, type Held, miscounted, negativeCounter, unconserved } from "@order-saga/protocol/stock";
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

/** A1–A3: counters are never negative, conserve what was put in, and are the sum of the reservations. */
function stockViolations({ reservations, stock }: Books): Violation[] {
  const sums = new Map<string, Held>();
  for (const reservation of reservations) count(sums, reservation, 1);
  return stock.flatMap((account) => {
    const { restocked, sku } = account;
    const judged = {
      A1: negativeCounter(account),
      A2: unconserved(account, restocked),
      A3: miscounted(account, sums.get(sku) ?? { reserved: 0, sold: 0 }),
    };
    return Object.entries(judged).flatMap(([invariant, detail]) =>
      detail ? [violation(invariant, `${sku}: ${detail}`)] : [],
    );
  });
}

/** A4–A6: one capture of the right amount, never without stock, never captured and voided. */
function moneyViolations({ intents, payments, reservations }: Books): Violation[] {
  const stateOf = new Map(reservations.map((each) => [each.orderId, each.state]));
  const perOrder = intents.flatMap((intent) => {
    const orderId = intent.metadata.orderId ?? "";
    const payment = payments.find((each) => each.orderId === orderId);
    const money = intent.amountReceived - intent.amountRefunded;
    const stock = stateOf.get(orderId);
    return [
      ...unless(intent.captures <= 1, "A4", "captured more than once", orderId),
      ...unless(
        intent.captures === 0 || intent.amountReceived === payment?.charge?.amount,
        "A4",
        "captured another amount",
        orderId,
      ),
      ...unless(
        money === 0 || stock === "RESERVED" || stock === "COMMITTED",
        "A5",
        `money held, stock ${stock}`,
        orderId,
      ),
      ...unless(intent.amountRefunded <= intent.amountReceived, "A6", "refunded more than captured", orderId),
      ...unless(!(intent.captures > 0 && intent.status === "canceled"), "A6", "captured and voided", orderId),
    ];
  });
  const holding = intents.filter((intent) => intent.captures > 0 || intent.status === "requires_capture");
  const twice = duplicates(holding.map((intent) => intent.metadata.orderId ?? ""));
  return [...perOrder, ...twice.map((orderId) => violation("A4", "two authorisations", orderId))];
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
        .filter((event) => event.id !== eventId(orderId, event.type))
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
  for (const { events, orderId } of recordsWithEvents(books))
    publishedOf.set(orderId, { ...publishedOf.get(orderId), ...events });
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

/** A14: each mail at most once, none confirmed after a cancelled. */
function mailViolations({ mails }: Books): Violation[] {
  const names = mails.map((mail) => mail.headers["x-order-mail"] ?? "");
  const late = names.filter((name, index) => {
    const cancelled = name.replace(/confirmed$/, "cancelled");
    return name.endsWith("/confirmed") && names.slice(0, index).includes(cancelled);
  });
  return [
    ...duplicates(names).map((name) => violation("A14", `${name} was sent twice`)),
    ...late.map((name) => violation("A14", `${name} was sent after the cancellation`)),
  ];
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
    const facet = payment?.settlement === "CAPTURE_FAILED" ? "DECLINED" : payment?.settlement;
    const money = own.reduce((sum, intent) => sum + intent.amountReceived - intent.amountRefunded, 0);
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
        own.every((intent) => intent.status !== "requires_capture"),
        "E3",
        "an authorisation is left held",
        orderId,
      ),
      ...unless(reservation?.state !== "RESERVED", "E4", "stock is left reserved", orderId),
      ...unless(
        order.payment === facet && order.stock === reservation?.state,
        "E5",
        `shown as ${order.payment}/${order.stock}`,
        orderId,
      ),
      ...unless(!order.cancelRequested || money === 0, "E6", "cancelled but charged", orderId),
      ...unless(
        // A bulk has one mail for all of its orders.
        order.events.OrderPlaced.data.bulkId !== undefined || kinds.some(([kind]) => kind === outcome),
        "E8",
        `no mail about ${outcome}`,
        orderId,
      ),
      ...[...unsent, ...open].map(([kind, mail]) =>
        violation("E8", `the mail ${kind} is ${mail.state}`, orderId),
      ),
    ];
  });
}

/** E7: the money taken is the money of the confirmed orders. */
function sumViolations({ intents, orders }: Books): Violation[] {
  const taken = intents.reduce((sum, intent) => sum + intent.amountReceived - intent.amountRefunded, 0);
  const confirmed = orders
    .filter((order) => statusOf(order) === "CONFIRMED")
    .reduce((sum, order) => sum + order.amount, 0);
  return unless(taken === confirmed, "E7", `${taken} taken, ${confirmed} confirmed`);
}

/** Reasons for which a message may lie in a dead-letter queue at rest: it was poison. */
const poison = new Set(["MalformedMessage", "ContractViolation", "UnknownVersion", "ForeignSource"]);

/** E9: queues are empty, and dead-letter queues hold only what was poison. */
function queueViolations({ deadLetters, pendingDeliveries, queues }: Books): Violation[] {
  const busy = queues.filter(({ count }) => messagesIn(count) > 0);
  const failed = deadLetters.filter((letter) => !poison.has(letter.errorName ?? ""));
  return [
    ...busy.map(({ name }) => violation("E9", `${name} is not empty`)),
    ...failed.map((letter) =>
      violation("E9", `${letter.queue} holds ${letter.errorName ?? "a message that failed"}`),
    ),
    ...unless(pendingDeliveries === 0, "E9", `${pendingDeliveries} deliveries are being retried`),
  ];
}

function unless(holds: boolean, invariant: string, detail: string, orderId?: string): Violation[] {
  return holds ? [] : [violation(invariant, detail, orderId)];
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => name !== "" && names.indexOf(name) !== index))];
}
