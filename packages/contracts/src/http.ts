// The bodies of the HTTP API, as they are on the wire.
import * as z from "zod/mini";
import { Instant } from "./envelope.ts";
import { eventTypes } from "./events/index.ts";
import { Quantity, RejectionReason } from "./events/orders.ts";
import { DeclineReason, RefundSource } from "./events/payment.ts";
import { BulkId, FeedId, OrderId, PaymentMethod, Sku } from "./ids.ts";
import { Amount, Currency } from "./money.ts";
import { MailAddress, PersonName, written } from "./text.ts";

/** Everything a token of this API may be allowed to do. */
export const scopes = [
  "orders:write",
  "orders:read",
  "refunds:write",
  "catalogue:write",
  "stock:read",
  "stock:write",
] as const;
export type Scope = (typeof scopes)[number];

const OrderedLines = z
  .array(z.strictObject({ sku: Sku, quantity: Quantity }))
  .check(z.minLength(1), z.maxLength(50));

/** Who is written to. What a message holds is read more loosely: see Contact of events/orders.ts. */
const ContactRequest = z.strictObject({ email: MailAddress, name: z.optional(PersonName) });

export const PlaceOrderRequest = z.strictObject({
  contact: ContactRequest,
  currency: Currency,
  lines: OrderedLines,
  paymentMethod: PaymentMethod,
  expectedTotal: z
    .optional(Amount)
    .check(z.describe("What the customer was shown, in minor units; a different total is refused.")),
});
export type PlaceOrderRequest = z.infer<typeof PlaceOrderRequest>;

const orderStatuses = [
  "PLACED",
  "RESERVED",
  "ACTION_REQUIRED",
  "AUTHORIZED",
  "CONFIRMED",
  "REJECTED",
  "CANCELLED",
] as const;
export const OrderStatus = z.enum(orderStatuses);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const PricedLine = z.object({ sku: Sku, quantity: Quantity, unitPrice: Amount });

export const OrderAccepted = z.object({
  orderId: OrderId,
  status: OrderStatus,
  currency: Currency,
  amount: Amount,
  lines: z.array(PricedLine),
  placedAt: Instant,
  decideBy: Instant,
});
export type OrderAccepted = z.infer<typeof OrderAccepted>;

export const TimelineEntry = z.object({
  // A new event is told to clients that do not know it.
  type: z.enum(eventTypes).check(z.meta({ "x-extensible-enum": true, description: "New types may come." })),
  at: Instant,
});

/** Why an order ended without being confirmed, as far as its customer can act on it. */
export const EndReason = z.enum([...RejectionReason.options, "cancelled"]);
export type EndReason = z.infer<typeof EndReason>;

export const OrderView = z.object({
  ...OrderAccepted.shape,
  reason: z.optional(EndReason.check(z.describe("Why it was rejected or cancelled."))),
  actionBy: z.optional(
    Instant.check(z.describe("While ACTION_REQUIRED: when the order is given up without its customer.")),
  ),
  refunded: z.optional(Amount.check(z.describe("How much was given back, in minor units."))),
  refunds: z.optional(
    z.array(
      z.object({
        id: z.string(),
        amount: Amount,
        status: z.enum(["made", "failed"]),
        source: RefundSource,
        at: Instant,
      }),
    ),
  ),
  disputes: z.optional(
    z.array(
      z.object({ id: z.string(), amount: Amount, status: z.enum(["opened", "won", "lost"]), at: Instant }),
    ),
  ),
  addressVerified: z.optional(
    z
      .literal(false)
      .check(
        z.describe(
          "There if the address is not the verified one of the token: no mail goes out before money was taken.",
        ),
      ),
  ),
  attention: z.optional(
    z.string().check(z.describe("What a person of the shop must do: of a failed refund, a dispute.")),
  ),
  timeline: z.array(TimelineEntry),
});
export type OrderView = z.infer<typeof OrderView>;

export const OrderPage = z.object({ items: z.array(OrderAccepted), next: z.optional(z.string()) });
export type OrderPage = z.infer<typeof OrderPage>;

export const CancelOrderRequest = z.strictObject({
  reason: z.optional(z.string().check(...written(500))),
});
export type CancelOrderRequest = z.infer<typeof CancelOrderRequest>;

export const paymentStatuses = [
  "pending",
  "action_required",
  "authorized",
  "captured",
  "declined",
  "voided",
  "partially_refunded",
  "refunded",
  "refund_failed",
] as const;

export const refundStatuses = ["requested", "pending", "succeeded", "failed"] as const;

export const RefundView = z.object({
  id: z.string(),
  amount: Amount,
  status: z.enum(refundStatuses),
  reason: z.optional(z.string()),
  source: RefundSource,
  at: Instant,
});
export type RefundView = z.infer<typeof RefundView>;

export const PaymentView = z.object({
  orderId: OrderId,
  status: z.enum(paymentStatuses),
  amount: Amount,
  currency: Currency,
  authorized: Amount.check(z.describe("Held or taken, in minor units.")),
  captured: Amount,
  refunded: Amount,
  actionBy: z.optional(Instant),
  nextAction: z
    .optional(
      z.object({ type: z.literal("stripe"), clientSecret: z.string(), returnUrl: z.optional(z.string()) }),
    )
    .check(z.describe("What the storefront hands to Stripe.js, while the bank waits for the customer.")),
  decline: z
    .optional(z.object({ code: z.string(), reason: DeclineReason }))
    .check(z.describe("Why nothing could be taken. To try another card, place a new order.")),
  refunds: z.array(RefundView),
  disputes: z.array(
    z.object({ id: z.string(), status: z.enum(["opened", "won", "lost"]), amount: Amount, at: Instant }),
  ),
});
export type PaymentView = z.infer<typeof PaymentView>;

