// Disputes: pure steps of a bank that asks for its customer's money back.
import { cardOf } from "./cards.ts";
import { chargeIdOf, testCardOf } from "./intents.ts";
import { type DisputeRecord, type DisputeStatus, invalidRequest, type PaymentIntentRecord } from "./model.ts";

/** A bank takes weeks; a test evidence is judged soon (docs.stripe.com/testing#disputes). */
const DISPUTE_SETTLES_SECONDS = 60;

/** Refuses no evidence but these two, which Stripe's test mode knows by their text. */
const verdicts: Readonly<Record<string, DisputeStatus>> = {
  winning_evidence: "won",
  losing_evidence: "lost",
};

export type OpenDispute = Pick<DisputeRecord, "id" | "reason" | "created"> & {
  /** All that stands with the shop where it is absent. */
  amount?: number;
  isInquiry?: boolean;
};

export function openDispute(
  intent: PaymentIntentRecord,
  { amount, isInquiry = false, ...given }: OpenDispute,
): { intent: PaymentIntentRecord; dispute: DisputeRecord } {
  const left = intent.amountReceived - intent.amountRefunded;
  const disputed = amount ?? left;
  if (disputed < 1 || disputed > left) {
    throw invalidRequest("charge_not_refundable", `A bank cannot ask back ${disputed} of ${left}.`);
  }
  if (intent.dispute !== undefined && !isClosed(intent.dispute)) {
    throw invalidRequest("charge_disputed", "This charge has an open dispute.");
  }
  const status = isInquiry ? "warning_needs_response" : "needs_response";
  const of = { paymentIntent: intent.id, charge: chargeIdOf(intent) ?? "" };
  const dispute: DisputeRecord = { ...given, ...of, amount: disputed, currency: intent.currency, status };
  return { intent: { ...intent, dispute: status }, dispute };
}

/** What the card of an intent brings upon it once its money was taken. */
export function disputeOfCard(intent: PaymentIntentRecord): Omit<OpenDispute, "id" | "created"> | undefined {
  return cardOf(testCardOf(intent))?.dispute;
}

/** The shop's answer; the bank's verdict follows by what it says. */
export function respond(dispute: DisputeRecord, evidence: string | undefined, at: number): DisputeRecord {
  if (isClosed(dispute.status)) throw invalidRequest(undefined, "This dispute is already closed.");
  const isInquiry = dispute.status.startsWith("warning_");
  const verdict = evidence === undefined ? undefined : verdicts[evidence];
  return {
    ...dispute,
    status: isInquiry ? "warning_under_review" : "under_review",
    ...(verdict && {
      becomes: { status: isInquiry ? "warning_closed" : verdict, at: at + DISPUTE_SETTLES_SECONDS },
    }),
  };
}

export function closeDispute(dispute: DisputeRecord, status: "won" | "lost"): DisputeRecord {
  if (isClosed(dispute.status)) throw invalidRequest(undefined, "This dispute is already closed.");
  const { becomes: _, ...rest } = dispute;
  return { ...rest, status: dispute.status.startsWith("warning_") ? "warning_closed" : status };
}

/** The dispute as time has left it. */
export function disputeAsOf(dispute: DisputeRecord, at: number): DisputeRecord {
  const { becomes, ...rest } = dispute;
  return becomes !== undefined && at >= becomes.at ? { ...rest, status: becomes.status } : dispute;
}

export const isClosed = (status: DisputeStatus) =>
  status === "won" || status === "lost" || status === "warning_closed";
