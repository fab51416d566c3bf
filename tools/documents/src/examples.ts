// One order, a bulk of two, their product and its stock, shown in every example of the HTTP API.
import type {
  BulkAccepted,
  BulkView,
  OrderAccepted,
  OrderView,
  PaymentView,
  PlaceBulkRequest,
  Product,
  RefundView,
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

export const refund: RefundView = {
  id: "rf_5d41402abc4b2a76b9719d911017c592",
  amount: 990,
  status: "requested",
  reason: "bruised",
  source: "shop",
  at: "2026-11-24T10:30:00.000Z",
};

export const paymentView: PaymentView = {
  orderId,
  status: "partially_refunded",
  amount: accepted.amount,
  currency: accepted.currency,
  authorized: accepted.amount,
  captured: accepted.amount,
  refunded: refund.amount,
  refunds: [{ ...refund, status: "succeeded" }],
  disputes: [],
};

const bulkRow = (reference: string, quantity: number) => ({
  lines: [{ sku: product.sku, quantity }],
  paymentMethod: "pm_card_visa",
  reference,
});

export const bulkRequest: PlaceBulkRequest = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  orders: [bulkRow("PO-1001", 2), bulkRow("PO-1002", 999)],
};

export const bulkAccepted: BulkAccepted = { bulkId: "bulk_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c", count: 2 };

export const bulkView: BulkView = {
  bulkId: bulkAccepted.bulkId,
  status: "COMPLETED",
  count: 2,
  confirmed: 1,
  rejected: 1,
  cancelled: 0,
  currency: "EUR",
  amount: 1980,
  items: [
    { row: 0, reference: "PO-1001", orderId, status: "CONFIRMED" },
    {
      row: 1,
      reference: "PO-1002",
      orderId: "ord_b7d8c9e0f1a2b3c4d5e6f708192a3b4c",
      status: "REJECTED",
      reason: "out_of_stock",
    },
  ],
};

/** The first page of many. */
export function page<T>(item: T): { items: T[]; next: string } {
  return { items: [item], next: "eyJhZnRlciI6IjEifQ" };
}
