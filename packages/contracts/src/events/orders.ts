// What the orders service says: an order exists, its customer wants it cancelled, and how it ended.
import * as z from "zod/mini";
import { eventSchema, Instant } from "../envelope.ts";
import { PaymentMethod, Sku } from "../ids.ts";
import { Amount, Currency } from "../money.ts";

export const Quantity = z.int().check(z.gte(1), z.lte(999));

export const OrderLine = z.object({
  sku: Sku,
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  quantity: Quantity,
  unitPrice: Amount,
});
export type OrderLine = z.infer<typeof OrderLine>;

export const Contact = z.strictObject({
  email: z.email().check(z.maxLength(254)),
  name: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
});
export type Contact = z.infer<typeof Contact>;

export const OrderPlaced = eventSchema(
  "OrderPlaced",
  "orders",
  z.object({
    lines: z.array(OrderLine).check(z.minLength(1), z.maxLength(50)),
    amount: Amount,
    currency: Currency,
    paymentMethod: PaymentMethod,
    contact: Contact.check(z.describe("The only personal data on the bus; no later event repeats it.")),
    decideBy: Instant.check(z.describe("Payment decides before this moment, or aborts.")),
  }),
).check(z.describe("An order was accepted, at these prices."));

export const OrderCancelRequested = eventSchema(
  "OrderCancelRequested",
  "orders",
  z.object({ by: z.literal("customer"), reason: z.string().check(z.maxLength(500)) }),
).check(z.describe("A request to payment, not a fact: the customer wants the order cancelled."));

export const OrderConfirmed = eventSchema(
  "OrderConfirmed",
  "orders",
  z.object({ amount: Amount, currency: Currency }),
).check(z.describe("The order is paid."));

export const RejectionReason = z.enum(["payment_declined", "out_of_stock", "expired"]);
export type RejectionReason = z.infer<typeof RejectionReason>;

export const OrderRejected = eventSchema(
  "OrderRejected",
  "orders",
  z.object({ reason: RejectionReason }),
).check(z.describe("The order ended without payment; the customer did not ask for it."));

export const OrderCancelled = eventSchema(
  "OrderCancelled",
  "orders",
  z.object({
    refunded: z.boolean().check(z.describe("True if the money had been taken, and was given back.")),
  }),
).check(z.describe("The order ended because the customer asked for it."));
