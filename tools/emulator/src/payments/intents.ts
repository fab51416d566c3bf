// The states of a payment intent: pure steps that refuse as Stripe refuses. Times are seconds.
import { CAPTURE_FAILS, cardOf } from "./cards.ts";
import { assertAmount, assertCharge } from "./currencies.ts";
import {
  type CaptureMethod,
  invalidRequest,
  missing,
  type PaymentIntentRecord,
  StripeFailure,
} from "./model.ts";

export type CreateIntent = {
  id: string;
  amount: number;
  currency: string;
  captureMethod: CaptureMethod;
  paymentMethod: string | null;
  card?: string;
  customer?: string;
  texts?: Readonly<Record<string, string>>;
  metadata: Record<string, string>;
  clientSecret?: string;
  created: number;
};

export type Confirmation = {
  /** The test card behind the payment method, where that is not one itself. */
  card?: string;
  /** The customer is away, or is not to be asked: a card that asks is a refusal. */
  isOffSession?: boolean;
  returnUrl?: string;
  at?: number;
};

/** A hold lapses after a week (docs.stripe.com/payments/place-a-hold-on-a-payment-method). */
export const HOLD_SECONDS = 7 * 24 * 3600;

export function create(given: CreateIntent): PaymentIntentRecord {
  assertCharge(given.amount, given.currency);
  assertPaymentMethod(given.paymentMethod, given.card);
  return {
    ...given,
    status: given.paymentMethod === null ? "requires_payment_method" : "requires_confirmation",
    amountReceived: 0,
    amountRefunded: 0,
    captures: 0,
    cancellationReason: null,
    lastError: null,
  };
}

/** The intent after its confirmation; `lastError` holds the decline if there was one. */
export function confirm(
  intent: PaymentIntentRecord,
  paymentMethod: string | null,
  { at = intent.created, card, isOffSession = false, returnUrl }: Confirmation = {},
): PaymentIntentRecord {
  if (intent.status !== "requires_confirmation" && intent.status !== "requires_payment_method") {
    throw unexpectedState(intent, "confirm");
  }
  assertPaymentMethod(paymentMethod, card);
  const method = paymentMethod ?? intent.paymentMethod;
  if (method === null) {
    const message = "You cannot confirm this PaymentIntent because it's missing a payment method.";
    throw invalidRequest("payment_intent_unexpected_state", message);
  }
  const { card: _, ...rest } = intent;
  const kept = paymentMethod === null ? intent.card : card;
  const given = { ...(kept !== undefined && { card: kept }), ...(returnUrl !== undefined && { returnUrl }) };
  const confirmed = { ...rest, ...given, paymentMethod: method };
  const { asks } = cardOf(testCardOf(confirmed)) ?? {};
  if (asks === "always" && isOffSession) {
    const code = "authentication_required";
    const message = "Your card was declined. This transaction requires authentication.";
    return declined(confirmed, { type: "card_error", code, decline_code: code, message });
  }
  if (asks !== undefined && !isOffSession)
    return { ...confirmed, status: "requires_action", lastError: null };
  return charged(confirmed, at);
}

export type UpdateIntent = Partial<
  Pick<PaymentIntentRecord, "amount" | "currency" | "captureMethod" | "customer" | "card">
> & {
  paymentMethod?: string;
  texts: Readonly<Record<string, string>>;
  metadata: Record<string, string>;
};

/** What is said of the payment can always change, the payment itself until the bank was asked. */
export function update(intent: PaymentIntentRecord, given: UpdateIntent): PaymentIntentRecord {
  const { amount, captureMethod, card, currency, customer, metadata, paymentMethod, texts } = given;
  const isOpen =
    intent.status === "requires_payment_method" ||
    intent.status === "requires_confirmation" ||
    intent.status === "requires_action";
  const changes = {
    amount,
    capture_method: captureMethod,
    currency,
    customer,
    payment_method: paymentMethod,
  };
  const [changed] = Object.entries(changes).find(([, value]) => value !== undefined) ?? [];
  if (!isOpen && changed !== undefined) throw notUpdatable(intent, changed);
  if (amount !== undefined || currency !== undefined)
    assertCharge(amount ?? intent.amount, currency ?? intent.currency);
  const known = {
    ...intent,
    texts,
    metadata,
    ...(amount !== undefined && { amount }),
    ...(currency !== undefined && { currency }),
    ...(captureMethod !== undefined && { captureMethod }),
    ...(customer !== undefined && { customer }),
  };
  if (paymentMethod === undefined) return known;
  assertPaymentMethod(paymentMethod, card);
  const { card: _, ...rest } = known;
  const status = "requires_confirmation" as const;
  return { ...rest, ...(card !== undefined && { card }), paymentMethod, status };
}

function notUpdatable(intent: PaymentIntentRecord, what: string): StripeFailure {
  const message =
    `This PaymentIntent's ${what} could not be updated because it has a status of ${intent.status}. ` +
    `You may only update the ${what} of a PaymentIntent with one of the following statuses: ` +
    "requires_payment_method, requires_confirmation, requires_action.";
  const error = { type: "invalid_request_error" as const, code: "payment_intent_unexpected_state", message };
  return new StripeFailure(400, { ...error, param: what }, intent);
}

