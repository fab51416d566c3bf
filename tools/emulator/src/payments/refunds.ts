// Refunds: pure steps of giving money back, some of which the bank makes, or refuses, only later.
import { cardOf } from "./cards.ts";
import { chargeIdOf, refund, testCardOf } from "./intents.ts";
import { invalidRequest, type PaymentIntentRecord, type RefundRecord } from "./model.ts";

/** Stripe says "some time later" of its test cards (docs.stripe.com/testing#refunds). */
const REFUND_SETTLES_SECONDS = 60;

export type CreateRefund = Pick<RefundRecord, "id" | "reason" | "metadata" | "created"> & {
  /** All that is left where it is absent. */
  amount: number | undefined;
};

/** A refund of the intent, and the intent with it. */
export function createRefund(
  intent: PaymentIntentRecord,
  { amount, ...given }: CreateRefund,
): { intent: PaymentIntentRecord; refund: RefundRecord } {
  const { dispute } = intent;
  if (dispute === "needs_response" || dispute === "under_review" || dispute === "lost") {
    const message = "This charge has been charged back; it cannot be refunded.";
    throw invalidRequest("charge_disputed", message);
  }
  const after = refund(intent, amount);
  const becomesAt = given.created + REFUND_SETTLES_SECONDS;
  const course = courseOf[cardOf(testCardOf(intent))?.refund ?? "made"](becomesAt);
  const made = {
    ...given,
    ...course,
    paymentIntent: intent.id,
    charge: chargeIdOf(intent) ?? "",
    amount: after.amountRefunded - intent.amountRefunded,
    currency: intent.currency,
  };
  return { intent: after, refund: made };
}

type Course = Required<Pick<RefundRecord, "status">> & Pick<RefundRecord, "becomes">;

const courseOf: Record<"made" | "pending" | "fails", (at: number) => Course> = {
  made: () => ({ status: "succeeded" }),
  pending: (at) => ({ status: "pending", becomes: { status: "succeeded", at } }),
  fails: (at) => ({ status: "succeeded", becomes: { status: "failed", at } }),
};

/** The refund as time has left it. */
export function refundAsOf(refund: RefundRecord, at: number): RefundRecord {
  const { becomes, ...rest } = refund;
  if (becomes === undefined || at < becomes.at) return refund;
  // "unknown" is what Stripe says where the bank gives no reason.
  return {
    ...rest,
    status: becomes.status,
    ...(becomes.status === "failed" && { failureReason: "unknown" }),
  };
}

/** Only one that waits for its customer can be (Stripe API, "Cancel a refund"), and none of a card does. */
export const notCancellable = ({ status }: RefundRecord) =>
  invalidRequest(
    undefined,
    `You cannot cancel this refund because it has a status of ${status}. Only a refund with a status of requires_action may be canceled.`,
  );

/** The money of a refund that failed is the shop's again. */
export function withoutRefund(intent: PaymentIntentRecord, { amount }: RefundRecord): PaymentIntentRecord {
  return { ...intent, amountRefunded: intent.amountRefunded - amount };
}
