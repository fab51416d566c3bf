// What a checker reads of an order: each service's own record of it, and who may say what.
import { type DomainEvent, sourceOfEvent } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { StockAccount } from "@order-saga/inventory/store/memory";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import { emptyParts, type Payment } from "@order-saga/payment/payment";
import {
  notificationRecord,
  orderRecord,
  paymentRecord,
  type RecordKind,
  reservationRecord,
  stockRecord,
} from "@order-saga/protocol/records";
import { services } from "@order-saga/services";
import type { Item, Observed, PublishedEntry, Step, Violation } from "./observed.ts";

/** A SKU's head, which says how many buckets there are, or one of its other buckets. */
export type StockItem = StockAccount & { readonly pk: string; bucket?: number; buckets?: number };

export const orderOf = reader<Order>(orderRecord);
export const reservationOf = reader<Reservation>(reservationRecord);
export const paymentOf = (observed: Observed, id: string) => whole(readPayment(observed, id));
export const notificationOf = reader<Notification>(notificationRecord);
/** Of a SKU's head, or of a bucket by its `bucketId`. */
export const stockOf = reader<StockItem>(stockRecord);

/** Reads the records of one kind. */
export function reader<T>({ key, service }: RecordKind) {
  return (observed: Observed, id: string): T | undefined => {
    const { pk, sk } = key(id);
    return observed.item(service, pk, sk) as T | undefined;
  };
}

export const asOrder = (item: Item) => as<Order>(item, orderRecord);
export const asReservation = (item: Item) => as<Reservation>(item, reservationRecord);
export const asPayment = (item: Item) => whole(as<Payment>(item, paymentRecord));
export const asNotification = (item: Item) => as<Notification>(item, notificationRecord);
export const asStock = (item: Item) => as<StockItem>(item, stockRecord);

const readPayment = reader<Payment>(paymentRecord);

/** With what a stored payment leaves out. */
const whole = (payment: Payment | undefined): Payment | undefined => payment && { ...emptyParts, ...payment };

function as<T>(item: Item, kind: RecordKind): T | undefined {
  return kind.is(item) ? (item as T) : undefined;
}

export const allOrders = (observed: Observed) => all<Order>(observed, orderRecord);
export const allReservations = (observed: Observed) => all<Reservation>(observed, reservationRecord);
export const allStock = (observed: Observed) => all<StockItem>(observed, stockRecord);

function* all<T>(observed: Observed, kind: RecordKind): Generator<T> {
  for (const item of observed.items(kind.service)) if (kind.is(item)) yield item as T;
}

/** Every order that any service has a record of. */
export function orderIdsOf(observed: Observed): Set<string> {
  const ids = services.flatMap(({ name }) => [...observed.items(name)].map(({ orderId }) => orderId));
  return new Set(ids.filter((id) => typeof id === "string"));
}

/** What the order's money at the provider comes to, in minor units. */
export function takenFrom(observed: Observed, orderId: string): number {
  let taken = 0;
  for (const { captured, refunded } of observed.intents.get(orderId) ?? []) taken += captured - refunded;
  return taken;
}

/** The same of the money that payment itself has captured. */
export function ownTakenFrom(observed: Observed, orderId: string): number {
  let taken = 0;
  for (const { captured, ownCaptures, refunded } of observed.intents.get(orderId) ?? [])
    if (ownCaptures > 0) taken += captured - refunded;
  return taken;
}

export type GenuineEntry = PublishedEntry & { readonly event: DomainEvent };

/** True for an event that its owner has said and the bus has taken, under the owner's source. */
export function isGenuine(entry: PublishedEntry): entry is GenuineEntry {
  const { accepted, by, detailType, event, source } = entry;
  if (!accepted || !event) return false;
  return detailType === event.type && source === sourceOfEvent(event.type) && isOf(by, event.producer);
}

/** True if the function, named `<service>-<function>`, is one of the service. */
export const isOf = (functionName: string, service: string) => functionName.startsWith(`${service}-`);

const nothing: readonly never[] = [];

/** The elements of a list from an index on; most steps add none. */
export function newOf<T>(list: readonly T[], from: number): readonly T[] {
  return list.length === from ? nothing : list.slice(from);
}

/** The order a step is about, if it is about one. */
export function onlyOrder({ orderIds }: Pick<Step, "orderIds">): string | undefined {
  const [first] = orderIds;
  return orderIds.size === 1 ? first : undefined;
}

export function violation(invariant: string, detail: string, orderId?: string): Violation {
  return { invariant, detail, ...(orderId !== undefined && { orderId }) };
}
