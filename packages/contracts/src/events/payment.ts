// What payment says: the authorisation, and the one decision that ends an order.
import * as z from "zod/mini";
import { eventSchema } from "../envelope.ts";
import { Amount, Currency } from "../money.ts";

const Charge = z.object({ amount: Amount, currency: Currency });

export const PaymentAuthorized = eventSchema("PaymentAuthorized", "payment", Charge).check(
  z.describe("The amount is held on the card. For information: nothing waits for it."),
);

export const PaymentDeclined = eventSchema(
  "PaymentDeclined",
  "payment",
  z.object({
    stage: z.enum(["authorize", "capture"]),
    code: z
      .string()
      .check(
        z.regex(/^[a-z0-9_]{1,64}$/),
        z.describe("The provider's decline code, such as `insufficient_funds`."),
      ),
  }),
).check(z.describe("The provider refused the card for good: no money is held or taken."));

export const VoidReason = z.enum(["out_of_stock", "cancelled", "expired"]);
export type VoidReason = z.infer<typeof VoidReason>;

export const PaymentVoided = eventSchema(
  "PaymentVoided",
  "payment",
  z.object({
    reason: VoidReason,
    authorized: z
      .boolean()
      .check(z.describe("False when the card had never been authorised, so that nothing was held.")),
  }),
).check(z.describe("Payment decided to abort: whatever was held on the card is given up."));

export const PaymentCaptured = eventSchema("PaymentCaptured", "payment", Charge).check(
  z.describe("Payment decided to capture, and the money was taken."),
);

export const PaymentRefunded = eventSchema("PaymentRefunded", "payment", Charge).check(
  z.describe("The money was taken and is given back, because the customer cancelled."),
);
