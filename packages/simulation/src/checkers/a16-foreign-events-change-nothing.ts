// A16: every fact in a record is one that its owner said, in its owner's words; an event made up by others left none.
import { isDeepStrictEqual } from "node:util";
import type { DomainEvent, EventOf, EventType } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";
import type { Checker, Item, PublishedEntry } from "./observed.ts";
import { asNotification, asOrder, asPayment, asReservation, isGenuine, newOf, violation } from "./records.ts";

/** What the owners have said of one order. */
type Said = { [T in EventType]?: EventOf<T> };
type Recorded = { events: { [T in EventType]?: DomainEvent } };

export function foreignEventsChangeNothing(): Checker {
  const saidOf = new Map<string, Said>();
  const genuine = new Set<string>();
  const forged = new Set<string>();

  function learn(entry: PublishedEntry): void {
    if (isGenuine(entry)) {
      const { event } = entry;
      const said = saidOf.get(event.orderId) ?? {};
      saidOf.set(event.orderId, { [event.type]: event, ...said });
      genuine.add(event.id);
    } else if (entry.by === "world") forged.add(idIn(entry.detail));
  }

  /** Every fact of the record that nobody said. */
  function judge(item: Item): string[] {
    const said = saidOf.get(String(item.orderId)) ?? {};
    const order = asOrder(item);
    if (order) return [...unsaidOfOrder(order, said), ...answersOf(order)];
    const reservation = asReservation(item);
    if (reservation) return [...unsaidOfReservation(reservation, said), ...answersOf(reservation)];
    const payment = asPayment(item);
    if (payment) return [...unsaidOfPayment(payment, said), ...answersOf(payment)];
    const notification = asNotification(item);
    return notification ? unsaidOfNotification(notification, said) : [];
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

/** The order heard only what was said. */
function unsaidOfOrder({ events, timeline }: Order, said: Said): string[] {
  return timeline
    .filter(({ type }) => !events[type] && !said[type])
    .map(({ type }) => `the order heard ${type}, which nobody said`);
}

function unsaidOfReservation({ lines, outcome, state }: Reservation, said: Said): string[] {
  const without = (needed: boolean, ...anyOf: EventType[]) =>
    needed && !anyOf.some((type) => said[type])
      ? [`the reservation is ${state} without ${anyOf.join(" or ")}`]
      : [];
  return [
    ...without(lines.length > 0 || state === "REJECTED", "OrderPlaced"),
    ...without(state === "COMMITTED", "PaymentCaptured"),
    ...without(outcome === "aborted", "PaymentDeclined", "PaymentVoided"),
    ...without(outcome === "refunded", "PaymentRefunded"),
  ];
}

function unsaidOfPayment({ cancelled, charge, stock }: Payment, said: Said): string[] {
  const placed = said.OrderPlaced?.data;
  const ordered = placed && {
    amount: placed.amount,
    currency: placed.currency,
    paymentMethod: placed.paymentMethod,
    decideBy: placed.decideBy,
  };
  return [
    ...(charge && !isDeepStrictEqual({ ...charge }, ordered) ? ["the charge is not the order's"] : []),
    ...(stock === "RESERVED" && !said.StockReserved ? ["payment believes in a reservation nobody made"] : []),
    ...(stock === "REJECTED" && !said.StockRejected ? ["payment believes in a shortage nobody saw"] : []),
    ...(cancelled && !said.OrderCancelRequested
      ? ["payment believes in a cancellation nobody asked for"]
      : []),
  ];
}

function unsaidOfNotification({ outcomes, placed }: Notification, said: Said): string[] {
  const told = said.OrderPlaced?.data;
  const ordered = told && {
    contact: told.contact,
    lines: told.lines,
    amount: told.amount,
    currency: told.currency,
  };
  const differs = (one: unknown, other: unknown) => one !== undefined && !isDeepStrictEqual(one, other);
  return [
    ...(differs(placed, ordered) ? ["the contact or the amount of the mails is not the order's"] : []),
    ...(differs(outcomes.confirmed, said.OrderConfirmed?.data) ? ["a confirmation nobody said"] : []),
    ...(differs(outcomes.rejected, said.OrderRejected?.data) ? ["a rejection nobody said"] : []),
    ...(differs(outcomes.cancelled, said.OrderCancelled?.data) ? ["a cancellation nobody said"] : []),
  ];
}

/** The id that a forged detail claims, if it can be read. */
function idIn(detail: string): string {
  return /"id"\s*:\s*"([^"]*)"/.exec(detail)?.[1] ?? "";
}
