// What the orders service says: an order exists, its customer wants it cancelled, and how it ended.
import * as z from "zod/mini";
import { Instant } from "../envelope.ts";
import { PaymentMethod, Sku } from "../ids.ts";
import { Amount, Currency } from "../money.ts";
import { defineEvents, type Examples } from "./define.ts";
import { BulkRow, ofBulk } from "./of-bulk.ts";
import { DeclineReason } from "./payment.ts";

export const Quantity = z.int().check(z.gte(1), z.lte(999));

export const OrderLine = z.object({
  sku: Sku,
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  quantity: Quantity,
  unitPrice: Amount,
});
export type OrderLine = z.infer<typeof OrderLine>;

/** Looser than a request's: orders that were accepted under earlier rules are still on their way. */
export const Contact = z.object({
  email: z
    .string()
    .check(
      z.maxLength(254),
      z.regex(/^[!-?A-~]+@[A-Za-z0-9.-]+$/, "must be a mail address"),
      z.meta({ format: "email" }),
    ),
  name: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(200))),
});
export type Contact = z.infer<typeof Contact>;

/** Text of a person, readable with a key that can be deleted (packages/messaging/src/personal-data). */
export const Personal = z.string().check(z.regex(/^v1\.[\w-]{20}\.[\w-]{38,8000}$/), z.maxLength(8192));

/** Who is written to: sealed, or in the clear as earlier releases said it. */
const recipient = {
  personal: z.optional(
    Personal.check(z.describe("Who is written to, under the customer's key; no later event repeats it.")),
  ),
  contact: z.optional(Contact.check(z.describe("In its place in what earlier releases said."))),
};
const hasRecipient = z.refine<{ personal?: string | undefined; contact?: Contact | undefined }>(
  ({ contact, personal }) => personal !== undefined || contact !== undefined,
  { error: "must say who is written to", path: ["personal"] },
);

/** Who is written to, and whether the address is known to be the customer's. */
export type Recipient = {
  readonly personal?: string;
  readonly contact?: Contact;
  readonly addressVerified?: boolean;
};

/** As the event that began an order or a bulk says it. */
export function recipientIn({
  addressVerified,
  contact,
  personal,
}: { readonly [F in keyof Recipient]?: Recipient[F] | undefined }): Recipient {
  return {
    ...(personal !== undefined ? { personal } : contact && { contact }),
    ...(addressVerified !== undefined && { addressVerified }),
  };
}

const AddressVerified = z.optional(
  z
    .boolean()
    .check(
      z.describe(
        "True if the address is the verified one of the customer's token. Otherwise no mail goes out before money was taken. Absent where an earlier release accepted it.",
      ),
    ),
);

/** With it the archive alone can rebuild the order's record. Absent where an earlier release accepted it. */
const PlacedBy = z
  .object({
    principal: z.string().check(z.minLength(1), z.describe("The customer, as the token's `sub` names them.")),
    fingerprint: z.string().check(z.describe("A keyed hash of the request.")),
  })
  .check(z.describe("Whose order it is, and of which request: for a restore of the order's record."));

/** What a customer can act on. */
export const RejectionReason = z.enum(["out_of_stock", "expired", ...DeclineReason.options]);
export type RejectionReason = z.infer<typeof RejectionReason>;

const Held = z.optional(
  z.boolean().check(z.describe("True when a hold may still be on the card; it disappears by itself.")),
);

