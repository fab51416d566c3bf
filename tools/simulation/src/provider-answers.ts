// Answers of the simulated Stripe as HTTP carries them.
import { StripeFailure } from "@order-saga/emulator/payments/model";
import { intentJson } from "@order-saga/emulator/payments/objects";

export const PROVIDER_URL = "https://stripe.simulated";

export type HttpAnswer = { status: number; body: string; headers?: Readonly<Record<string, string>> };

/** What the provider answers; a refusal is an answer too. */
export function answering(act: () => unknown): HttpAnswer {
  try {
    return { status: 200, body: JSON.stringify(act()) };
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    const more = error.intent && { payment_intent: intentJson(error.intent, PROVIDER_URL) };
    return { status: error.status, body: JSON.stringify({ error: { ...error.error, ...more } }) };
  }
}

export function refusing(failure: () => StripeFailure): HttpAnswer {
  return answering(() => {
    throw failure();
  });
}

export const unknownError = () =>
  new StripeFailure(500, { type: "api_error", message: "An unknown error occurred." });

export const tooManyRequests = () =>
  new StripeFailure(429, {
    type: "invalid_request_error",
    code: "rate_limit",
    message: "Too many requests.",
  });
