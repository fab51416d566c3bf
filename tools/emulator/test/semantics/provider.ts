// Runs one test per behaviour of Stripe, with the official client, on the emulator only.
import Stripe from "stripe";
import { behaviour, type World } from "./behaviour.ts";
import type { Source } from "./sources.ts";

export type Provider = {
  stripe: Stripe;
  /** Holds 19.87 EUR on a good card unless it is told otherwise. */
  authorise(more?: object, options?: object): Promise<Stripe.PaymentIntent>;
};

/** Another AWS endpoint has no provider beside it. */
export function provides(
  name: string,
  source: Source,
  check: (provider: Provider, world: World) => Promise<void>,
): void {
  const run = (world: World) => {
    const stripe = clientOf(world);
    const authorise = (more = {}, options = {}) =>
      stripe.paymentIntents.create(
        { ...intent, ...more },
        { idempotencyKey: world.unique("key"), ...options },
      );
    return check({ stripe, authorise }, world);
  };
  behaviour(name, source, run, { needs: "emulator" });
}

function clientOf(world: World, key = "sk_test_local"): Stripe {
  const { hostname, port } = new URL(world.url);
  return new Stripe(key, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
}

/** Uneven, so that an amount that was rounded is another one. */
export const AMOUNT = 1987;

const intent = {
  amount: AMOUNT,
  currency: "eur",
  payment_method: "pm_card_visa",
  capture_method: "manual",
  confirm: true,
  off_session: true,
  automatic_payment_methods: { enabled: true, allow_redirects: "never" },
} as const;

/** The customer is there to be asked. */
export const inSession = { off_session: undefined };
export const atOnce = { capture_method: "automatic" };

export const error = (type: string, statusCode: number, more: object = {}) => ({
  rawType: type,
  statusCode,
  ...more,
});
export const invalid = (more: object = {}) => error("invalid_request_error", 400, more);
export const unexpected = invalid({ code: "payment_intent_unexpected_state" });

/** A request as it is sent, without the client's own checks. */
export async function send(
  { url }: World,
  method: string,
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  const form = new URLSearchParams(fields).toString();
  const answer = await fetch(`${url}${path}${method === "GET" && form ? `?${form}` : ""}`, {
    method,
    headers: {
      authorization: "Bearer sk_test_local",
      ...(method === "POST" && { "content-type": "application/x-www-form-urlencoded" }),
      ...headers,
    },
    ...(method === "POST" && { body: form }),
    redirect: "manual",
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : {},
  };
}
