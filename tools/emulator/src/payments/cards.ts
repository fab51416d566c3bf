// Stripe's published test cards by their payment methods, and one of ours: what becomes of a charge.
// Source: docs.stripe.com/testing and docs.stripe.com/payments/3d-secure/authentication-flow, November 2026.

export type Refusal = { code: string; decline_code?: string; message: string };

export type Card = {
  /** The bank refuses, once the customer has said yes where it asks for that. */
  decline?: Refusal;
  /** The bank asks the customer, unless they are away and have agreed before. */
  asks?: "always" | "in-session";
  /** Ours, not Stripe's: the authorisation succeeds, every capture is refused. */
  refusesCapture?: true;
  /** A refund begins as pending and is made later, or is said to be made and fails later. */
  refund?: "pending" | "fails";
  /** The bank asks for the money back once it was taken; an inquiry only asks a question. */
  dispute?: { reason: string; isInquiry?: true };
};

const declined = (decline_code: string, message = "Your card was declined."): Refusal => ({
  code: "card_declined",
  decline_code,
  message,
});
const ofItsOwnCode = (code: string, message: string): Refusal => ({ code, decline_code: code, message });

const generic = declined("generic_decline");
const insufficient = declined("insufficient_funds", "Your card has insufficient funds.");

/** The official test payment method of a declined card. */
export const DECLINED = "pm_card_visa_chargeDeclined";
export const CAPTURE_FAILS = "pm_card_captureFails";

const special: Readonly<Record<string, Card>> = {
  [DECLINED]: { decline: generic },
  pm_card_chargeDeclined: { decline: generic },
  pm_card_visa_chargeDeclinedInsufficientFunds: { decline: insufficient },
  pm_card_chargeDeclinedInsufficientFunds: { decline: insufficient },
  pm_card_visa_chargeDeclinedLostCard: { decline: declined("lost_card") },
  pm_card_visa_chargeDeclinedStolenCard: { decline: declined("stolen_card") },
  pm_card_chargeDeclinedLostCard: { decline: declined("lost_card") },
  pm_card_chargeDeclinedStolenCard: { decline: declined("stolen_card") },
  pm_card_visa_chargeDeclinedFraudulent: { decline: declined("fraudulent") },
  pm_card_chargeDeclinedFraudulent: { decline: declined("fraudulent") },
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: { decline: declined("card_velocity_exceeded") },
  pm_card_chargeDeclinedExpiredCard: { decline: ofItsOwnCode("expired_card", "Your card has expired.") },
  pm_card_chargeDeclinedIncorrectCvc: {
    decline: ofItsOwnCode("incorrect_cvc", "Your card's security code is incorrect."),
  },
  pm_card_chargeDeclinedProcessingError: {
    decline: ofItsOwnCode(
      "processing_error",
      "An error occurred while processing your card. Try again in a little bit.",
    ),
  },
  pm_card_chargeCustomerFail: { decline: generic },
  pm_card_radarBlock: { decline: declined("fraudulent") },
  pm_card_riskLevelHighest: { decline: declined("fraudulent") },

  pm_card_authenticationRequired: { asks: "always" },
  // Nothing is set up here for later payments, so it asks each time.
  pm_card_authenticationRequiredOnSetup: { asks: "always" },
  pm_card_authenticationRequiredSetupForOffSession: { asks: "in-session" },
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: { asks: "always", decline: insufficient },
  pm_card_threeDSecure2Required: { asks: "always" },
  pm_card_threeDSecureRequired: { asks: "always" },
  pm_card_threeDSecureRequiredChargeDeclined: { asks: "always", decline: generic },
  // The look-up for 3-D Secure fails, so the customer is never asked.
  pm_card_threeDSecureRequiredProcessingError: { decline: generic },

  [CAPTURE_FAILS]: { refusesCapture: true },
  pm_card_pendingRefund: { refund: "pending" },
  pm_card_refundFail: { refund: "fails" },
  pm_card_createDispute: { dispute: { reason: "fraudulent" } },
  pm_card_createDisputeProductNotReceived: { dispute: { reason: "product_not_received" } },
  pm_card_createDisputeInquiry: { dispute: { reason: "fraudulent", isInquiry: true } },
};

/** Cards that simply pay. */
const good = new Set(
  (
    "visa visa_debit mastercard mastercard_debit mastercard_prepaid amex discover diners jcb unionpay " +
    "threeDSecureOptional threeDSecureOptionalProcessingError amex_threeDSecureNotSupported bypassPending " +
    "riskLevelElevated createIssuerFraudRecord us ar br ca cl co cr ec mx pa py pe uy ae at be bg by hr cy cz " +
    "dk ee fi fr de gi gr hu ie it lv li lt lu mt nl no pl pt ro sa si sk es se ch gb gb_debit gb_mastercard " +
    "au cn hk in jp my nz sg tw th"
  )
    .split(" ")
    .map((name) => `pm_card_${name}`),
);

/** Undefined if Stripe has published no such card. */
export function cardOf(paymentMethod: string): Card | undefined {
  if (Object.hasOwn(special, paymentMethod)) return special[paymentMethod];
  return good.has(paymentMethod) ? {} : undefined;
}
