// What leads through a reaction: an order that is cancelled or refunded, a bulk of orders, or a stock feed.
import { randomUUID } from "node:crypto";
import { type StockFeedCreated, uploadStockFeed } from "@order-saga/client";
import type { ReactionManifest } from "@order-saga/messaging";
import { hearProvider } from "@order-saga/payment/service";
import { expect } from "vitest";
import type { Saga } from "../src/testing/saga.ts";

/** What a customer or a supplier begins, what follows later, and how it must have ended. */
export type Journey = {
  /** A sweep sends again what failed, for as long as it fails. */
  isSwept?: true;
  begin(): Promise<string>;
  follow(id: string): Promise<unknown>;
  expectEnd(id: string): Promise<void>;
};

/** Nothing else changes the stock of it here. */
const FED = "TEA-SENCHA";

/** An order that is confirmed and then cancelled passes through most reactions. */
export function journeyFor({ from, having, hears, name }: ReactionManifest): (saga: Saga) => Journey {
  if (from === "uploads") return aFeed;
  if (name === hearProvider.name) return aRefund;
  const isOfBulks = having.bulkId === true || hears.includes("BulkPlaced") || from === "tasks";
  return isOfBulks ? aBulk : anOrder;
}

const anOrder = (saga: Saga): Journey => ({
  begin: () => saga.place(),
  follow: (orderId) => saga.cancel(orderId),
  async expectEnd(orderId) {
    // While a reaction was out of order the deadline may have come first; charged it must not be.
    expect(["CANCELLED", "REJECTED"]).toContain((await saga.order(orderId)).status);
  },
});

/** Minor units. */
const PART = 613;

const aRefund = (saga: Saga): Journey => ({
  async begin() {
    const orderId = await saga.place();
    await saga.settled(orderId);
    const headers = { "idempotency-key": randomUUID() };
    const { status } = await saga.request("POST", `/orders/${orderId}/refunds`, {
      headers,
      body: { amount: PART },
    });
    expect(status).toBe(202);
    return orderId;
  },
  follow: async () => {},
  async expectEnd(orderId) {
    expect((await saga.request("GET", `/orders/${orderId}`)).body).toMatchObject({ refunded: PART });
  },
});

const aBulk = (saga: Saga): Journey => ({
  isSwept: true,
  async begin() {
    const orders = ["pm_card_visa", "pm_card_visa_chargeDeclined", "pm_card_visa"].map((paymentMethod) => ({
      lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
      paymentMethod,
    }));
    const answer = await saga.request("POST", "/bulk-orders", {
      headers: { "idempotency-key": randomUUID() },
      body: { contact: { email: "ada@example.com", name: "Ada" }, currency: "EUR", orders },
    });
    expect(answer.status).toBe(202);
    return String(answer.body.bulkId);
  },
  follow: async () => {},
  async expectEnd(bulkId) {
    const { body } = await saga.request("GET", `/bulk-orders/${bulkId}`);
    expect(body).toMatchObject({ status: "COMPLETED", count: 3 });
    expect(Number(body.confirmed) + Number(body.rejected) + Number(body.cancelled)).toBe(3);
  },
});

function aFeed(saga: Saga): Journey {
  const available = async () => Number((await saga.request("GET", `/stock/${FED}`)).body.available);
  let before = 0;
  return {
    async begin() {
      before = await available();
      const { body } = await saga.request("POST", "/stock-feeds", { body: {} });
      const feed = body as unknown as StockFeedCreated;
      const file = new Blob([`sku,delta\n${FED},2\n${FED},3\n`]);
      await expect(uploadStockFeed(feed, file)).resolves.toBeUndefined();
      return feed.feedId;
    },
    follow: async () => {},
    async expectEnd(feedId) {
      const { body } = await saga.request("GET", `/stock-feeds/${feedId}`);
      expect(body).toMatchObject({ status: "IMPORTED", applied: 2, refused: 0 });
      expect(await available()).toBe(before + 5);
    },
  };
}
