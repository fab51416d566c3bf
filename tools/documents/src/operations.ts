// Every operation of the HTTP API: what it takes, what it answers, an example of each.

import {
  AdjustStockRequest,
  BulkAccepted,
  BulkView,
  CancelOrderRequest,
  Health,
  OrderAccepted,
  OrderPage,
  OrderStatus,
  OrderView,
  PaymentView,
  PlaceBulkRequest,
  PlaceOrderRequest,
  Product,
  ProductPage,
  PutProductRequest,
  RefundRequest,
  RefundView,
  type Scope,
  StockFeedCreated,
  StockFeedView,
  StockLevel,
} from "@order-saga/contracts/http";
import { BulkId, FeedId, IdempotencyKey, OrderId, Sku } from "@order-saga/contracts/ids";
import * as z from "zod";
import {
  accepted,
  bulkAccepted,
  bulkRequest,
  bulkView,
  feedCreated,
  feedView,
  orderId,
  page,
  paymentView,
  product,
  refund,
  stock,
  view,
} from "./examples.ts";
import type { ProblemTypes } from "./problems.ts";

export type Body = { schema: z.core.$ZodType; example: unknown };
export type Answer = { description: string; body?: Body; headers?: Record<string, Header> };
export type Header = { description: string; example: string };
export type Operation = {
  id: string;
  summary: string;
  description?: string;
  tag: Tag;
  /** What the token must carry; without one no token is needed. */
  scope?: Scope;
  /** Another scope that is enough. */
  orScope?: Scope;
  path?: Record<string, z.core.$ZodType>;
  query?: Record<string, z.core.$ZodType>;
  header?: Record<string, z.core.$ZodType>;
  body?: Body;
  /** The body is verified by its signature, and not by its schema. */
  isSigned?: true;
  answers: Record<number, Answer>;
  /** Beside those that every operation of its kind has. */
  problems?: ProblemTypes;
};

export const tags = {
  Orders: "Placed by a customer, decided by inventory and payment, seen by their customer only.",
  Payments: "An order's money: what was taken, what was given back, what is disputed.",
  Catalogue: "What is sold, and at what price.",
  Stock: "How many of each there are.",
  Service: "About the API itself.",
} as const;
type Tag = keyof typeof tags;

const paging = {
  limit: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "At most so many items; 20 if not given.", example: 20 }),
  cursor: z
    .string()
    .optional()
    .meta({ description: "The `next` of the page before; left out for the first page." }),
};
const idempotencyKey = {
  "Idempotency-Key": IdempotencyKey.check(z.meta({ example: "3f6c1c1e-order-0001" })),
};
const pathOrder = { orderId: OrderId.check(z.meta({ example: orderId })) };
const pathSku = { sku: Sku.check(z.meta({ example: product.sku })) };

