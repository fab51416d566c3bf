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
    (...given) => {
      const isKeyed = given.some((each) => typeof each === "object" && each && "idempotencyKey" in each);
      const failureOf = (error: unknown) => stripeFailure(error, isKeyed);
      return inTurn({ pace: paceOf(name), clock, until, failureOf }, () => method(...given));
    };
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
 * Stripe keeps a 500 under the key of its request and would only repeat it. A 409 means that the key is in
 * use, a 429 with `lock_timeout` that another request holds the object: both pass soon.
 */
function stripeFailure(error: unknown, isKeyed: boolean): Failure {
  if (!isStripeError(error)) return { kind: "passing" };
  const { code, retryAfterSeconds, shouldRetry, statusCode } = error;
  if (statusCode === 429 && code !== "lock_timeout") {
    const retryAfterMilliseconds = retryAfterSeconds && retryAfterSeconds * 1000;
    return { kind: "limit", ...(retryAfterMilliseconds && { retryAfterMilliseconds }) };
  }
  const passes = statusCode === 409 || statusCode === 429 || statusCode > 500;
  const isPassing = shouldRetry ?? (passes || (statusCode === 500 && !isKeyed));
  return { kind: isPassing ? "passing" : "final" };
}