/** The customer's answer to their bank. */
export function authenticate(
  intent: PaymentIntentRecord,
  isAgreed: boolean,
  at: number,
): PaymentIntentRecord {
  if (intent.status !== "requires_action") throw unexpectedState(intent, "authenticate");
  if (isAgreed) return charged(intent, at);
  const message =
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.";
  const code = "payment_intent_authentication_failure";
  const lastError = { type: "invalid_request_error" as const, code, message };
  return { ...intent, status: "requires_payment_method", paymentMethod: null, lastError };
}

/** What the bank says to the charge. */
function charged(intent: PaymentIntentRecord, at: number): PaymentIntentRecord {
  const { decline } = cardOf(testCardOf(intent)) ?? {};
  if (decline) return declined(intent, { type: "card_error", ...decline });
  const attempts = (intent.attempts ?? 0) + 1;
  const held = { ...intent, attempts, authorizedAt: at, lastError: null };
  return intent.captureMethod === "manual"
    ? { ...held, status: "requires_capture" }
    : received(held, intent.amount);
}

function declined(
  intent: PaymentIntentRecord,
  lastError: NonNullable<PaymentIntentRecord["lastError"]>,
): PaymentIntentRecord {
  const attempts = (intent.attempts ?? 0) + 1;
  return { ...intent, attempts, status: "requires_payment_method", paymentMethod: null, lastError };
}

export function capture(intent: PaymentIntentRecord, amount: number | undefined): PaymentIntentRecord {
  if (intent.status !== "requires_capture") throw unexpectedState(intent, "capture");
  const captured = amount ?? intent.amount;
  assertAmount(captured, intent.currency, "amount_to_capture");
  if (captured > intent.amount) {
    throw invalidRequest(
      "amount_too_large",
      "The amount to capture is larger than the amount authorised.",
      "amount_to_capture",
    );
  }
  if (testCardOf(intent) === CAPTURE_FAILS) throw captureRefused(intent);
  return received(intent, captured);
}

/** The issuer refuses a capture that it had authorised. */
export function captureRefused(intent: PaymentIntentRecord): StripeFailure {
  const message = "The charge cannot be captured as the issuer has withdrawn the authorization.";
  const error = { type: "card_error" as const, code: "capture_charge_authorization_expired", message };
  return new StripeFailure(402, error, intent);
}

export function cancel(
  intent: PaymentIntentRecord,
  reason: string | null,
  at = intent.created,
): PaymentIntentRecord {
  if (intent.status === "succeeded" || intent.status === "canceled") throw unexpectedState(intent, "cancel");
  return { ...intent, status: "canceled", canceledAt: at, cancellationReason: reason };
}

/** The intent as time has left it: a hold that was not captured lapses. */
export function asOf(intent: PaymentIntentRecord, at: number): PaymentIntentRecord {
  const lapsesAt = holdLapsesAt(intent);
  return lapsesAt !== undefined && at >= lapsesAt ? cancel(intent, "automatic", lapsesAt) : intent;
}

/** Undefined where nothing is held. */
export function holdLapsesAt({ authorizedAt, created, status }: PaymentIntentRecord): number | undefined {
  return status === "requires_capture" ? (authorizedAt ?? created) + HOLD_SECONDS : undefined;
}

/** The intent after a refund of this amount, or of all that is left. */
export function refund(intent: PaymentIntentRecord, amount: number | undefined): PaymentIntentRecord {
  const left = intent.amountReceived - intent.amountRefunded;
  if (intent.amountReceived === 0) {
    const message = "This PaymentIntent does not have a successful charge to refund.";
    throw invalidRequest("payment_intent_unexpected_state", message);
  }
  if (left === 0) throw invalidRequest("charge_already_refunded", "The charge has already been refunded.");
  const refunded = amount ?? left;
  assertAmount(refunded, intent.currency, "amount");
  if (refunded > left) {
    const message = `Refund amount (${refunded}) is greater than unrefunded amount on charge (${left}).`;
    throw invalidRequest("amount_too_large", message, "amount");
  }
  return { ...intent, amountRefunded: intent.amountRefunded + refunded };
}

/** Of the latest charge; undefined before one was tried. */
export function chargeIdOf({ attempts, id, status }: PaymentIntentRecord): string | undefined {
  const tried = attempts ?? (status === "requires_capture" || status === "succeeded" ? 1 : 0);
  return tried === 0 ? undefined : `ch_${id.replace(/^pi_/, "")}_${tried}`;
}

/** The intent of a charge, by its id. */
export const intentIdOfCharge = (id: string) => id.replace(/^ch_(.*)_\d+$/, "pi_$1");

export const testCardOf = ({ card, paymentMethod }: Pick<PaymentIntentRecord, "card" | "paymentMethod">) =>
  card ?? paymentMethod ?? "";

function received(intent: PaymentIntentRecord, amount: number): PaymentIntentRecord {
  return { ...intent, status: "succeeded", amountReceived: amount, captures: intent.captures + 1 };
}

function assertPaymentMethod(id: string | null, card: string | undefined): void {
  if (id === null || cardOf(card ?? id)) return;
  throw missing("PaymentMethod", id, "payment_method");
}

export function unexpectedState(
  intent: PaymentIntentRecord,
  act: string,
  status: string = intent.status,
): StripeFailure {
  const message = `You cannot ${act} this PaymentIntent because it has a status of ${status}.`;
  const error = { type: "invalid_request_error" as const, code: "payment_intent_unexpected_state", message };
  return new StripeFailure(400, error, intent);
}
