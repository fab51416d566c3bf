// Stripe's test cards (Stripe documentation, "Testing"), and one more that the embedded provider knows.

/** The code with which each of these is declined. */
export const declinedCards: Readonly<Record<string, string>> = {
  pm_card_visa_chargeDeclined: "generic_decline",
  pm_card_visa_chargeDeclinedInsufficientFunds: "insufficient_funds",
  pm_card_chargeDeclinedExpiredCard: "expired_card",
};

/** The bank asks for the customer, each time. */
export const ASKS_CUSTOMER = "pm_card_authenticationRequired";

/** The code for a payment method that does not exist. */
export const UNKNOWN_CARD = "resource_missing";

/** Is authorised, and refused at its capture with this code. */
export const CAPTURE_FAILS = "pm_card_captureFails";
export const CAPTURE_FAILS_CODE = "capture_charge_authorization_expired";

export const methods = {
  good: "pm_card_visa",
  declined: "pm_card_visa_chargeDeclined",
  captureFails: CAPTURE_FAILS,
  asksCustomer: ASKS_CUSTOMER,
};

/** The intents with what each one's status says of its money. */
export const withStanding = <T extends { status: string }>(intents: readonly T[]) =>
  intents.map((intent) => ({ ...intent, stands: standsAs(intent.status) }));

function standsAs(status: string): "open" | "captured" | "voided" | "declined" {
  if (status === "succeeded") return "captured";
  if (status === "canceled") return "voided";
  return status === "declined" || status === "requires_payment_method" ? "declined" : "open";
}
