// What inventory hears, says, serves and stores.
import {
  dueIndex,
  reactionManifest,
  routeManifest,
  type ServiceManifest,
  scheduleManifest,
} from "@order-saga/messaging";

// Each says what it decides, and whatever of a higher layer was recorded since, when its message is a
// duplicate.
export const reserveStock = reactionManifest({
  name: "reserve-stock",
  hears: ["OrderPlaced"],
  says: ["StockReserved", "StockRejected", "StockCommitted", "StockReleased"],
  environment: ["RESERVATION_SECONDS"],
  // Reservations of one SKU are made one after the other.
  isFair: true,
  table: { get: ["RES#*"], batchGet: ["SKU#*"], put: ["RES#*"], update: ["SKU#*"] },
});

const settles = { get: ["RES#*"], put: ["RES#*"], update: ["SKU#*"] };

export const commitStock = reactionManifest({
  name: "commit-stock",
  hears: ["PaymentCaptured"],
  says: ["StockCommitted", "StockReleased"],
  table: settles,
});

export const releaseStock = reactionManifest({
  name: "release-stock",
  hears: ["PaymentDeclined", "PaymentAborted", "PaymentRefunded", "RefundMade"],
  says: ["StockCommitted", "StockReleased"],
  table: settles,
});

export const signalExpiry = scheduleManifest({ name: "signal-expiry", says: ["ReservationExpired"] });

export const getStock = routeManifest({
  name: "get-stock",
  method: "GET",
  path: "/stock/{sku}",
  scopes: ["stock:read"],
  table: { get: ["SKU#*"], batchGet: ["SKU#*"] },
});

export const adjustStock = routeManifest({
  name: "adjust-stock",
  method: "PUT",
  path: "/stock/{sku}",
  scopes: ["stock:write"],
  table: {
    get: ["ADJ#*", "SKU#*"],
    batchGet: ["SKU#*"],
    put: ["ADJ#*"],
    update: ["ADJ#*", "SKU#*"],
  },
});

const uploads = "feeds/";

/**
 * Signs the form with which a browser uploads a file; S3 tells both reactions below what is uploaded.
 */
export const createStockFeed = routeManifest({
  name: "create-stock-feed",
  method: "POST",
  path: "/stock-feeds",
  scopes: ["stock:write"],
  objects: { put: [`${uploads}*`] },
  table: { put: ["FEED#*"] },
});

export const getStockFeed = routeManifest({
  name: "get-stock-feed",
  method: "GET",
  path: "/stock-feeds/{feedId}",
  scopes: ["stock:read", "stock:write"],
  table: { get: ["FEED#*"], batchGet: ["FEED#*"] },
});

export const importStock = reactionManifest({
  name: "import-stock",
  isUrgent: false,
  hears: [],
  from: "uploads",
  // What does not end in the time of one invocation goes on in the next.
  sends: ["import-stock"],
  says: ["StockFeedImported", "StockFeedRefused"],
  objects: { get: [`${uploads}*`] },
  environment: ["MAXIMUM_BAD_PERCENT"],
  timeoutSeconds: 120,
  memoryMegabytes: 512,
  // One file at a time in an execution environment, because each holds a piece of it in memory.
  batchSize: 1,
  maximumConcurrency: 2,
  table: {
    get: ["FEED#*"],
    put: ["FEED#*"],
    update: ["FEEDKEY#*", "UPLOAD#*", "SKU#*"],
    conditionCheck: ["FEEDKEY#*", "SKU#*"],
    batchGet: ["SKU#*"],
  },
});

export const auditUpload = reactionManifest({
  name: "audit-upload",
  isUrgent: false,
  hears: [],
  from: "uploads",
  objects: { get: [`${uploads}*`] },
  timeoutSeconds: 120,
  batchSize: 1,
  maximumConcurrency: 2,
  table: { update: ["UPLOAD#*"] },
});

export const inventory: ServiceManifest = {
  name: "inventory",
  bucket: { name: "feeds", prefix: uploads, expiresDays: 30 },
  table: { record: "RES#*", indexes: { due: dueIndex } },
  reactions: [reserveStock, commitStock, releaseStock, importStock, auditUpload],
  schedules: [signalExpiry],
  routes: [getStock, adjustStock, createStockFeed, getStockFeed],
  settings: {
    /** How long stock is held for an order before payment is asked to give it up. */
    RESERVATION_SECONDS: "900",
    /** A stock feed with more bad rows than this is refused whole, in percent. */
    MAXIMUM_BAD_PERCENT: "50",
  },
  secrets: [],
};
