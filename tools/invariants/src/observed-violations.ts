// The invariants that need a witness's observations besides the books.
import { isDeepStrictEqual } from "node:util";
import {
  type DomainEvent,
  type EventType,
  entryOf,
  eventTypes,
  isEntryEventType,
  layerOf,
  subjectOf,
} from "@order-saga/contracts";
import type { ServiceManifest } from "@order-saga/messaging";
import { isSettled } from "@order-saga/protocol/status";
import { type Books, recordsWithEvents } from "./books.ts";
import { cascadeOf, settleBoundMilliseconds } from "./bounds.ts";
import { notificationSetbacks, orderSetbacks, paymentSetbacks, reservationSetbacks } from "./transitions.ts";
import { type Violation, violation } from "./violation.ts";
import type { Observations, Published } from "./witness.ts";

/** What must hold at every moment. */
export function observedViolations(books: Books, observed: Observations): Violation[] {
  return [
    ...publishedViolations(books, observed.published),
    ...(observed.before ? setbackViolations(observed.before, books) : []),
    ...acceptanceViolations(observed),
    ...observed.leaks.map(({ kind, orderId }) => violation("A15", `${kind} was logged`, orderId)),
  ];
}

/** What must hold in addition at rest. */
export function observedViolationsAtRest(
  books: Books,
  observed: Observations,
  services: readonly ServiceManifest[],
): Violation[] {
  return [
    ...lateViolations(books, observed.now, services),
    ...chatterViolations(observed.published, services),
  ];
}

/** A8, A9: what was published is recorded by its producer, and was never published with other data. */
function publishedViolations(books: Books, published: readonly Published[]): Violation[] {
  const recorded = new Map<string, DomainEvent>();
  for (const { events } of recordsWithEvents(books))
    for (const event of Object.values(events)) recorded.set(nameOf(event), event);
  return published.flatMap(({ event, hasVariants }) => {
    const { type } = event;
    const subject = subjectOf(event);
    const isRecorded = isDeepStrictEqual(recorded.get(nameOf(event)), event);
    return [
      ...(hasVariants ? [violation("A8", `${type} was said in two ways`, subject)] : []),
      ...(isRecorded ? [] : [violation("A9", `${type} was said and is not so recorded`, subject)]),
    ];
  });
}

/** Its id may be what is wrong with an event. */
const nameOf = (event: DomainEvent) => [subjectOf(event), event.type, entryOf(event)].join("/");

/** A11: no record went back between two readings of the books. */
function setbackViolations(before: Books, after: Books): Violation[] {
  return [
    ...setbacks(before.orders, after.orders, orderSetbacks),
    ...setbacks(before.reservations, after.reservations, reservationSetbacks),
    ...setbacks(before.payments, after.payments, paymentSetbacks),
    ...setbacks(before.notifications, after.notifications, notificationSetbacks),
  ];
}

function setbacks<T extends { orderId: string }>(
  before: readonly T[],
  after: readonly T[],
  judge: (before: T | undefined, after: T) => string[],
): Violation[] {
  const now = new Map(after.map((each) => [each.orderId, each]));
  return before.flatMap((record) => {
    const next = now.get(record.orderId);
    const details = next ? judge(record, next) : ["a record is gone"];
    return details.map((detail) => violation("A11", detail, record.orderId));
  });
}

/** A13: a principal's key has one order, and an order one key. */
function acceptanceViolations({ accepted }: Observations): Violation[] {
  const keys = Map.groupBy(accepted, ({ idempotencyKey, principal }) => `${principal}\0${idempotencyKey}`);
  const orders = Map.groupBy(accepted, ({ orderId }) => orderId);
  const shared = (groups: ReadonlyMap<string, readonly { orderId: string }[]>, detail: string) =>
    [...groups.values()]
      .filter((group) => group.length > 1)
      .map((group) => violation("A13", detail, group.at(-1)?.orderId));
  return [...shared(keys, "its key has another order, too"), ...shared(orders, "two keys have one order")];
}

/** E2: no order is still open long after it should have ended. */
function lateViolations({ orders }: Books, now: number, services: readonly ServiceManifest[]): Violation[] {
  const bound = settleBoundMilliseconds(services);
  return orders
    .filter((order) => !isSettled(order))
    .filter(({ decideBy, events }) => {
      const asked = events.OrderCancelRequested?.occurredAt ?? decideBy;
      return now > Math.max(Date.parse(decideBy), Date.parse(asked)) + bound;
    })
    .map(({ orderId }) => violation("E2", "is open long after it should have ended", orderId));
}

/** E10: an order has no more events than follow from what its customer, a timer or a replay began. */
function chatterViolations(
  published: readonly Published[],
  services: readonly ServiceManifest[],
): Violation[] {
  const isRoot = (type: EventType) => layerOf[type] === 0;
  const cascades = new Map(eventTypes.map((type) => [type, cascadeOf(services, type)]));
  const cascade = (type: EventType) => cascades.get(type) ?? 0;
  // What began before the witness may be answered only now.
  const earlier = eventTypes.filter(isRoot).reduce((sum, type) => sum + cascade(type), 0);
  return [...Map.groupBy(published, ({ event }) => subjectOf(event))].flatMap(([orderId, own]) => {
    const count = own.reduce((sum, { times }) => sum + times, 0);
    // A refund or a dispute is begun by a clerk or at the provider, each once.
    const begunBy = ({ event: { type }, times }: Published) =>
      isRoot(type) ? times : Number(isEntryEventType(type));
    const begun = own.map((each) => (begunBy(each) + each.replays) * cascade(each.event.type));
    const most = begun.reduce((sum, each) => sum + each, earlier);
    return count <= most ? [] : [violation("E10", `${count} events were said, ${most} at most`, orderId)];
  });
}
