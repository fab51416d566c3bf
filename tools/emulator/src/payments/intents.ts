// The states of a payment intent: pure steps that refuse as Stripe refuses.
import {
  ACTION_REQUIRED,
  CAPTURE_FAILS,
  declines,
  invalidRequest,
  isKnownPaymentMethod,
  type PaymentIntentRecord,
  StripeFailure,
} from "./model.ts";

export type CreateIntent = {
  id: string;
  amount: number;
  currency: string;
  captureMethod: "manual" | "automatic";
  paymentMethod: string | null;
  metadata: Record<string, string>;
  created: number;
};

/** Stripe's smallest charge, in minor units of most currencies. */
const MINIMUM_AMOUNT = 50;
const MAXIMUM_AMOUNT = 99_999_999;

export function create(given: CreateIntent): PaymentIntentRecord {
  if (!Number.isInteger(given.amount) || given.amount < 1) {
    throw invalidRequest(
      "parameter_invalid_integer",
      "This value must be greater than or equal to 1.",
      "amount",
    );
  }
  if (given.amount < MINIMUM_AMOUNT) {
    throw invalidRequest("amount_too_small", "Amount must be at least 50 cents.", "amount");
  }
  if (given.amount > MAXIMUM_AMOUNT) {
    throw invalidRequest("amount_too_large", "Amount must be no more than 999,999.99.", "amount");
  }
  if (!/^[a-z]{3}$/.test(given.currency)) {
    throw invalidRequest("parameter_invalid_string", `Invalid currency: ${given.currency}.`, "currency");
  }
  assertPaymentMethod(given.paymentMethod);
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
export function confirm(intent: PaymentIntentRecord, paymentMethod: string | null): PaymentIntentRecord {
  if (intent.status !== "requires_confirmation" && intent.status !== "requires_payment_method") {
    throw unexpectedState(intent, "confirm");
  }
  assertPaymentMethod(paymentMethod);
  const method = paymentMethod ?? intent.paymentMethod;
  if (method === null) {
    throw invalidRequest(
      "payment_intent_unexpected_state",
      "You cannot confirm it without a payment method.",
    );
  }
  const decline = declines[method];
  if (decline) {
    const lastError = { type: "card_error" as const, ...decline };
    return { ...intent, status: "requires_payment_method", paymentMethod: null, lastError };
  }
  if (method === ACTION_REQUIRED) return { ...intent, paymentMethod: method, status: "requires_action" };
  if (intent.captureMethod === "manual")
    return { ...intent, paymentMethod: method, status: "requires_capture" };
  return received({ ...intent, paymentMethod: method }, intent.amount);
}

export function capture(intent: PaymentIntentRecord, amount: number | undefined): PaymentIntentRecord {
  if (intent.status !== "requires_capture") throw unexpectedState(intent, "capture");
  if (intent.paymentMethod === CAPTURE_FAILS) throw captureRefused(intent);
  const captured = amount ?? intent.amount;
  if (captured > intent.amount) {
    throw invalidRequest(
      "amount_too_large",
      "The amount to capture is larger than the amount authorised.",
      "amount_to_capture",
    );
  }
  return received(intent, captured);
}

/** The issuer refuses a capture that it had authorised. */
export function captureRefused(intent: PaymentIntentRecord): StripeFailure {
  const message = "The charge cannot be captured as the issuer has withdrawn the authorization.";
  const error = { type: "card_error" as const, code: "capture_charge_authorization_expired", message };
  return new StripeFailure(402, error, intent);
}

export function cancel(intent: PaymentIntentRecord, reason: string | null): PaymentIntentRecord {
  if (intent.status === "succeeded" || intent.status === "canceled") throw unexpectedState(intent, "cancel");
  return { ...intent, status: "canceled", cancellationReason: reason };
}

export function refund(intent: PaymentIntentRecord, amount: number | undefined): PaymentIntentRecord {
  const left = intent.amountReceived - intent.amountRefunded;
  if (intent.amountReceived === 0) {
    throw invalidRequest(
      "payment_intent_unexpected_state",
      "This PaymentIntent does not have a successful charge to refund.",
    );
  }
  if (left === 0) throw invalidRequest("charge_already_refunded", "The charge has already been refunded.");
  const refunded = amount ?? left;
  if (refunded > left)
    throw invalidRequest(
      "amount_too_large",
      "Refund amount is greater than the unrefunded amount.",
      "amount",
    );
  return { ...intent, amountRefunded: intent.amountRefunded + refunded };
}

function received(intent: PaymentIntentRecord, amount: number): PaymentIntentRecord {
  return { ...intent, status: "succeeded", amountReceived: amount, captures: intent.captures + 1 };
}

function assertPaymentMethod(id: string | null): void {
  if (id === null || isKnownPaymentMethod(id)) return;
  throw invalidRequest("resource_missing", `No such PaymentMethod: '${id}'`, "payment_method");
}

function unexpectedState(intent: PaymentIntentRecord, act: string): StripeFailure {
  const message = `You cannot ${act} this PaymentIntent because it has a status of ${intent.status}.`;
  const error = { type: "invalid_request_error" as const, code: "payment_intent_unexpected_state", message };
  return new StripeFailure(400, error, intent);
}
