// What payment says: the authorisation, and the one decision that ends an order.
import * as z from "zod";
import { eventSchema } from "../envelope.ts";
import { Amount, Currency } from "../money.ts";

const Charge = z.object({ amount: Amount, currency: Currency });

/** For information: nothing waits for it. */
export const PaymentAuthorized = eventSchema("PaymentAuthorized", "payment", Charge);

export const PaymentDeclined = eventSchema(
  "PaymentDeclined",
  "payment",
  z.object({
    stage: z.enum(["authorize", "capture"]),
    /** The provider's decline code, such as `insufficient_funds`. */
    code: z.string().regex(/^[a-z0-9_]{1,64}$/),
  }),
);

export const VoidReason = z.enum(["out_of_stock", "cancelled", "expired"]);
export type VoidReason = z.infer<typeof VoidReason>;

export const PaymentVoided = eventSchema(
  "PaymentVoided",
  "payment",
  z.object({
    reason: VoidReason,
    /** False when the card had never been authorised, so that nothing was held. */
    authorized: z.boolean(),
  }),
);

export const PaymentCaptured = eventSchema("PaymentCaptured", "payment", Charge);

export const PaymentRefunded = eventSchema("PaymentRefunded", "payment", Charge);
