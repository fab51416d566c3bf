// What payment says: the authorisation, and the one decision that ends an order.
import * as z from "zod/mini";
import { Amount, Currency } from "../money.ts";
import { defineEvents, type Examples } from "./define.ts";

const Charge = z.object({ amount: Amount, currency: Currency });

export const VoidReason = z.enum(["out_of_stock", "cancelled", "expired"]);
export type VoidReason = z.infer<typeof VoidReason>;

export const events = defineEvents("payment", {
  PaymentAuthorized: {
    layer: 2,
    description: "The amount is held on the card. For information: nothing waits for it.",
    data: Charge,
  },
  PaymentDeclined: {
    layer: 2,
    description: "The provider refused the card for good: no money is held or taken.",
    data: z.object({
      stage: z.enum(["authorize", "capture"]),
      code: z
        .string()
        .check(
          z.regex(/^[a-z0-9_]{1,64}$/),
          z.describe("The provider's decline code, such as `insufficient_funds`."),
        ),
    }),
  },
  PaymentVoided: {
    layer: 2,
    description: "Payment decided to abort: whatever was held on the card is given up.",
    data: z.object({
      reason: VoidReason,
      authorized: z
        .boolean()
        .check(z.describe("False when the card had never been authorised, so that nothing was held.")),
    }),
  },
  PaymentCaptured: {
    layer: 2,
    description: "Payment decided to capture, and the money was taken.",
    data: Charge,
  },
  PaymentRefunded: {
    layer: 2,
    description: "The money was taken and is given back, because the customer cancelled.",
    data: Charge,
  },
});

const charge = { amount: 1980, currency: "EUR" };

export const examples: Examples<typeof events> = {
  PaymentAuthorized: { answers: "OrderPlaced", data: charge },
  PaymentDeclined: { answers: "OrderPlaced", data: { stage: "authorize", code: "insufficient_funds" } },
  PaymentVoided: { answers: "OrderCancelRequested", data: { reason: "cancelled", authorized: true } },
  PaymentCaptured: { answers: "StockReserved", data: charge },
  PaymentRefunded: { answers: "OrderCancelRequested", data: charge },
};
