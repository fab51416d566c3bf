// A payment as the HTTP API shows it to its customer, and its refunds to the shop's clerks.
import type { PaymentView, RefundView } from "@order-saga/contracts";
import { type Refund, refundedOf } from "./ledger.ts";
import type { Payment } from "./payment.ts";

/** `returnUrl` is the stage's setting. Undefined before OrderPlaced was heard. */
export function view(payment: Payment, returnUrl: string | undefined): PaymentView | undefined {
  const { authorization, charge, disputes, orderId, refunds, settlement, taken } = payment;
  if (!charge) return undefined;
  const holds =
    authorization.state === "AUTHORIZED" && settlement !== "VOIDED" && settlement !== "CAPTURE_FAILED";
  const asked = isAsked(payment) ? payment.events.PaymentActionRequired : undefined;
  const refused = payment.events.PaymentDeclined?.data;
  return {
    orderId,
    status: statusOf(payment),
    amount: charge.amount,
    currency: charge.currency,
    authorized: holds ? charge.amount : 0,
    captured: taken ?? 0,
    refunded: refundedOf(payment),
    ...(asked && { actionBy: asked.data.actionBy }),
    ...(asked && nextAction(payment, returnUrl)),
    ...(refused && { decline: { code: refused.code, reason: refused.reason } }),
    refunds: refunds.flatMap((each) => (each.status === "OVERTAKEN" ? [] : [refundView(each)])),
    disputes: disputes.map(({ amount, at, id, status }) => ({
      id,
      status: ({ OPENED: "opened", WON: "won", LOST: "lost" } as const)[status],
      amount,
      at,
    })),
  };
}

/** The customer is asked only for stock that is held, and only until it is decided. */
function isAsked({ authorization, decision, stock }: Payment): boolean {
  return authorization.state === "ACTION_REQUIRED" && stock === "RESERVED" && !decision;
}

function nextAction({ authorization }: Payment, returnUrl: string | undefined) {
  if (authorization.state !== "ACTION_REQUIRED" || authorization.clientSecret === undefined) return {};
  const { clientSecret } = authorization;
  return { nextAction: { type: "stripe" as const, clientSecret, ...(returnUrl && { returnUrl }) } };
}

function statusOf(payment: Payment): PaymentView["status"] {
  const { settlement } = payment;
  if (settlement === undefined) {
    if (payment.authorization.state === "AUTHORIZED") return "authorized";
    return isAsked(payment) ? "action_required" : "pending";
  }
  switch (settlement) {
    case "CAPTURED":
    case "REFUNDED":
      return capturedStatus(payment);
    case "REFUND_FAILED":
      return "refund_failed";
    case "VOIDED":
      return "voided";
    case "DECLINED":
    case "CAPTURE_FAILED":
      return "declined";
  }
}

function capturedStatus(payment: Payment): PaymentView["status"] {
  const refunded = refundedOf(payment);
  if (refunded === 0)
    return payment.refunds.some(({ status }) => status === "FAILED") ? "refund_failed" : "captured";
  return refunded < (payment.taken ?? 0) ? "partially_refunded" : "refunded";
}

const refundStatus = {
  REQUESTED: "requested",
  PENDING: "pending",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  OVERTAKEN: "failed",
} as const;

export function refundView({ amount, at, id, reason, source, status }: Refund): RefundView {
  const shown = { id, amount, status: refundStatus[status], source, at };
  return { ...shown, ...(reason !== undefined && { reason }) };
}
