// A21: a webhook that the provider has not signed lately is refused.
import type { Checker } from "./observed.ts";
import { newOf, violation } from "./records.ts";

/** What a receiver cannot tell from the provider's own: it must not matter, which the other checkers see. */
const STOLEN = "stolen-secret";

/** A receiver takes a signature for so long. */
const TOLERANCE_MILLISECONDS = 5 * 60_000;

export function webhooksAreSigned(): Checker {
  return {
    invariant: "A21",
    says: "a webhook without a signature of the provider's, made lately, is refused",
    afterStep(observed, step) {
      return [...newOf(observed.webhooks, step.from.webhooks)].flatMap(({ forgery, orderId, status }) => {
        if (forgery === undefined || forgery === STOLEN || status >= 400) return [];
        // To a clock that is behind, an old signature is new.
        if (forgery === "old-signature" && observed.clocksBehindMilliseconds >= TOLERANCE_MILLISECONDS)
          return [];
        return [violation("A21", `a webhook with a ${forgery} was answered with ${status}`, orderId)];
      });
    },
  };
}
