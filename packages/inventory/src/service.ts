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
  hears: ["PaymentDeclined", "PaymentVoided", "PaymentRefunded"],
  says: ["StockCommitted", "StockReleased"],
  table: settles,
});

export const signalExpiry = scheduleManifest({ name: "signal-expiry", says: ["ReservationExpired"] });

export const getStock = routeManifest({
  name: "get-stock",
  method: "GET",
  path: "/stock/{sku}",
  scopes: ["stock:read"],
  table: { get: ["SKU#*"] },
});

export const adjustStock = routeManifest({
  name: "adjust-stock",
  method: "PUT",
  path: "/stock/{sku}",
  scopes: ["stock:write"],
  table: { get: ["ADJ#*", "SKU#*"], put: ["ADJ#*"], update: ["ADJ#*", "SKU#*"] },
});

export const inventory: ServiceManifest = {
  name: "inventory",
  table: { record: "RES#*", indexes: { due: dueIndex } },
  reactions: [reserveStock, commitStock, releaseStock],
  schedules: [signalExpiry],
  routes: [getStock, adjustStock],
  settings: {
    /** How long stock is held for an order before payment is asked to give it up. */
    RESERVATION_SECONDS: "900",
  },
  secrets: [],
};
