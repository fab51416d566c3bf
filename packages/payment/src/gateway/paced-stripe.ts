// The client of Stripe whose calls wait for their turn under Stripe's limit, and try a passing fault again.
import { type Failure, inTurn, type Pace, type PaceClock } from "@order-saga/messaging/pace";
import { isStripeError, type StripeClient } from "./stripe-client.ts";

export type Pacing = {
  /** Stripe's limits are each operation's own (Stripe docs, "Rate limits"). */
  readonly paceOf: (operation: string) => Pace;
  readonly clock: PaceClock;
  /** No call waits for its turn, or for another try, beyond this moment (milliseconds). */
  readonly until: number;
};

type Method = (...given: unknown[]) => Promise<unknown>;

export function pacedStripe(stripe: StripeClient, { clock, paceOf, until }: Pacing): StripeClient {
  const paced =
    (name: string, method: Method): Method =>
    (...given) =>
      inTurn({ pace: paceOf(name), clock, until, failureOf: stripeFailure }, () => method(...given));
  const resources = Object.entries(stripe).map(([resource, methods]) => {
    const each = Object.entries(methods as Record<string, Method>);
    return [
      resource,
      Object.fromEntries(each.map(([name, method]) => [name, paced(`${resource}.${name}`, method)])),
    ];
  });
  return Object.fromEntries(resources);
}

/**
 * A 500 that Stripe gives again under its key is final; one that it gives for the first time may be kept or
 * not, and only the same key tells. A 409 means that the key is in use, a 429 with `lock_timeout` that
 * another request holds the object: both pass soon.
 */
function stripeFailure(error: unknown): Failure {
  if (!isStripeError(error)) return { kind: "passing" };
  const { code, isReplayed, retryAfterSeconds, shouldRetry, statusCode } = error;
  if (statusCode === 429 && code !== "lock_timeout") {
    const retryAfterMilliseconds = retryAfterSeconds && retryAfterSeconds * 1000;
    return { kind: "limit", ...(retryAfterMilliseconds && { retryAfterMilliseconds }) };
  }
  const passes = statusCode === 409 || statusCode === 429 || statusCode >= 500;
  const isPassing = shouldRetry ?? passes;
  return { kind: isPassing && !isReplayed ? "passing" : "final" };
}
