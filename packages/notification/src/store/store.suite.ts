// What every store of notifications does; the in-memory one and DynamoDB's both pass it.
import { expect, test } from "vitest";
import { blank, type Notification } from "../notification.ts";
import type { NotificationStore } from "./store.ts";

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
  mails: {
    received: { state: "SENT", at: "2026-01-05T12:00:00.000Z", providerMessageId: "m-1" },
    confirmed: { state: "SUPERSEDED", at: "2026-01-05T12:00:01.000Z" },
    cancelled: { state: "CLAIMED", at: "2026-01-05T12:00:02.000Z", by: "a" },
  },
  version: 0,
});

export function notificationStoreSuite(create: () => Promise<NotificationStore> | NotificationStore): void {
  let count = 0;
  const newOrderId = () => `ord_${String(++count).padStart(32, "0")}`;

  test("an order nobody wrote about is not there", async () => {
    const store = await create();
    expect(await store.load(newOrderId())).toBeUndefined();
  });

  test("what was saved is loaded, field by field, under its new version", async () => {
    const store = await create();
    const orderId = newOrderId();
    const saved = await store.save(full(orderId));
    expect(saved).toEqual({ ...full(orderId), version: 1 });
    expect(await store.load(orderId)).toEqual(saved);
  });

  test("of two that create the record, one is told that it was late", async () => {
    const store = await create();
    const orderId = newOrderId();
    const both = await Promise.all([store.save(blank(orderId)), store.save(full(orderId))]);
    expect(both.filter((saved) => saved !== undefined)).toHaveLength(1);
  });

  test("a write over a version that has passed changes nothing", async () => {
    const store = await create();
    const orderId = newOrderId();
    const first = await store.save(blank(orderId));
    if (!first) return expect.unreachable();
    const second = await store.save({ ...first, mails: full(orderId).mails });
    expect(second?.version).toBe(2);
    expect(await store.save({ ...first, mails: {} })).toBeUndefined();
    expect(await store.load(orderId)).toEqual(second);
  });

  test("a record that a caller goes on changing is not changed in the store", async () => {
    const store = await create();
    const orderId = newOrderId();
    await store.save(full(orderId));
    const mine = await store.load(orderId);
    if (!mine) return expect.unreachable();
    mine.mails = {};
    expect((await store.load(orderId))?.mails).toEqual(full(orderId).mails);
  });
}
