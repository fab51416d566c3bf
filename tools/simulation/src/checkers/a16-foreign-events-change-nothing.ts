// A16: every fact in a record was published by its owner, with the same content; forged events leave none.
import { type DomainEvent, type EventType, subjectOf } from "@order-saga/contracts";
import {
  unpublishedInNotification,
  unpublishedInOrder,
  unpublishedInPayment,
  unpublishedInReservation,
} from "@order-saga/invariants/foreign-facts";
import type { Facts } from "@order-saga/protocol/facts";
import type { Checker, Item, PublishedEntry } from "./observed.ts";
import { asNotification, asOrder, asPayment, asReservation, isGenuine, newOf, violation } from "./records.ts";

type Recorded = { events: { [T in EventType]?: DomainEvent } };

export function foreignEventsChangeNothing(): Checker {
  const saidOf = new Map<string, Facts>();
  const genuine = new Set<string>();
  const forged = new Set<string>();

  function learn(entry: PublishedEntry): void {
    if (isGenuine(entry)) {
      const { event } = entry;
      const said = saidOf.get(subjectOf(event)) ?? {};
      saidOf.set(subjectOf(event), { [event.type]: event, ...said });
      genuine.add(event.id);
    } else if (entry.by === "world") forged.add(idIn(entry.detail));
  }

  /** Every fact of the record that was not published. */
  function judge(item: Item): string[] {
    const said = saidOf.get(String(item.orderId)) ?? {};
    const order = asOrder(item);
    if (order) return [...unpublishedInOrder(order, said), ...answersOf(order)];
    const reservation = asReservation(item);
    if (reservation) return [...unpublishedInReservation(reservation, said), ...answersOf(reservation)];
    const payment = asPayment(item);
    if (payment) return [...unpublishedInPayment(payment, said), ...answersOf(payment)];
    const notification = asNotification(item);
    return notification ? unpublishedInNotification(notification, said) : [];
  }

  function answersOf({ events }: Recorded): string[] {
    return forged.size === 0 ? [] : Object.values(events).flatMap(answersForgery);
  }

  function answersForgery({ causationId, type }: DomainEvent): string[] {
    const isForged = causationId !== null && forged.has(causationId) && !genuine.has(causationId);
    return isForged ? [`${type} answers a forged event`] : [];
  }

  return {
    invariant: "A16",
    says: "an event whose source, type or schema is not its owner's changes nothing",
    afterStep(observed, step) {
      for (const entry of newOf(observed.published, step.from.published)) learn(entry);
      return step.written.flatMap((item) =>
        judge(item).map((detail) => violation("A16", detail, String(item.orderId))),
      );
    },
  };
}

/** The id that a forged detail claims, if it can be read. */
function idIn(detail: string): string {
  return /"id"\s*:\s*"([^"]*)"/.exec(detail)?.[1] ?? "";
}