/** By path and method, as in the services' manifests. */
export const operations: Record<string, Record<string, Operation>> = {
  "/orders": {
    post: {
      id: "placeOrder",
      summary: "Place an order",
      description:
        "The server prices the order from its own catalogue. Sent again with the same key and body it is answered the same, and there is one order.",
      tag: "Orders",
      scope: "orders:write",
      header: idempotencyKey,
      body: {
        schema: PlaceOrderRequest,
        example: {
          contact: { email: "ada@example.com", name: "Ada" },
          currency: "EUR",
          lines: [{ sku: product.sku, quantity: 2 }],
          paymentMethod: "pm_card_visa",
          expectedTotal: 1980,
        },
      },
      answers: {
        202: {
          description: "Accepted. Poll the order until its status is CONFIRMED, REJECTED or CANCELLED.",
          body: { schema: OrderAccepted, example: accepted },
          headers: { Location: { description: "The order.", example: `/orders/${orderId}` } },
        },
      },
      problems: {
        400: ["invalid-idempotency-key"],
        409: ["price-changed"],
        422: [
          "idempotency-key-reused",
          "unknown-sku",
          "currency-mismatch",
          "currency-not-supported",
          "amount-too-small",
          "amount-not-chargeable",
          "amount-too-large",
        ],
        429: ["quota-exceeded"],
      },
    },
    get: {
      id: "listOrders",
      summary: "List one's own orders, newest first",
      tag: "Orders",
      scope: "orders:read",
      query: {
        ...paging,
        status: z.optional(OrderStatus).meta({ description: "Only orders that stand so." }),
      },
      answers: {
        200: { description: "A page of orders.", body: { schema: OrderPage, example: page(accepted) } },
      },
      problems: { 400: ["invalid-limit", "invalid-cursor", "invalid-status", "unknown-parameter"] },
    },
  },
  "/orders/{orderId}": {
    get: {
      id: "getOrder",
      summary: "See how an order stands",
      description:
        "With `wait` and `If-None-Match` it is answered when the order has changed, or with 304 when the time is over. A customer has few places to wait in: without one the answer is 304 at once, with `Retry-After`.",
      tag: "Orders",
      scope: "orders:read",
      path: pathOrder,
      header: {
        "If-None-Match": z.string().optional().meta({ description: "An ETag seen before.", example: '"7"' }),
      },
      query: {
        wait: z.int().min(1).max(20).optional().meta({ description: "Seconds to wait for a change." }),
      },
      answers: {
        200: {
          description: "The order.",
          body: { schema: OrderView, example: view },
          headers: { ETag: { description: "Changes whenever the order does.", example: '"7"' } },
        },
        304: {
          description: "Nothing has changed since that ETag.",
          headers: { "Retry-After": { description: "Where there was no place to wait in.", example: "2" } },
        },
      },
      problems: { 400: ["invalid-wait", "unknown-parameter"], 404: ["unknown-order"] },
    },
  },
  "/orders/{orderId}/cancel": {
    post: {
      id: "cancelOrder",
      summary: "Ask for an order's cancellation",
      description: "Also after it was charged: the money is then refunded. Harmless when repeated.",
      tag: "Orders",
      scope: "orders:write",
      path: pathOrder,
      body: { schema: CancelOrderRequest, example: { reason: "changed my mind" } },
      answers: {
        202: { description: "Asked for. Poll the order.", body: { schema: OrderView, example: view } },
      },
      problems: { 404: ["unknown-order"], 409: ["not-cancellable"] },
    },
  },
  "/orders/{orderId}/payment": {
    get: {
      id: "getPayment",
      summary: "See an order's money, and what the customer's bank asks for",
      description:
        "While the status is `action_required`, `nextAction` has what Stripe.js needs to ask the customer. To try another card, place a new order.",
      tag: "Payments",
      scope: "orders:read",
      path: pathOrder,
      answers: { 200: { description: "The payment.", body: { schema: PaymentView, example: paymentView } } },
      problems: { 404: ["unknown-order"] },
    },
  },
  "/orders/{orderId}/refunds": {
    post: {
      id: "requestRefund",
      summary: "Give a part of the money back, or all of it",
      description:
        "By an amount, or by the lines that came back: `restock` says whether they can be sold again. For the shop's clerks: the scope decides, whosever the order is. Sent again with the same key and body it is answered the same, and there is one refund. Poll the payment until the refund is `succeeded` or `failed`.",
      tag: "Payments",
      scope: "refunds:write",
      path: pathOrder,
      header: idempotencyKey,
      body: { schema: RefundRequest, example: { amount: refund.amount, reason: refund.reason } },
      answers: { 202: { description: "Asked for.", body: { schema: RefundView, example: refund } } },
      problems: {
        400: ["invalid-idempotency-key"],
        404: ["unknown-order"],
        409: ["not-captured"],
        422: ["idempotency-key-reused", "refund-too-large", "refund-not-in-steps"],
      },
    },
  },
  "/webhooks/stripe": {
    post: {
      id: "hearWebhook",
      summary: "Stripe rings: something has changed there",
      description:
        "Stripe's event, verified by its signature over the raw bytes. It decides nothing: payment then looks at the provider.",
      tag: "Payments",
      header: { "Stripe-Signature": z.string().meta({ example: "t=1767614400,v1=5257a869e7ec…" }) },
      body: {
        schema: z.looseObject({ id: z.string(), type: z.string() }),
        example: { id: "evt_1Qx", type: "payment_intent.succeeded" },
      },
      isSigned: true,
      answers: {
        200: {
          description: "Heard; `queued` says whether there is something to look at.",
          body: { schema: z.object({ queued: z.boolean() }), example: { queued: true } },
        },
      },
      problems: { 400: ["invalid-signature", "invalid-body"], 413: ["body-too-large"] },
    },
  },
  "/bulk-orders": {
    post: {
      id: "placeBulk",
      summary: "Place up to 500 orders at once",
      description:
        "Each row becomes an order of its own, or is rejected with a reason; none waits for another. Sent again with the same key and body it is answered the same, and there is one bulk. A body may have 2 MB here.",
      tag: "Orders",
      scope: "orders:write",
      header: idempotencyKey,
      body: { schema: PlaceBulkRequest, example: bulkRequest },
      answers: {
        202: {
          description: "Accepted. Poll the bulk until its status is COMPLETED.",
          body: { schema: BulkAccepted, example: bulkAccepted },
          headers: { Location: { description: "The bulk.", example: `/bulk-orders/${bulkAccepted.bulkId}` } },
        },
      },
      problems: {
        400: ["invalid-idempotency-key"],
        422: ["idempotency-key-reused", "currency-not-supported"],
        429: ["quota-exceeded"],
      },
    },
  },
  "/bulk-orders/{bulkId}": {
    get: {
      id: "getBulk",
      summary: "See how a bulk of orders stands, row by row",
      description: "The counts are of the whole bulk, the items are a page of its rows.",
      tag: "Orders",
      scope: "orders:read",
      path: { bulkId: BulkId.check(z.meta({ example: bulkAccepted.bulkId })) },
      query: paging,
      answers: { 200: { description: "The bulk.", body: { schema: BulkView, example: bulkView } } },
      problems: { 400: ["invalid-limit", "invalid-cursor", "unknown-parameter"], 404: ["unknown-bulk"] },
    },
  },
  "/products": {
    get: {
      id: "listProducts",
      summary: "List the catalogue",
      tag: "Catalogue",
      query: paging,
      answers: {
        200: { description: "A page of products.", body: { schema: ProductPage, example: page(product) } },
      },
      problems: { 400: ["invalid-limit", "invalid-cursor", "unknown-parameter"] },
    },
  },
  "/products/{sku}": {
    get: {
      id: "getProduct",
      summary: "See a product",
      tag: "Catalogue",
      path: pathSku,
      answers: { 200: { description: "The product.", body: { schema: Product, example: product } } },
      problems: { 400: ["invalid-sku"], 404: ["unknown-sku"] },
    },
    put: {
      id: "putProduct",
      summary: "Add a product, or change its name or price",
      tag: "Catalogue",
      scope: "catalogue:write",
      path: pathSku,
      body: {
        schema: PutProductRequest,
        example: { name: product.name, unitPrice: product.unitPrice, currency: product.currency },
      },
      answers: {
        200: { description: "The product as it is now.", body: { schema: Product, example: product } },
      },
      problems: { 400: ["invalid-sku"], 422: ["currency-not-supported", "amount-not-chargeable"] },
    },
  },
  "/stock/{sku}": {
    get: {
      id: "getStock",
      summary: "See the stock of a SKU",
      tag: "Stock",
      scope: "stock:read",
      path: pathSku,
      answers: { 200: { description: "The stock.", body: { schema: StockLevel, example: stock } } },
      problems: { 400: ["invalid-sku"], 404: ["unknown-sku"] },
    },
    put: {
      id: "adjustStock",
      summary: "Add to the stock of a SKU, or take from it",
      tag: "Stock",
      scope: "stock:write",
      path: pathSku,
      header: idempotencyKey,
      body: { schema: AdjustStockRequest, example: { delta: 100 } },
      answers: {
        200: { description: "The stock as it is now.", body: { schema: StockLevel, example: stock } },
      },
      problems: {
        400: ["invalid-sku", "invalid-idempotency-key"],
        409: ["insufficient-stock", "buckets-only-rise"],
        422: ["idempotency-key-reused"],
      },
    },
  },
  "/stock-feeds": {
    post: {
      id: "createStockFeed",
      summary: "Begin a stock feed",
      description:
        "Answers a form to upload a CSV of `sku,delta` or `sku,level` with, of at most 50 MB, within 15 minutes.",
      tag: "Stock",
      scope: "stock:write",
      answers: {
        201: {
          description: "Upload the file, then poll the feed until its status is IMPORTED or REFUSED.",
          body: { schema: StockFeedCreated, example: feedCreated },
          headers: { Location: { description: "The feed.", example: `/stock-feeds/${feedCreated.feedId}` } },
        },
      },
    },
  },
  "/stock-feeds/{feedId}": {
    get: {
      id: "getStockFeed",
      summary: "See how a stock feed stands",
      description:
        "A token with `stock:write` may ask as well. Of the rows that were refused the first 1,000 are listed.",
      tag: "Stock",
      scope: "stock:read",
      orScope: "stock:write",
      path: { feedId: FeedId },
      answers: { 200: { description: "The feed.", body: { schema: StockFeedView, example: feedView } } },
      problems: { 404: ["unknown-feed"] },
    },
  },
  "/health": {
    get: {
      id: "health",
      summary: "See whether the API can serve",
      tag: "Service",
      answers: {
        200: {
          description: "It can.",
          body: { schema: Health, example: { status: "ok", version: "1.0.0" } },
        },
      },
    },
  },
  "/openapi.json": {
    get: {
      id: "getOpenapi",
      summary: "This document",
      tag: "Service",
      answers: {
        200: {
          description: "OpenAPI 3.1.",
          body: { schema: z.looseObject({ openapi: z.string() }), example: { openapi: "3.1.0" } },
        },
      },
    },
  },
};
