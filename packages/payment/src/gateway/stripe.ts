// The real provider: Stripe's payment intents with manual capture.
import { toProviderAmount } from "@order-saga/contracts";
import type { Charge } from "../payment.ts";
import { type Answer, type PaymentGateway, ProviderUnavailable } from "../ports.ts";
import { isStripeError, type PaymentIntent, type StripeClient } from "./stripe-client.ts";

/** Stripe may forget an idempotency key after 24 hours (API reference, "Idempotent requests"). */
const KEY_TRUSTED_MILLISECONDS = 23 * 3600_000;

export function createStripeGateway(stripe: StripeClient, now: () => number): PaymentGateway {
  const { paymentIntents, refunds } = stripe;

  async function authorize(orderId: string, charge: Charge, since: string) {
    if (now() - Date.parse(since) > KEY_TRUSTED_MILLISECONDS) {
      const found = await answered(() => find(orderId));
      if (found) return outcomeOf(orderId, found);
    }
    try {
      const intent = await paymentIntents.create(intentFor(orderId, charge), {
        idempotencyKey: `${orderId}:authorize`,
      });
      return outcomeOf(orderId, intent);
    } catch (error) {
      const code = refusalCode(error);
      if (code === undefined) throw unavailable(error);
      return { kind: "declined" as const, code };
    }
  }

  /** The order's intent that holds or took money; a declined attempt is no authorisation. */
  async function find(orderId: string): Promise<PaymentIntent | undefined> {
    const { data } = await paymentIntents.search({ query: `metadata['orderId']:'${orderId}'`, limit: 10 });
    return data.find(
      (each) => each.metadata.orderId === orderId && each.status !== "requires_payment_method",
    );
  }

  async function outcomeOf(
    orderId: string,
    intent: PaymentIntent,
  ): Promise<Answer<"authorized" | "declined">> {
    if (intent.status === "requires_capture" || intent.status === "succeeded") {
      return { kind: "authorized", intentId: intent.id };
    }
    if (intent.status === "requires_action") {
      await voidIntent(orderId, intent.id);
      return { kind: "declined", code: "authentication_required" };
    }
    if (intent.status === "canceled") return { kind: "declined", code: "payment_intent_canceled" };
    throw new ProviderUnavailable(`Stripe answered an authorisation with the status ${intent.status}`);
  }

  async function capture(orderId: string, intentId: string) {
    try {
      await paymentIntents.capture(intentId, {}, { idempotencyKey: `${orderId}:capture` });
      return { kind: "captured" as const };
    } catch (error) {
      const code = refusalCode(error);
      if (code === undefined) throw unavailable(error);
      // What is said to have failed must have failed for good: the intent itself tells.
      const { status } = await answered(() => paymentIntents.retrieve(intentId));
      if (status === "succeeded") return { kind: "captured" as const };
      if (status !== "canceled") await voidIntent(orderId, intentId);
      return { kind: "capture-failed" as const, code };
    }
  }

  async function voidIntent(orderId: string, intentId: string) {
    try {
      await paymentIntents.cancel(intentId, {}, { idempotencyKey: `${orderId}:void` });
    } catch (error) {
      if (refusalCode(error) === undefined) throw unavailable(error);
      const { status } = await answered(() => paymentIntents.retrieve(intentId));
      if (status !== "canceled")
        throw new ProviderUnavailable(`Stripe did not void an intent of status ${status}`);
    }
    return { kind: "voided" as const };
  }

  async function refund(orderId: string, intentId: string) {
    try {
      await refunds.create(
        { payment_intent: intentId, metadata: { orderId } },
        { idempotencyKey: `${orderId}:refund` },
      );
    } catch (error) {
      if (refusalCode(error) !== "charge_already_refunded") throw unavailable(error);
    }
    return { kind: "refunded" as const };
  }

  return { authorize, capture, void: voidIntent, refund };
}

/**
 * Stripe refuses a key whose parameters changed: a deploy that changes these makes orders in flight wait a
 * day.
 */
function intentFor(orderId: string, charge: Charge) {
  return {
    amount: toProviderAmount(charge.amount, charge.currency),
    currency: charge.currency.toLowerCase(),
    payment_method: charge.paymentMethod,
    capture_method: "manual",
    confirm: true,
    // The customer is gone: a card that asks for them is a refusal.
    off_session: true,
    // A method that redirects needs a page to come back to; without one Stripe refuses the request.
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
    metadata: { orderId },
  } as const;
}

/** The code of a refusal that will not change: of the card, or of what was asked. Undefined for all else. */
function refusalCode(error: unknown): string | undefined {
  if (!isStripeError(error)) return undefined;
  const { code, decline_code, rawType, statusCode } = error;
  if (rawType === "card_error") return wellFormed(decline_code ?? code);
  if (rawType !== "invalid_request_error") return undefined;
  // Without a code, 404 means that the address is wrong, and that is no card's fault.
  return statusCode === 400 || (statusCode === 404 && code) ? wellFormed(code) : undefined;
}

function wellFormed(code: string | undefined): string {
  return code !== undefined && /^[a-z0-9_]{1,64}$/.test(code) ? code : "refused";
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw unavailable(error);
  }
}

/** Only the kind of the error is kept, in words. */
function unavailable(error: unknown): Error {
  if (error instanceof ProviderUnavailable) return error;
  const kind = isStripeError(error)
    ? [error.rawType ?? error.statusCode, error.code].join(" ").trim()
    : "no answer";
  return new ProviderUnavailable(`Stripe gave no outcome: ${kind}`);
}
