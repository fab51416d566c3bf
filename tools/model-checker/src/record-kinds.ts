// The kinds of content that the search knows, and which service owns each.
import { type DomainEvent, type EventType, producerOf } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";
import type { Intent } from "./intent.ts";
import type { ServiceName } from "./shop.ts";

export type Kinds = {
  payment: Payment;
  reservation: Reservation;
  order: Order;
  notification: Notification;
  event: DomainEvent;
  intent: Intent;
};
export type Kind = keyof Kinds;
export type RecordKind = Exclude<Kind, "event" | "intent">;

export const recordKindOf = {
  payment: "payment",
  inventory: "reservation",
  orders: "order",
  notification: "notification",
} as const satisfies Record<ServiceName, RecordKind>;

/** The kind of record that has the event. Throws on an event of a service that is not in the model. */
export function recordKindWith(type: EventType): RecordKind {
  const kinds: Readonly<Record<string, RecordKind>> = recordKindOf;
  const kind = kinds[producerOf(type)];
  if (!kind) throw new Error(`${type} is said by ${producerOf(type)}, which the model does not have.`);
  return kind;
}
