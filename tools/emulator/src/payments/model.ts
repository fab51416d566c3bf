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
  captureMethod: CaptureMethod;
  paymentMethod: string | null;
  /** The test card behind a payment method that was made of it; else the payment method is the card. */
  card?: string;
  customer?: string;
  /** Texts that change nothing, such as a description. */
  texts?: Readonly<Record<string, string>>;
  metadata: Record<string, string>;
  /** With it the customer's browser answers the bank. */
  clientSecret?: string;
  /** A confirmation must say where a browser comes back to, because some methods would redirect it. */
  redirects?: boolean;
  /** Where a browser is sent when its customer has answered the bank. */
  returnUrl?: string;
  amountReceived: number;
  /** In refunds that did not fail. */
  amountRefunded: number;
  /** The number of captures; more than one would be a defect. */
  captures: number;
  /** Charges that were tried; the latest one's id has this number. */
  attempts?: number;
  /** When the bank gave its word, in seconds. */
  authorizedAt?: number;
  canceledAt?: number;
  /** Of the latest dispute. */
  dispute?: DisputeStatus;
  cancellationReason: string | null;
  lastError: StripeError | null;
  /** Seconds. */
  created: number;
};

export type CaptureMethod = "manual" | "automatic" | "automatic_async";

export type RefundStatus = "pending" | "succeeded" | "failed";

export type RefundRecord = {
  id: string;
  paymentIntent: string;
  charge?: string;
  amount: number;
  currency: string;
  /** Absent where it has always been made. */
  status?: RefundStatus;
  failureReason?: string;
  /** When and how it changes by itself; in seconds. */
  becomes?: { status: RefundStatus; at: number };
  reason: string | null;
  metadata: Record<string, string>;
  created: number;
};

export type DisputeStatus =
  | "needs_response"
  | "under_review"
  | "won"
  | "lost"
  | "warning_needs_response"
  | "warning_under_review"
  | "warning_closed";

export type DisputeRecord = {
  id: string;
  paymentIntent: string;
  charge: string;
  amount: number;
  currency: string;
  reason: string;
  status: DisputeStatus;
  /** When and how the bank decides; in seconds. */
  becomes?: { status: DisputeStatus; at: number };
  created: number;
};

/** A payment method that was made of a test card. */
export type PaymentMethodRecord = {
  id: string;
  card: string;
  customer: string | null;
  /** Without a customer it pays once. */
  isUsed: boolean;
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

export function invalidRequest(code: string | undefined, message: string, param?: string): StripeFailure {
  const error = { type: "invalid_request_error" as const, ...(code && { code }), message };
  return new StripeFailure(400, { ...error, ...(param && { param }) });
}

/** 404 where the path names what is not there, 400 where a parameter does. */
export function missing(what: string, id: string, param?: string): StripeFailure {
  const message = `No such ${what}: '${id}'`;
  const error = { type: "invalid_request_error" as const, code: "resource_missing", message };
  return new StripeFailure(param === undefined ? 404 : 400, { ...error, param: param ?? "id" });
}
