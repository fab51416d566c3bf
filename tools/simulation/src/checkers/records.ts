// What a checker reads of an order: each service's own record of it, and who may say what.
import { type DomainEvent, type ServiceName, sourceOfEvent } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { StockAccount } from "@order-saga/inventory/store/memory";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";
import type { Item, Observed, PublishedEntry, Step, Violation } from "./observed.ts";

export const orderOf = (observed: Observed, orderId: string) =>
  observed.item("orders", `ORDER#${orderId}`, "ORDER") as Order | undefined;
export const reservationOf = (observed: Observed, orderId: string) =>
  observed.item("inventory", `RES#${orderId}`, "RESERVATION") as Reservation | undefined;
export const paymentOf = (observed: Observed, orderId: string) =>
  observed.item("payment", `PAY#${orderId}`, "PAYMENT") as Payment | undefined;
export const notificationOf = (observed: Observed, orderId: string) =>
  observed.item("notification", `NOTE#${orderId}`, "NOTIFICATION") as Notification | undefined;
export const stockOf = (observed: Observed, sku: string) =>
  observed.item("inventory", `SKU#${sku}`, "STOCK") as StockAccount | undefined;

export const asOrder = (item: Item) => as<Order>(item, "ORDER");
export const asReservation = (item: Item) => as<Reservation>(item, "RESERVATION");
export const asPayment = (item: Item) => as<Payment>(item, "PAYMENT");
export const asNotification = (item: Item) => as<Notification>(item, "NOTIFICATION");
export const asStock = (item: Item) => as<StockAccount>(item, "STOCK");

function as<T>(item: Item, sk: string): T | undefined {
  return item.sk === sk ? (item as T) : undefined;
}

export const allOrders = (observed: Observed) => all<Order>(observed, "orders", "ORDER");
export const allReservations = (observed: Observed) => all<Reservation>(observed, "inventory", "RESERVATION");
export const allPayments = (observed: Observed) => all<Payment>(observed, "payment", "PAYMENT");
export const allStock = (observed: Observed) => all<StockAccount>(observed, "inventory", "STOCK");

function* all<T>(observed: Observed, service: ServiceName, sk: string): Generator<T> {
  for (const item of observed.items(service)) if (item.sk === sk) yield item as T;
}

/** Every order that any service has a record of. */
export function orderIdsOf(observed: Observed): Set<string> {
  const services: ServiceName[] = ["orders", "inventory", "payment", "notification"];
  const ids = services.flatMap((service) => [...observed.items(service)].map(({ orderId }) => orderId));
  return new Set(ids.filter((id) => typeof id === "string"));
}

/** What the order's money at the provider comes to, in minor units. */
export function takenFrom(observed: Observed, orderId: string): number {
  let taken = 0;
  for (const { captured, refunded } of observed.intents.get(orderId) ?? []) taken += captured - refunded;
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
