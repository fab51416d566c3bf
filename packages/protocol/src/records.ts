// The key of each kind of record, built from ids and read back; and which service's table it lies in.
import type { ServiceName } from "@order-saga/contracts";

export type Key = { pk: string; sk: string };

export type RecordKind = {
  readonly service: ServiceName;
  /** The sort key, which no other kind has. */
  readonly sk: string;
  key(id: string): Key;
  /** The id in the partition key of such a record. */
  id(pk: string): string;
  /** True for an item of this kind. */
  is(item: { readonly sk?: unknown }): boolean;
};

function recordKind(service: ServiceName, prefix: string, sk: string): RecordKind {
  return {
    service,
    sk,
    key: (id) => ({ pk: `${prefix}#${id}`, sk }),
    id: (pk) => pk.slice(prefix.length + 1),
    is: (item) => item.sk === sk,
  };
}

export const orderRecord = /* @__PURE__ */ recordKind("orders", "ORDER", "ORDER");
export const productRecord = /* @__PURE__ */ recordKind("orders", "PRODUCT", "PRODUCT");
/** How long orders wait for their decisions, while they wait long: one item. */
export const gaugesRecord = /* @__PURE__ */ recordKind("orders", "GAUGES", "GAUGES");
/** When a refused order may come again: a fixed number of items, of which each order has one by its id. */
export const turnRecord = /* @__PURE__ */ recordKind("orders", "TURN", "TURN");
/** What a customer has ordered in the newest window of the quota: one item for each customer. */
export const orderQuotaRecord = /* @__PURE__ */ recordKind("orders", "QUOTA", "QUOTA");
/** Taken by a request that waits for its order's change: a fixed number of items. */
export const waitRecord = /* @__PURE__ */ recordKind("orders", "WAIT", "WAIT");
/** The head of a bulk of orders; what else is kept of it is in bulk-records.ts. */
export const bulkRecord = /* @__PURE__ */ recordKind("orders", "BULK", "BULK");
export const reservationRecord = /* @__PURE__ */ recordKind("inventory", "RES", "RESERVATION");
/** One bucket of a SKU's stock, by its `bucketId`; most SKUs have one, whose id is the SKU. */
export const stockRecord = /* @__PURE__ */ recordKind("inventory", "SKU", "STOCK");
export const adjustmentRecord = /* @__PURE__ */ recordKind("inventory", "ADJ", "ADJUSTMENT");
/** A stock feed; what else is kept of it is in feed-records.ts. */
export const feedRecord = /* @__PURE__ */ recordKind("inventory", "FEED", "FEED");
/** The newest file under an object's key. */
export const feedKeyRecord = /* @__PURE__ */ recordKind("inventory", "FEEDKEY", "FEEDKEY");
/** One version of an uploaded object, with its two hashes. */
export const uploadRecord = /* @__PURE__ */ recordKind("inventory", "UPLOAD", "UPLOAD");
export const paymentRecord = /* @__PURE__ */ recordKind("payment", "PAY", "PAYMENT");
export const notificationRecord = /* @__PURE__ */ recordKind("notification", "NOTE", "NOTIFICATION");
/** What a customer was mailed in the newest window of the quota: one item for each customer. */
export const mailQuotaRecord = /* @__PURE__ */ recordKind("notification", "QUOTA", "MAILQUOTA");
/** What an endpoint is told of one event, by its webhook's id. */
export const webhookDeliveryRecord = /* @__PURE__ */ recordKind("webhooks", "DELIVERY", "DELIVERY");
/** How an endpoint fares, by its name. */
export const webhookEndpointRecord = /* @__PURE__ */ recordKind("webhooks", "ENDPOINT", "ENDPOINT");

/** Every kind of record of the services that ship. */
export const recordKinds: readonly RecordKind[] = [
  orderRecord,
  productRecord,
  gaugesRecord,
  turnRecord,
  orderQuotaRecord,
  waitRecord,
  bulkRecord,
  reservationRecord,
  stockRecord,
  adjustmentRecord,
  feedRecord,
  feedKeyRecord,
  uploadRecord,
  paymentRecord,
  notificationRecord,
  mailQuotaRecord,
  webhookDeliveryRecord,
  webhookEndpointRecord,
];

const ordersRecords: { readonly [S in ServiceName]?: RecordKind } = {
  orders: orderRecord,
  inventory: reservationRecord,
  payment: paymentRecord,
  notification: notificationRecord,
};

/** A service's record of an order: `SHIPPING#<orderId>`/`SHIPPING`, unless it has a name above. */
export function recordOfOrder(service: ServiceName): RecordKind {
  const name = service.toUpperCase();
  return ordersRecords[service] ?? recordKind(service, name, name);
}

/** An adjustment is named by its principal's idempotency key. */
export const adjustmentId = (principal: string, idempotencyKey: string) => `${principal}#${idempotencyKey}`;

/** The partition of orders' index `list` that holds one principal's orders, and the one with all products. */
export const principalList = (principal: string) => `PRINCIPAL#${principal}`;
export const principalIn = (listPk: string) => listPk.slice(principalList("").length);
export const catalogueList = "CATALOGUE";