const RefundWhy = z.optional(z.string().check(z.trim(), z.minLength(1), ...written(200)));

/** A part of the money by its amount, or by what came back. */
export const RefundRequest = z.union([
  z.strictObject({ amount: Amount.check(z.gte(1)), reason: RefundWhy }),
  z.strictObject({
    lines: z
      .array(z.strictObject({ sku: Sku, quantity: Quantity, restock: z.boolean() }))
      .check(z.minLength(1), z.maxLength(50)),
    reason: RefundWhy,
  }),
]);
export type RefundRequest = z.infer<typeof RefundRequest>;

/** One order of a bulk. */
export const BulkOrder = z.strictObject({
  lines: OrderedLines,
  paymentMethod: PaymentMethod,
  reference: z
    .optional(
      z
        .string()
        .check(
          z.trim(),
          z.minLength(1),
          ...written(64),
          z.regex(/^[^\p{Cc}\p{Cs}]*$/u, "must be text without control characters"),
        ),
    )
    .check(z.describe("The sender's own name of the row, answered as it came.")),
});
export type BulkOrder = z.infer<typeof BulkOrder>;

export const PlaceBulkRequest = z.strictObject({
  contact: ContactRequest,
  currency: Currency,
  orders: z.array(BulkOrder).check(z.minLength(1), z.maxLength(500)),
});
export type PlaceBulkRequest = z.infer<typeof PlaceBulkRequest>;

export const BulkAccepted = z.object({ bulkId: BulkId, count: z.int() });
export type BulkAccepted = z.infer<typeof BulkAccepted>;

/** WAITING: accepted with its bulk, and not placed yet. */
export const BulkRowStatus = z.enum(["WAITING", ...orderStatuses]);

export const BulkItem = z.object({
  row: z.int(),
  reference: z.optional(z.string()),
  orderId: OrderId,
  status: BulkRowStatus,
  reason: z.optional(z.string().check(z.describe("Why the order was rejected, or was never placed."))),
});
export type BulkItem = z.infer<typeof BulkItem>;

export const BulkView = z.object({
  bulkId: BulkId,
  status: z.enum(["RUNNING", "COMPLETED"]),
  count: z.int(),
  confirmed: z.int(),
  rejected: z.int(),
  cancelled: z.int(),
  currency: Currency,
  amount: z.int().check(z.describe("The sum of the confirmed orders so far, in minor units.")),
  items: z.array(BulkItem),
  next: z.optional(z.string()),
});
export type BulkView = z.infer<typeof BulkView>;

export const ProductName = z.string().check(z.trim(), z.minLength(1), ...written(200));
export const PutProductRequest = z.strictObject({
  name: ProductName,
  unitPrice: Amount.check(z.gte(1)),
  currency: Currency,
});
export type PutProductRequest = z.infer<typeof PutProductRequest>;

export const Product = z.object({ sku: Sku, name: z.string(), unitPrice: Amount, currency: Currency });
export type Product = z.infer<typeof Product>;

export const ProductPage = z.object({ items: z.array(Product), next: z.optional(z.string()) });

export const StockLevel = z.object({
  sku: Sku,
  available: z.int().check(z.gte(0)),
  reserved: z.int().check(z.gte(0)),
  sold: z.int().check(z.gte(0)),
  buckets: z.optional(
    z.int().check(z.gte(2), z.describe("Over how many buckets the stock is spread, if over several.")),
  ),
});
export type StockLevel = z.infer<typeof StockLevel>;

export const AdjustStockRequest = z.strictObject({
  delta: z.int().check(z.gte(-1_000_000), z.lte(1_000_000)),
  buckets: z.optional(
    z
      .int()
      .check(
        z.gte(2),
        z.lte(32),
        z.describe("Spreads the stock of a hot SKU over so many buckets from now on; it only rises."),
      ),
  ),
});
export type AdjustStockRequest = z.infer<typeof AdjustStockRequest>;

export const StockFeedCreated = z.object({
  feedId: FeedId,
  upload: z
    .object({ url: z.string(), fields: z.record(z.string(), z.string()) })
    .check(z.describe("A presigned POST: send the fields, then the file as `file`, as multipart/form-data.")),
});
export type StockFeedCreated = z.infer<typeof StockFeedCreated>;

export const StockFeedView = z.object({
  feedId: FeedId,
  status: z.enum(["WAITING", "IMPORTING", "IMPORTED", "REFUSED"]),
  reason: z.optional(z.string().check(z.describe("Why the feed was refused."))),
  rows: z.int(),
  applied: z.int(),
  refused: z.int(),
  sha256: z.optional(z.string().check(z.describe("Of the file."))),
  errors: z
    .array(z.object({ line: z.int(), sku: z.optional(z.string()), reason: z.string() }))
    .check(z.describe("The first 1,000 rows that were refused, by line.")),
});
export type StockFeedView = z.infer<typeof StockFeedView>;

/** RFC 9457. */
export const Problem = z.object({
  type: z.string().check(z.describe("Stable; branch on this.")),
  title: z.string(),
  status: z.int(),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ pointer: z.string(), detail: z.string() }))),
  minimum: z
    .optional(Amount)
    .check(z.describe("The least total that can be charged, in minor units, where that is what is wrong.")),
});
export type Problem = z.infer<typeof Problem>;

export const Health = z.object({ status: z.literal("ok"), version: z.string() });
