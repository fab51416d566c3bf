// Idempotency keys of the simulated Stripe: a repeated request gets the first answer again, also a refusal.
import { StripeFailure } from "@order-saga/emulator/payments/model";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";

/** One request, which may have a key. */
export type KeyedRequest = {
  /** The request arrives: its key is in use until the request is answered. */
  arrive(): void;
  /** Acts, unless an earlier request with this key did. Throws StripeFailure for a refusal. */
  answer(act: () => unknown): unknown;
  /** True if an earlier request with this key was answered so. */
  isReplayed(): boolean;
  /** The request failed before it had an effect: its key is free again. */
  withdraw(): void;
};

/** Stripe keeps an idempotency key for at least a day; the simulation forgets it after exactly one. */
const KEY_MILLISECONDS = 24 * 3600_000;

type Keyed = { at: number; parameters: string; answer: (() => unknown) | undefined };

/** Makes keyed requests; `parameters` is the text by which two requests with one key are compared. */
export function createIdempotencyKeys({ coverage, scheduler }: RunContext) {
  const keys = new Map<string, Keyed>();

  return (key: string | undefined, parameters: string): KeyedRequest => {
    let keyed: Keyed | undefined;
    let own: Keyed | undefined;
    return {
      arrive() {
        if (key === undefined) return;
        keyed = keys.get(key);
        if (keyed && scheduler.now() - keyed.at < KEY_MILLISECONDS) return;
        own = { at: scheduler.now(), parameters, answer: undefined };
        keyed = own;
        keys.set(key, own);
      },
      answer(act) {
        if (keyed && keyed !== own) {
          if (keyed.parameters !== parameters) throw keyReused();
          if (!keyed.answer) {
            see(coverage, "key in use by another request");
            throw keyInUse();
          }
          return keyed.answer();
        }
        const answer = answerOf(act);
        if (own) own.answer = answer;
        return answer();
      },
      isReplayed: () =>
        keyed !== undefined && keyed !== own && keyed.parameters === parameters && !!keyed.answer,
      withdraw() {
        if (own && key !== undefined && keys.get(key) === own) keys.delete(key);
      },
    };
  };
}

export function keyInUse(): StripeFailure {
  const message = "There is currently another in-progress request using this Idempotent Key.";
  return new StripeFailure(409, { type: "idempotency_error", code: "idempotency_key_in_use", message });
}

function keyReused(): StripeFailure {
  const message =
    "Keys for idempotent requests can only be used with the same parameters they were first used with.";
  return new StripeFailure(400, { type: "idempotency_error", message });
}

/** Acts once; each call of the result gives the outcome again. */
function answerOf(act: () => unknown): () => unknown {
  try {
    const value = act();
    return () => value;
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    return () => {
      throw error;
    };
  }
}
