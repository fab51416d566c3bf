// The payment provider: one intent per order, whatever is asked of it and however often.

import { testOrderId } from "@order-saga/messaging/testing";
import type { SeenRefund } from "@order-saga/payment/ledger";
import type { Look } from "@order-saga/payment/look";
import type { ProviderAnswer } from "@order-saga/payment/payment";
import { type Answer, ProviderUnavailable } from "@order-saga/payment/ports";
import { hearProvider, resumePayments } from "@order-saga/payment/service";
import type { Call } from "../calls.ts";
import type { SearchContext } from "../context.ts";
import { clientSecret, type Intent, type IntentRefund, noIntent, refundable } from "../intent.ts";
import { product } from "../product.ts";
import type { Run } from "../runs.ts";
import type { Scope } from "../scopes.ts";
import { isDown } from "../world.ts";
import { answered, changed, type Outcome, type Place } from "./outcome.ts";

export type ProviderCall = Extract<Call, { do: "authorize" | "capture" | "void" | "refund" | "look" }>;

/** What the provider does about a call, and what it then answers. */
type Effect = { intent: Intent; gives: ProviderAnswer | Look | undefined; says: string; violation?: string };

export const intentId = "pi_1";

export function provided(call: ProviderCall, place: Place, context: SearchContext): Outcome[] {
  const silence = {
    key: "!silence",
    throws: new ProviderUnavailable("no answer"),
    // While the provider is down its silence is no choice.
    isFault: !isDown(place.world),
  };
  const vain = answered(place, silence, `asks the provider to ${call.do} in vain`);
  const unlawful = undecided(call, place, context);
  if (isDown(place.world)) return [{ ...vain, violations: unlawful }];
  // The provider's search does not show an intent at once.
  if (call.do === "authorize" && call.abortedAt !== undefined && !isLater(place, context))
    return [{ ...vain, answer: { ...silence, isFault: false } }];
  const intent = context.interner.get("intent", place.saga.intent) ?? noIntent;
  const outcomes = effectsOf(call, intent, context.scope).map((effect) => {
    const what = `asks the provider to ${call.do}: ${effect.says}`;
    const id = effect.intent === noIntent ? 0 : context.interner.idOf("intent", effect.intent);
    const violations = [...(effect.violation ? [effect.violation] : []), ...unlawful];
    const key = `${effect.says} ${call.do === "look" ? id : ""}`;
    return changed(place, { intent: id }, { key, gives: () => effect.gives }, what, violations);
  });
  if (!context.scope.faults.failures || place.run.faults > 0) return outcomes;
  const silences = outcomes.map((outcome) => ({
    ...outcome,
    answer: silence,
    what: `${outcome.what}, but hears nothing`,
  }));
  return [...outcomes, ...silences, vain];
}

/** A18: only a decision takes money. */
function undecided(call: ProviderCall, { saga }: Place, { interner }: SearchContext): string[] {
  const payment = interner.get("payment", saga.payment);
  if (call.do === "capture" && payment?.decision !== "CAPTURE")
    return [`A18: a capture, decided ${payment?.decision ?? "nothing"}`];
  return [];
}

/** True if the order was aborted before the timer found it: no call of that time is under way any more. */
function isLater({ run }: Place, { interner }: SearchContext): boolean {
  if (run.begin.name !== resumePayments.name) return false;
  let read: string | undefined;
  for (let each: Run | undefined = run; each; each = each.before)
    if (each.answer?.key.startsWith("read ")) read = each.answer.key;
  return interner.get("payment", Number(read?.slice("read ".length)))?.decision === "ABORT";
}

/** What may happen to an intent. Keys are stable, so asking again is answered as the first time. */
function effectsOf(call: ProviderCall, intent: Intent, scope: Scope): Effect[] {
  switch (call.do) {
    case "authorize":
      if (call.abortedAt !== undefined) return [found(intent)];
      return authorized(intent, scope).map((effect) =>
        call.charge.amount === product.unitPrice
          ? effect
          : { ...effect, violation: `A12: ${call.charge.amount} authorised` },
      );
    case "capture":
      return captured(intent, scope);
    case "void":
      return [voided(intent)];
    case "refund":
      return refunded(intent, call.refund, scope);
    case "look":
      return [{ intent, gives: lookAt(intent), says: intent.status }];
  }
}

/** The daily run: what a webhook that was lost would have told. */
export const changes = (place: Place): Outcome =>
  answered(place, { key: "changes", gives: () => [intentId] }, "asks the provider for changes");

/** A task on the doorbell's queue. */
export function rung(place: Place, { interner, messages }: SearchContext): Outcome {
  const { intent, queued } = place.saga;
  const heard = interner.get("intent", intent);
  const told = heard?.isUnheard ? interner.idOf("intent", { ...heard, isUnheard: false }) : intent;
  const change = { queued: queued | messages.taskOf(hearProvider.name), intent: told };
  return changed(place, change, { key: "rung" }, "rings");
}

const firsts = {
  held: { kind: "authorized", intentId },
  asked: { kind: "action-required", intentId, clientSecret },
  declined: { kind: "declined", code: "generic_decline", reason: "card_declined" },
} as const satisfies Record<string, ProviderAnswer>;