export const events = defineEvents("orders", {
  OrderPlaced: {
    layer: 0,
    description: "An order was accepted, at these prices.",
    data: z
      .object({
        lines: z.array(OrderLine).check(z.minLength(1), z.maxLength(50)),
        amount: Amount,
        currency: Currency,
        paymentMethod: PaymentMethod,
        ...recipient,
        addressVerified: AddressVerified,
        decideBy: Instant.check(z.describe("Payment decides before this moment, or aborts.")),
        placedBy: z.optional(PlacedBy),
        ...ofBulk,
      })
      .check(hasRecipient),
  },
  OrderCancelRequested: {
    layer: 0,
    description: "A request to payment, not a fact: the customer wants the order cancelled.",
    data: z.object({
      by: z.literal("customer"),
      reason: z
        .string()
        .check(
          z.maxLength(500),
          z.describe("Empty: the customer's own words stay in orders' record, sealed."),
        ),
    }),
  },
  OrderConfirmed: {
    layer: 4,
    description: "The order is paid.",
    data: z.object({ amount: Amount, currency: Currency, ...ofBulk }),
  },
  OrderRejected: {
    layer: 4,
    description: "The order ended without payment; the customer did not ask for it.",
    data: z.object({ reason: RejectionReason, held: Held, ...ofBulk }),
  },
  OrderCancelled: {
    layer: 4,
    description: "The order ended because the customer asked for it.",
    data: z.object({
      refunded: z.boolean().check(z.describe("True if the money had been taken, and was given back.")),
      held: Held,
      ...ofBulk,
    }),
  },
});

const RowCount = z.int().check(z.gte(0), z.lte(500));

/** How a row's order ended other than by being confirmed, or why it was never placed. */
export const RowError = z.object({
  row: BulkRow,
  reference: z.optional(z.string().check(z.maxLength(64))),
  reason: z.string().check(z.maxLength(64)),
});
export type RowError = z.infer<typeof RowError>;

export const bulkEvents = defineEvents(
  "orders",
  {
    BulkPlaced: {
      layer: 0,
      description: "A bulk of orders was accepted; each row becomes an order or is rejected.",
      data: z
        .object({
          count: z.int().check(z.gte(1), z.lte(500)),
          currency: Currency,
          ...recipient,
          addressVerified: AddressVerified,
        })
        .check(hasRecipient),
    },
    BulkCompleted: {
      layer: 5,
      description: "Every row of a bulk has ended.",
      data: z.object({
        count: z.int().check(z.gte(1), z.lte(500)),
        confirmed: RowCount,
        rejected: RowCount,
        cancelled: RowCount,
        currency: Currency,
        amount: z
          .int()
          .check(z.gte(0), z.describe("The sum of the confirmed orders, in the currency's minor units.")),
        firstErrors: z.array(RowError).check(z.maxLength(10)),
      }),
    },
  },
  "bulkId",
);

const examplePersonal =
  "v1.Yk9yKTRJxmEwR1nqx0Zb.pQGmYdS6rB1cB1a9w6mJ9qIdo1Wm6yYb0v8mYp3y5y0g3mU2g0bq1xw2n8o7K3b2b2E";

export const examples: Examples<typeof events> = {
  OrderPlaced: {
    answers: null,
    data: {
      lines: [{ sku: "TEA-EARL-GREY", name: "Earl Grey", quantity: 2, unitPrice: 990 }],
      amount: 1980,
      currency: "EUR",
      paymentMethod: "pm_card_visa",
      personal: examplePersonal,
      addressVerified: true,
      decideBy: "2026-01-05T12:15:00.000Z",
      placedBy: { principal: "ada", fingerprint: "U3lm0Jmp1jDqkWJk4Y1uQ2c8Jt0iYcXb5m5b6v2n7yA" },
    },
  },
  OrderCancelRequested: { answers: null, data: { by: "customer", reason: "" } },
  OrderConfirmed: { answers: "PaymentCaptured", data: { amount: 1980, currency: "EUR" } },
  OrderRejected: { answers: "PaymentAborted", data: { reason: "out_of_stock", held: true } },
  OrderCancelled: { answers: "PaymentRefunded", data: { refunded: true } },
};

export const bulkExamples: Examples<typeof bulkEvents> = {
  BulkPlaced: {
    answers: null,
    data: {
      count: 2,
      currency: "EUR",
      personal: examplePersonal,
      addressVerified: true,
    },
  },
  BulkCompleted: {
    answers: "OrderConfirmed",
    data: {
      count: 2,
      confirmed: 1,
      rejected: 1,
      cancelled: 0,
      currency: "EUR",
      amount: 1980,
      firstErrors: [{ row: 1, reference: "PO-4711", reason: "out_of_stock" }],
    },
  },
};
