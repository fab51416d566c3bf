// What other hands do to a payment: the shop's owner in Stripe's dashboard, and the customer's bank.
import { type ChangeContext, disputeChanges, keep, newObjectId } from "./changes.ts";
import { closeDispute, openDispute } from "./disputes.ts";
import type { Change } from "./events.ts";
import * as intents from "./intents.ts";
import { invalidRequest, missing, type PaymentIntentRecord } from "./model.ts";
import { createRefund } from "./refunds.ts";

/** Amounts are Stripe's minor units; all that there is where one is absent. */
export type HandAction =
  | { do: "capture"; amount?: number | undefined }
  | { do: "cancel" }
  | { do: "refund"; amount?: number | undefined }
  | {
      do: "dispute";
      amount?: number | undefined;
      reason?: string | undefined;
      isInquiry?: boolean | undefined;
    }
  | { do: "close-dispute"; outcome: "won" | "lost" };

/** Throws StripeFailure where Stripe would refuse it. */
export function byHand(intentId: string, action: HandAction, context: ChangeContext): PaymentIntentRecord {
  const { newId, storage } = context;
  const intent = storage.intent(intentId);
  if (!intent) throw missing("payment_intent", intentId);
  const isOfBank = action.do === "dispute" || action.do === "close-dispute";
  // A dashboard's request carries no key of the shop's.
  const cause = { id: isOfBank ? null : newObjectId("req", newId), idempotency_key: null };
  storage.atomically(() => keep(context, cause, ...changesOf(intent, action, context)));
  return storage.intent(intentId) ?? intent;
}

function changesOf(
  before: PaymentIntentRecord,
  action: HandAction,
  { newId, now, storage }: ChangeContext,
): Change[] {
  const created = Math.floor(now() / 1000);
  const intentBecomes = (after: PaymentIntentRecord): Change => ({ of: "payment_intent", before, after });
  switch (action.do) {
    case "capture":
      return [intentBecomes(intents.capture(before, action.amount))];
    case "cancel":
      return [intentBecomes(intents.cancel(before, "requested_by_customer", created))];
    case "refund": {
      const id = newObjectId("re", newId);
      const given = { id, amount: action.amount, reason: null, metadata: {}, created };
      const made = createRefund(before, given);
      return [intentBecomes(made.intent), { of: "refund", before: undefined, after: made.refund }];
    }
    case "dispute": {
      const { amount, isInquiry, reason = "fraudulent" } = action;
      const opened = openDispute(before, {
        id: newObjectId("du", newId),
        reason,
        created,
        ...(amount !== undefined && { amount }),
        ...(isInquiry !== undefined && { isInquiry }),
      });
      return [intentBecomes(opened.intent), { of: "dispute", before: undefined, after: opened.dispute }];
    }
    case "close-dispute": {
      const dispute = storage.disputesOf(before.id).at(-1);
      if (!dispute) throw invalidRequest(undefined, "This payment has no dispute.");
      return disputeChanges(storage, dispute, closeDispute(dispute, action.outcome));
    }
  }
}
