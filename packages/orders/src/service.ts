// What orders hears, says, serves and stores.
import {
  dueIndex,
  reactionManifest,
  routeManifest,
  type ServiceManifest,
  scheduleManifest,
} from "@order-saga/messaging";

/** How long orders wait for their decisions: told by who sees it, and read by who takes orders. */
const gauges = ["GAUGES#*"] as const;
const turns = ["TURN#*"] as const;
/** How many orders each customer may place: read and written only where a stage sets it. */
const quotas = ["QUOTA#*"] as const;
const quotaSettings = ["ORDERS_PER_CUSTOMER", "QUOTA_SECONDS"] as const;
const admitting = ["DECIDE_WITHIN_SECONDS", "ADMIT_WITHIN_PERCENT"] as const;

export const trackOrder = reactionManifest({
  name: "track-order",
  hears: [
    "StockReserved",
    "StockRejected",
    "PaymentActionRequired",
    "PaymentAuthorized",
    "PaymentDeclined",
    "PaymentAborted",
    "PaymentVoided",
    "PaymentCaptured",
    "RefundMade",
    "RefundFailed",
    "DisputeOpened",
    "DisputeClosed",
    "PaymentRefunded",
    "StockCommitted",
    "StockReleased",
  ],
  says: ["OrderConfirmed", "OrderRejected", "OrderCancelled"],
  environment: admitting,
  table: { get: ["ORDER#*", ...gauges], put: ["ORDER#*", ...gauges], update: ["ORDER#*"] },
});

/** Both routes and the sweep publish an order or a cancellation that no other service has confirmed yet. */
const roots = ["OrderPlaced", "OrderCancelRequested"] as const;

export const sweepOrders = scheduleManifest({
  name: "sweep-orders",
  // Lambda gives processors by memory, and a backlog is cleared as fast as this one function says it.
  memoryMegabytes: 768,
  says: roots,
  environment: admitting,
  table: {
    get: ["ORDER#*", ...gauges],
    batchGet: ["ORDER#*"],
    put: ["ORDER#*", ...gauges],
    query: { due: ["*"] },
  },
});

export const placeOrder = routeManifest({
  name: "place-order",
  method: "POST",
  path: "/orders",
  scopes: ["orders:write"],
  says: roots,
  personalData: "seal",
  environment: ["ORDER_ID_SECRET", ...admitting, ...quotaSettings],
  table: {
    batchGet: ["PRODUCT#*"],
    get: ["ORDER#*", ...gauges, ...turns, ...quotas],
    put: ["ORDER#*", ...gauges, ...turns, ...quotas],
    update: quotas,
    // While ORDER_ID_SECRET is rotated, the same key's other id must not be taken.
    conditionCheck: ["ORDER#*"],
  },
});

/** A bulk's items all lie in its own partition. */
const bulkItems = ["BULK#*"] as const;

/** A bulk of 500 orders with fifty lines each is some 1.3 MB; a function takes six. */
export const placeBulk = routeManifest({
  name: "place-bulk",
  method: "POST",
  path: "/bulk-orders",
  scopes: ["orders:write"],
  maximumBodyBytes: 2 * 1024 * 1024,
  timeoutSeconds: 20,
  says: ["BulkPlaced"],
  personalData: "seal",
  environment: ["ORDER_ID_SECRET", ...quotaSettings],
  table: {
    get: [...bulkItems, ...quotas],
    put: [...bulkItems, ...quotas],
    update: quotas,
    // While ORDER_ID_SECRET is rotated, the same key's other id must not be taken.
    conditionCheck: bulkItems,
  },
});

export const getBulk = routeManifest({
  name: "get-bulk",
  method: "GET",
  path: "/bulk-orders/{bulkId}",
  scopes: ["orders:read"],
  personalData: "open",
  table: { get: bulkItems, batchGet: [...bulkItems, "ORDER#*"] },
});

export const splitBulk = reactionManifest({
  name: "split-bulk",
  isUrgent: false,
  hears: ["BulkPlaced"],
  sends: ["place-child"],
  environment: ["BULK_ORDERS_PER_SECOND", "DECIDE_WITHIN_SECONDS"],
  table: { get: bulkItems, put: bulkItems, batchGet: bulkItems },
});

