// One order, its product and its stock, shown in every example of the HTTP API.
import type {
  OrderAccepted,
  OrderView,
  Product,
  StockFeedCreated,
  StockFeedView,
  StockLevel,
} from "@order-saga/contracts/http";

export const orderId = "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c";

export const product: Product = {
  sku: "TEA-EARL-GREY",
  name: "Earl Grey, 100 g",
  unitPrice: 990,
  currency: "EUR",
};

export const stock: StockLevel = { sku: product.sku, available: 98, reserved: 2, sold: 0 };

export const feedCreated: StockFeedCreated = {
  feedId: "feed_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
  upload: {
    url: "https://feeds.example.s3.eu-central-1.amazonaws.com/",
    fields: { key: "feeds/feed_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c.csv", "Content-Type": "text/csv" },
  },
};

export const feedView: StockFeedView = {
  feedId: feedCreated.feedId,
  status: "IMPORTED",
  rows: 3,
  applied: 2,
  refused: 1,
  sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  errors: [{ line: 4, sku: product.sku, reason: "not_an_integer" }],
};

export const accepted: OrderAccepted = {
  orderId,
  status: "PLACED",
  currency: "EUR",
  amount: 1980,
  lines: [{ sku: product.sku, quantity: 2, unitPrice: product.unitPrice }],
  placedAt: "2026-11-23T09:00:00.000Z",
  decideBy: "2026-11-23T09:15:00.000Z",
};

export const view: OrderView = {
  ...accepted,
  status: "RESERVED",
  timeline: [
    { type: "OrderPlaced", at: "2026-11-23T09:00:00.000Z" },
    { type: "StockReserved", at: "2026-11-23T09:00:00.250Z" },
  ],
};

/** The first page of many. */
export function page<T>(item: T): { items: T[]; next: string } {
  return { items: [item], next: "eyJhZnRlciI6IjEifQ" };
}