function authorized(intent: Intent, { asks, declines }: Scope): Effect[] {
  const { first } = intent;
  if (first) return [{ intent, gives: firsts[first], says: firsts[first].kind }];
  const may = [
    ...(asks === "always" ? [] : ["held" as const]),
    ...(asks === "never" ? [] : ["asked" as const]),
  ];
  return [...may, ...(declines ? ["declined" as const] : [])].map((status) => ({
    intent: { ...intent, status, first: status },
    gives: firsts[status],
    says: firsts[status].kind,
  }));
}

/** What the provider's search finds: an intent that holds or took money, or that asks for the customer. */
function found(intent: Intent): Effect {
  const shown = lookAt(intent)?.intent;
  if (shown?.kind === "taken") return { intent, gives: firsts.held, says: "finds it taken" };
  if (shown?.kind === "authorized" || shown?.kind === "action-required")
    return { intent, gives: shown, says: `finds it ${shown.kind}` };
  return { intent, gives: { ...firsts.declined, code: "never_authorized" }, says: "finds nothing" };
}

function captured(intent: Intent, { captureFails }: Scope): Effect[] {
  const { status } = intent;
  const took = (next: Intent): Effect => {
    const amount = next.taken ?? 0;
    return { intent: next, gives: { kind: "captured", amount }, says: `captured ${amount}` };
  };
  const failed = (code: string, violation?: string): Effect => ({
    intent: status === "held" ? { ...intent, status: "failed" } : intent,
    gives: { kind: "capture-failed", code, reason: "card_declined" },
    says: "capture-failed",
    ...(violation !== undefined && { violation }),
  });
  switch (status) {
    case "held": {
      const full = took({ ...intent, status: "captured", taken: product.unitPrice, by: "us" });
      return captureFails ? [full, failed("expired_card")] : [full];
    }
    case "captured":
      return [took(intent)];
    case "failed":
      return [failed("expired_card")];
    case "voided":
      return [failed("payment_intent_canceled")];
    default:
      return [failed("payment_intent_unexpected_state", `A6: a capture of an intent ${status}`)];
  }
}

function voided(intent: Intent): Effect {
  const { by, status, taken = 0 } = intent;
  if (status !== "captured")
    return { intent: { ...intent, status: "voided" }, gives: { kind: "voided" }, says: "voided" };
  const effect: Effect = { intent, gives: { kind: "taken", amount: taken }, says: `taken ${taken}` };
  return by === "us" ? { ...effect, violation: "A6: a void of an intent captured" } : effect;
}

function refunded(
  intent: Intent,
  { amount, id }: { amount: number; id: string },
  { hands, refundsFail, refundsPend }: Scope,
): Effect[] {
  const answer = (status: IntentRefund["first"], code?: string): Answer<"refund"> => ({
    kind: "refund",
    refundId: id,
    status: status === "pending" ? "PENDING" : status === "succeeded" ? "SUCCEEDED" : "FAILED",
    providerId: `re_${id}`,
    ...(code !== undefined && { code }),
  });
  const known = intent.refunds.find((each) => each.id === id);
  if (known) return [{ intent, gives: answer(known.first, "refused"), says: `refund ${known.first}` }];
  if (intent.status !== "captured" || amount > refundable(intent)) {
    const tooMuch: Effect = {
      intent,
      // The gateway then looks at what there is.
      gives: { ...answer("failed", "charge_already_refunded"), seen: seenRefunds(intent) },
      says: "refund refused",
    };
    const isExcused = intent.status === "captured" && hands.length > 0;
    return [isExcused ? tooMuch : { ...tooMuch, violation: `A6: a refund of ${amount}, ${intent.status}` }];
  }
  const may = ["succeeded" as const, ...(refundsPend ? ["pending" as const] : [])];
  return [...may, ...(refundsFail ? ["failed" as const] : [])].map((first) => ({
    intent: { ...intent, refunds: [...intent.refunds, { id, isOurs: true, amount, status: first, first }] },
    gives: answer(first, first === "failed" ? "refused" : undefined),
    says: `refund ${first}`,
  }));
}

const refundStatus = {
  pending: "PENDING",
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  returned: "FAILED",
} as const;
const disputeStatus = { opened: "OPENED", won: "WON", lost: "LOST" } as const;
const SEEN_AT = "2026-01-05T12:00:00.000Z";

/** What a look shows of an intent. */
function lookAt(intent: Intent): Look | undefined {
  if (intent.status === "none") return undefined;
  return {
    intentId,
    orderId: testOrderId,
    intent: shown(intent),
    refunds: seenRefunds(intent),
    disputes: intent.disputes.map(({ amount, id, status }) => ({
      id,
      amount,
      status: disputeStatus[status],
      reason: "fraudulent",
      at: SEEN_AT,
    })),
  };
}

const seenRefunds = ({ refunds }: Intent): SeenRefund[] =>
  refunds.map(({ amount, id, isOurs, status }) => ({
    providerId: isOurs ? `re_${id}` : id,
    ...(isOurs && { refundId: id }),
    amount,
    status: refundStatus[status],
    ...(refundStatus[status] === "FAILED" && { code: "refused" }),
    at: SEEN_AT,
  }));

function shown({ status, taken = 0 }: Intent): Look["intent"] {
  switch (status) {
    case "none":
    case "held":
      return firsts.held;
    case "asked":
      return firsts.asked;
    case "declined":
      return { ...firsts.declined, intentId };
    case "refused":
      return { kind: "declined", code: "authentication_failed", reason: "authentication_failed", intentId };
    case "captured":
      return { kind: "taken", amount: taken };
    case "voided":
    case "failed":
      return { kind: "voided" };
  }
}