export const placeChild = reactionManifest({
  name: "place-child",
  isUrgent: false,
  hears: [],
  from: "tasks",
  says: [...roots, "BulkCompleted"],
  // A row for which there is no room yet comes again by its task.
  sends: ["place-child"],
  environment: admitting,
  // As few at once as SQS allows: however many bulks wait, they place no more orders at a time than this.
  maximumConcurrency: 2,
  table: {
    batchGet: ["PRODUCT#*", ...bulkItems],
    get: ["ORDER#*", ...bulkItems, ...gauges, ...turns],
    put: ["ORDER#*", ...bulkItems, ...gauges, ...turns],
    update: bulkItems,
    // A row becomes an order or ends without one: each write is on condition that the other is not there.
    conditionCheck: ["ORDER#*", ...bulkItems],
  },
});

export const collectBulk = reactionManifest({
  name: "collect-bulk",
  isUrgent: false,
  hears: ["OrderConfirmed", "OrderRejected", "OrderCancelled"],
  having: { bulkId: true },
  says: ["BulkCompleted"],
  table: { get: bulkItems, batchGet: bulkItems, put: bulkItems, update: bulkItems },
});

export const sweepBulks = scheduleManifest({
  name: "sweep-bulks",
  isUrgent: false,
  everyMinutes: 5,
  says: ["BulkPlaced", "BulkCompleted"],
  sends: ["place-child"],
  environment: ["BULK_ORDERS_PER_SECOND", "DECIDE_WITHIN_SECONDS"],
  table: {
    get: bulkItems,
    put: bulkItems,
    update: bulkItems,
    batchGet: [...bulkItems, "ORDER#*"],
    query: { due: ["bulk-*"] },
  },
});

export const listOrders = routeManifest({
  name: "list-orders",
  method: "GET",
  path: "/orders",
  scopes: ["orders:read"],
  table: { query: { list: ["PRINCIPAL#*"] }, batchGet: ["ORDER#*"] },
});

export const getOrder = routeManifest({
  name: "get-order",
  method: "GET",
  path: "/orders/{orderId}",
  scopes: ["orders:read"],
  // `?wait=` is up to 20 s, and API Gateway waits no longer than 30 s.
  timeoutSeconds: 25,
  waits: true,
  environment: ["WAITS_AT_ONCE"],
  table: { get: ["ORDER#*"], put: ["WAIT#*"] },
});

export const cancelOrder = routeManifest({
  name: "cancel-order",
  method: "POST",
  path: "/orders/{orderId}/cancel",
  scopes: ["orders:write"],
  says: roots,
  personalData: "open",
});

export const listProducts = routeManifest({
  name: "list-products",
  method: "GET",
  path: "/products",
  scopes: [],
  table: { query: { list: ["CATALOGUE"] }, batchGet: ["PRODUCT#*"] },
});

export const getProduct = routeManifest({
  name: "get-product",
  method: "GET",
  path: "/products/{sku}",
  scopes: [],
  table: { batchGet: ["PRODUCT#*"] },
});

export const putProduct = routeManifest({
  name: "put-product",
  method: "PUT",
  path: "/products/{sku}",
  scopes: ["catalogue:write"],
  table: { put: ["PRODUCT#*"] },
});

export const health = routeManifest({
  name: "health",
  method: "GET",
  path: "/health",
  scopes: [],
  table: "none",
  environment: ["VERSION"],
});

export const getOpenapi = routeManifest({
  name: "get-openapi",
  method: "GET",
  path: "/openapi.json",
  scopes: [],
  table: "none",
});

export const orders: ServiceManifest = {
  name: "orders",
  table: {
    record: "ORDER#*",
    indexes: {
      due: dueIndex,
      /** A customer's orders by time, and the catalogue by SKU; its attributes never change. */
      list: { partitionKey: "listPk", sortKey: "listSk", projection: "keys" },
    },
  },
  reactions: [trackOrder, splitBulk, placeChild, collectBulk],
  schedules: [sweepOrders, sweepBulks],
  routes: [
    placeOrder,
    placeBulk,
    getBulk,
    listOrders,
    getOrder,
    cancelOrder,
    listProducts,
    getProduct,
    putProduct,
    health,
    getOpenapi,
  ],
  settings: {
    /** How long payment may take to decide an order. */
    DECIDE_WITHIN_SECONDS: "900",
    /** A new order is refused if it would wait for more than this part of that; with 0 none is. */
    ADMIT_WITHIN_PERCENT: "50",
    /** How many orders a customer may place in a window of QUOTA_SECONDS; with 0 any number. */
    ORDERS_PER_CUSTOMER: "0",
    QUOTA_SECONDS: "3600",
    /** How many orders of a bulk are placed in a second. */
    BULK_ORDERS_PER_SECOND: "10",
    /** How many requests may wait for their order's change at once; with 0 none does. */
    WAITS_AT_ONCE: "100",
    VERSION: "1.0.0",
  },
  secrets: ["ORDER_ID_SECRET"],
};
