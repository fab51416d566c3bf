// What every store of notifications does; the in-memory one and DynamoDB's both pass it.
import { versionedStoreSuite } from "@order-saga/messaging/versioned-store.suite";
import type { Notification } from "../notification.ts";
import type { NotificationStore } from "../ports.ts";

/** A record with every field a record can have. */
const full = (orderId: string): Notification => ({
  orderId,
  placed: {
    contact: { email: "zoë@example.com", name: "Zoë" },
    lines: [{ sku: "TEA-1", name: "Tea", quantity: 2, unitPrice: 990 }],
    amount: 1980,
    currency: "EUR",
  },
  outcomes: { confirmed: { amount: 1980, currency: "EUR" }, cancelled: { refunded: true } },
  actionBy: "2026-01-05T12:10:00.000Z",
  refunds: { rf_1: { amount: 333 } },
  mails: {
    "refund:rf_1": { state: "DUE", at: "2026-01-05T12:00:03.000Z" },
    received: { state: "SENT", at: "2026-01-05T12:00:00.000Z", providerMessageId: "m-1" },
    confirmed: { state: "SUPERSEDED", at: "2026-01-05T12:00:01.000Z" },
    cancelled: { state: "CLAIMED", at: "2026-01-05T12:00:02.000Z", by: "a" },
  },
  version: 1,
});

/** `create` may give the same store every time: each test writes orders of its own. */
export function notificationStoreSuite(create: () => NotificationStore): void {
  let count = 0;
  versionedStoreSuite({
    create,
    first: () => full(`ord_${String(++count).padStart(32, "0")}`),
    changed: (record, n) => ({ ...record, mails: { received: { state: "DUE" as const, at: `${n}` } } }),
  });
}
