// Ids say what they name by their prefix. Event ids are derived: the same event always has the same id.
import { hash } from "node:crypto";
import * as z from "zod/mini";

export const OrderId = z
  .string()
  .check(
    z.regex(/^ord_[0-9a-f]{32}$/, "must be an order id, ord_ and 32 hex digits"),
    z.describe(
      "A keyed hash of the principal and the idempotency key, so the same request has the same order.",
    ),
  );
export type OrderId = z.infer<typeof OrderId>;

export const BulkId = z
  .string()
  .check(
    z.regex(/^bulk_[0-9a-f]{32}$/, "must be a bulk's id, bulk_ and 32 hex digits"),
    z.describe("A keyed hash of the principal and the idempotency key of a bulk of orders."),
  );
export type BulkId = z.infer<typeof BulkId>;

export const FeedId = z
  .string()
  .check(
    z.regex(/^feed_[0-9a-f]{32}$/, "must be a feed's id, feed_ and 32 hex digits"),
    z.describe("One uploaded version of a stock feed."),
  );
export type FeedId = z.infer<typeof FeedId>;

/** What an event is about: an order, a bulk of orders or a stock feed. Its prefix says which. */
export type SubjectId = OrderId | BulkId | FeedId;

/** The first so many digits of an order's or a bulk's id are a keyed hash of its customer. */
export const CUSTOMER_DIGITS = 12;

/**
 * The same for all orders and bulks of one customer, so that a fair queue can give customers their turns; a
 * feed has its own. It does not show who the customer is.
 */
export function groupOf(subject: SubjectId): string {
  const begin = subject.indexOf("_") + 1;
  return `group_${subject.slice(begin, begin + CUSTOMER_DIGITS)}`;
}

export const EventId = z
  .uuid()
  .check(z.describe("UUIDv5 of subject, type and entry: the same event always has the same id."));
export type EventId = z.infer<typeof EventId>;

export const Sku = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "must be 1–64 letters, digits, . _ -"),
    z.describe("What the shop sells, by its stock-keeping unit."),
  );
export type Sku = z.infer<typeof Sku>;

export const PaymentMethod = z
  .string()
  .check(
    z.regex(/^pm_[A-Za-z0-9_]{1,250}$/, "must be a payment method token, pm_…"),
    z.describe("The payment provider's token for a card; card numbers themselves never enter the system."),
  );
export type PaymentMethod = z.infer<typeof PaymentMethod>;

export const IdempotencyKey = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9_-]{16,64}$/, "must be 16–64 letters, digits, underscores or hyphens"),
    z.describe("The client's key of one logical request: the same request sent again has no second effect."),
  );
export type IdempotencyKey = z.infer<typeof IdempotencyKey>;

const EVENT_NAMESPACE = Buffer.from("6f1d7c0a2d0b5c3e9a440d5aa3a6d1f2", "hex");

/**
 * The id of the one event of this type that its subject can have, or that this entry of its ledger can have
 * (UUIDv5, RFC 9562).
 */
export function eventId(subject: SubjectId, type: string, entry?: string): EventId {
  const name = entry === undefined ? `${subject}/${type}` : `${subject}/${type}/${entry}`;
  const bytes = Buffer.allocUnsafe(EVENT_NAMESPACE.length + Buffer.byteLength(name));
  bytes.set(EVENT_NAMESPACE);
  bytes.write(name, EVENT_NAMESPACE.length);
  const hex = hash("sha1", bytes, "hex");
  // The first two bits of the seventeenth digit say which kind of UUID this is: 10.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0b11) | 0b1000).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
