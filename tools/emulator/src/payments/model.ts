// A payment intent as Stripe describes it, and the refusals of its API.
// Source: Stripe API reference, "PaymentIntents", "Errors", "Testing".

export type IntentStatus =
  | "requires_payment_method"
  | "requires_confirmation"
  | "requires_action"
  | "requires_capture"
  | "succeeded"
  | "canceled";

export type PaymentIntentRecord = {
  id: string;
  /** Minor units. */
  amount: number;
  /** Lower case, as Stripe writes it. */
  currency: string;
  status: IntentStatus;
  captureMethod: "manual" | "automatic";
  paymentMethod: string | null;
  metadata: Record<string, string>;
  amountReceived: number;
  amountRefunded: number;
  /** The number of captures; more than one would be a defect. */
  captures: number;
  cancellationReason: string | null;
  lastError: StripeError | null;
  /** Seconds. */
  created: number;
};

export type RefundRecord = {
  id: string;
  paymentIntent: string;
  amount: number;
  currency: string;
  reason: string | null;
  metadata: Record<string, string>;
  created: number;
};

export type StripeError = {
  type: "card_error" | "invalid_request_error" | "idempotency_error" | "api_error";
  code?: string;
  decline_code?: string;
  message: string;
  param?: string;
};

/** Ends a request with an error body and its HTTP status. */
export class StripeFailure extends Error {
  override readonly name = "StripeFailure";
  readonly status: number;
  readonly error: StripeError;
  readonly intent: PaymentIntentRecord | undefined;
  constructor(status: number, error: StripeError, intent?: PaymentIntentRecord) {
    super(error.message);
    this.status = status;
    this.error = error;
    this.intent = intent;
  }
}

export function invalidRequest(code: string, message: string, param?: string): StripeFailure {
  return new StripeFailure(400, { type: "invalid_request_error", code, message, ...(param && { param }) });
}

export function missing(what: string, id: string): StripeFailure {
  const message = `No such ${what}: '${id}'`;
  return new StripeFailure(404, {
    type: "invalid_request_error",
    code: "resource_missing",
    message,
    param: "id",
  });
}

type Refusal = { code: string; decline_code?: string; message: string };

const declined = (decline_code: string, message = "Your card was declined."): Refusal => ({
  code: "card_declined",
  decline_code,
  message,
});

/** The official test payment method of a declined card. */
export const DECLINED = "pm_card_visa_chargeDeclined";

/** The decline codes of the official test payment methods (Stripe documentation, "Testing"). */
export const declines: Readonly<Record<string, Refusal>> = {
  [DECLINED]: declined("generic_decline"),
  pm_card_chargeDeclined: declined("generic_decline"),
  pm_card_visa_chargeDeclinedInsufficientFunds: declined(
    "insufficient_funds",
    "Your card has insufficient funds.",
  ),
  pm_card_chargeDeclinedInsufficientFunds: declined(
    "insufficient_funds",
    "Your card has insufficient funds.",
  ),
  pm_card_visa_chargeDeclinedLostCard: declined("lost_card"),
  pm_card_visa_chargeDeclinedStolenCard: declined("stolen_card"),
  pm_card_visa_chargeDeclinedFraudulent: declined("fraudulent"),
  pm_card_chargeDeclinedExpiredCard: { code: "expired_card", message: "Your card has expired." },
  pm_card_chargeDeclinedIncorrectCvc: {
    code: "incorrect_cvc",
    message: "Your card's security code is incorrect.",
  },
  pm_card_chargeDeclinedProcessingError: {
    code: "processing_error",
    message: "An error occurred while processing your card. Try again in a little bit.",
  },
};

/** Needs the customer to authenticate, who is absent here. */
export const ACTION_REQUIRED = "pm_card_authenticationRequired";

/** Ours, not Stripe's: the authorisation succeeds, every capture is refused. */
export const CAPTURE_FAILS = "pm_card_captureFails";

const accepted = [
  "visa",
  "visa_debit",
  "mastercard",
  "mastercard_debit",
  "amex",
  "discover",
  "diners",
  "jcb",
  "unionpay",
];

export function isKnownPaymentMethod(id: string): boolean {
  if (id === ACTION_REQUIRED || id === CAPTURE_FAILS || Object.hasOwn(declines, id)) return true;
  return accepted.some((brand) => id === `pm_card_${brand}`);
}
