// The payment provider: one intent per order, whatever is asked of it and however often.

import type { ProviderAnswer } from "@order-saga/payment/payment";
import { ProviderUnavailable } from "@order-saga/payment/ports";
import type { Call } from "../calls.ts";
import type { SearchContext } from "../context.ts";
import { product } from "../shop.ts";
import type { Intent } from "../world.ts";
import { answered, changed, type Outcome, type Place } from "./outcome.ts";

export type ProviderCall = Extract<Call, { do: "authorize" | "capture" | "void" | "refund" }>;

type Effect = { intent: Intent; gives: ProviderAnswer; violation?: string };

const held: Effect = { intent: "held", gives: { kind: "authorized", intentId: "pi_1" } };
const declined: Effect = { intent: "declined", gives: { kind: "declined", code: "generic_decline" } };
const captured: Effect = { intent: "captured", gives: { kind: "captured" } };
const failed: Effect = { intent: "failed", gives: { kind: "capture-failed", code: "expired_card" } };
const voided: Effect = { intent: "voided", gives: { kind: "voided" } };
const refunded: Effect = { intent: "refunded", gives: { kind: "refunded" } };

export function provided(call: ProviderCall, place: Place, context: SearchContext): Outcome[] {
  const effects = effectsOf(call, place.saga.intent, context);
  const outcomes = effects.map(({ gives, intent, violation }) => {
    const what = `asks the provider to ${call.do}: ${gives.kind}`;
    return changed(
      place,
      { intent },
      { key: gives.kind, gives: () => gives },
      what,
      violation ? [violation] : [],
    );
  });
  if (!context.scope.faults.failures || place.run.faults > 0) return outcomes;
  const throws = new ProviderUnavailable("no answer");
  const silence = { key: "!silence", throws, isFault: true };
  return [
    ...outcomes,
    ...outcomes.map((outcome) => ({
      ...outcome,
      answer: silence,
      what: `${outcome.what}, but hears nothing`,
    })),
    answered(place, silence, `asks the provider to ${call.do} in vain`),
  ];
}

/** What may happen to an intent. Keys are stable, so asking again is answered as the first time. */
function effectsOf(call: ProviderCall, intent: Intent, { scope }: SearchContext): Effect[] {
  switch (call.do) {
    case "authorize":
      if (call.charge.amount !== product.unitPrice)
        return [{ ...held, violation: `A12: ${call.charge.amount} authorised` }];
      if (intent === "none") return scope.declines ? [held, declined] : [held];
      return [intent === "declined" ? declined : { ...held, intent }];
    case "capture":
      if (intent === "held") return scope.captureFails ? [captured, failed] : [captured];
      if (intent === "captured" || intent === "refunded") return [{ ...captured, intent }];
      return [
        { ...failed, ...(intent !== "failed" && { violation: `A6: a capture of an intent ${intent}` }) },
      ];
    case "void":
      if (intent === "held" || intent === "voided" || intent === "failed") return [voided];
      return [{ ...voided, intent, violation: `A6: a void of an intent ${intent}` }];
    case "refund":
      if (intent === "captured" || intent === "refunded") return [refunded];
      return [{ ...refunded, intent, violation: `A6: a refund of an intent ${intent}` }];
  }
}
