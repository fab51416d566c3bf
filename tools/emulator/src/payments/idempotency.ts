// Idempotency keys: the first answer is kept for a day and given again, a 500 too.
// Source: docs.stripe.com/api/idempotent_requests.
import { hash } from "node:crypto";
import { StripeFailure } from "./model.ts";
import type { PaymentStorage } from "./storage.ts";

export type Answer = { status: number; body: string; replayed?: boolean; headers?: Record<string, string> };

/** Stripe keeps keys for at least 24 hours. */
const KEY_LIFETIME_MILLISECONDS = 24 * 3600_000;
const MAXIMUM_KEY_CHARACTERS = 255;

type Keyed = {
  method: string;
  path: string;
  form: URLSearchParams;
  idempotencyKey: string | undefined;
};

/** What a key is answered with before anything is done; undefined if the request is new. */
export function knownAnswer(
  { form, idempotencyKey: key, method, path }: Keyed,
  { storage, now }: { storage: PaymentStorage; now: () => number },
): Answer | StripeFailure | undefined {
  if (key === undefined) return undefined;
  if (key.length > MAXIMUM_KEY_CHARACTERS) {
    const message = `Idempotency keys can have up to ${MAXIMUM_KEY_CHARACTERS} characters.`;
    return new StripeFailure(400, { type: "invalid_request_error", message });
  }
  const known = storage.answer(key);
  if (!known || known.at <= now() - KEY_LIFETIME_MILLISECONDS) return undefined;
  if (known.fingerprint === fingerprintOf({ form, method, path })) {
    return { status: known.status, body: known.body, replayed: true };
  }
  const message =
    "Keys for idempotent requests can only be used with the same parameters they were first used with.";
  return new StripeFailure(400, { type: "idempotency_error", message });
}

/** In the transaction of the effect. */
export function keepAnswer(
  { form, idempotencyKey: key, method, path }: Keyed,
  { body, status }: Answer,
  { storage, now }: { storage: PaymentStorage; now: () => number },
): void {
  if (key === undefined) return;
  storage.forgetAnswersBefore(now() - KEY_LIFETIME_MILLISECONDS);
  storage.saveAnswer(key, { fingerprint: fingerprintOf({ form, method, path }), status, body, at: now() });
}

const fingerprintOf = ({ form, method, path }: Omit<Keyed, "idempotencyKey">) =>
  hash("sha256", `${method} ${path} ${form}`, "base64");
