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
