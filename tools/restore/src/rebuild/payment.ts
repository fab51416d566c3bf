// A payment, rebuilt from what was said of it and from how the order's money stands at the provider.
import { type Refund, refundedOf, withDueRefund } from "@order-saga/payment/ledger";
import { type Authorization, chargeOf, nextCall, type Payment } from "@order-saga/payment/payment";
import type { Facts } from "@order-saga/protocol/facts";
import { type EntryEvent, hasAll, saidBy } from "../facts.ts";
import { ledgerOf } from "./ledger.ts";

/** The order's intent that asks for its customer, holds, took or gave up money, as Stripe has it. */
export type Intent = {
  readonly id: string;
  readonly status: string;
  /** Minor units. */
  readonly received: number;
};

/** Undefined if the record lacks nothing; a text says why it cannot be rebuilt. */
export function rebuiltPayment(
  known: Payment | undefined,
  facts: Facts,
  entryEvents: readonly EntryEvent[],
  intent: Intent | undefined,
  now: number,
): Payment | string | undefined {
  const own = saidBy("payment", facts) as Payment["events"];
  const events = { ...own, ...known?.events };
  const authorization = authorizationOf(known, facts, events, intent);
  if (typeof authorization === "string") return authorization;
  const decision = known?.decision ?? decisionOf(events, intent);
  const ledger = ledgerOf(known, entryEvents);
  const taken = takenOf(known, events, intent);
  const lacksNothing =
    known &&
    hasAll(known.events, own) &&
    known.ledgerEvents.length === ledger.ledgerEvents.length &&
    known.decision === decision &&
    known.authorization.state === authorization.state &&
    known.taken === taken;
  // What was neither said nor done at the provider is decided anew, by the replayed events.
  const isUntouched = !known && Object.keys(own).length === 0 && entryEvents.length === 0 && !intent;
  if (isUntouched || lacksNothing) return undefined;
  const settlement = settlementOf(events, ledger.ledgerEvents) ?? known?.settlement;
  if (settlement && decision && !settledBy[decision].includes(settlement))
    return `the record decided ${decision}, and the archive says ${settlement}`;
  const rebuilt: Payment = {
    ...heardIn(known, facts, now),
    authorization,
    ...(decision && { decision }),
    ...(settlement && { settlement }),
    ...(taken !== undefined && { taken }),
    ...ledger,
    events,
    unpublished: known?.unpublished ?? [],
    tries: 0,
    version: (known?.version ?? 0) + 1,
  };
  const next = withDueRefund(withWholeRefund(rebuilt, now), { causationId: null, now });
  const isAtRest = decision !== undefined && nextCall(next) === undefined && next.unpublished.length === 0;
  return isAtRest ? next : { ...next, dueAt: new Date(now).toISOString() };
}

const settledBy: Readonly<Record<"CAPTURE" | "ABORT", readonly Payment["settlement"][]>> = {
  CAPTURE: ["CAPTURED", "CAPTURE_FAILED", "REFUNDED", "REFUND_FAILED"],
  ABORT: ["VOIDED", "DECLINED", "REFUND_FAILED"],
};

function heardIn(known: Payment | undefined, facts: Facts, now: number) {
  const { OrderCancelRequested, OrderPlaced, ReservationExpired, StockRejected, StockReserved } = facts;
  const charge = known?.charge ?? (OrderPlaced && chargeOf(OrderPlaced));
  const stock = StockRejected ? "REJECTED" : StockReserved ? "RESERVED" : (known?.stock ?? "NONE");
  const asked = facts.PaymentActionRequired?.data.actionBy;
  return {
    orderId: known?.orderId ?? Object.values(facts)[0]?.orderId ?? "",
    ...(charge && { charge }),
    stock,
    cancelled: known?.cancelled === true || OrderCancelRequested !== undefined,
    expired: known?.expired === true || ReservationExpired !== undefined,
    deadline: asked ?? charge?.decideBy ?? known?.deadline ?? new Date(now).toISOString(),
  } as const;
}

function authorizationOf(
  known: Payment | undefined,
  { OrderPlaced }: Facts,
  { PaymentAborted, PaymentAuthorized, PaymentDeclined, PaymentVoided }: Payment["events"],
  intent: Intent | undefined,
): Authorization | string {
  const before = known?.authorization ?? { state: "NONE" };
  if (before.state === "AUTHORIZED" || before.state === "DECLINED") return before;
  if (PaymentDeclined?.data.stage === "authorize") {
    const { code, reason } = PaymentDeclined.data;
    return { state: "DECLINED", code, reason };
  }
  if (PaymentVoided?.data.authorized === false || PaymentAborted?.data.held === false)
    return { state: "NONE" };
  const since = OrderPlaced?.occurredAt ?? PaymentAborted?.occurredAt ?? "";
  if (intent?.status === "requires_action")
    return before.state === "ACTION_REQUIRED"
      ? before
      : { state: "ACTION_REQUIRED", intentId: intent.id, since };
  if (intent) return { state: "AUTHORIZED", intentId: intent.id };
  if (PaymentAuthorized) return "the provider does not know of its authorisation";
  // It was aborted while the provider was asked; asked again, it is looked for there.
  return PaymentAborted && before.state === "NONE" ? { state: "PENDING", since } : before;
}

/**
 * Money that was taken was decided, also where the event was never said. What is given up at the provider
 * without an abort that was said is still undecided: the abort is said before the provider is asked.
 */
function decisionOf(events: Payment["events"], intent: Intent | undefined): Payment["decision"] {
  const { PaymentAborted, PaymentCaptured, PaymentDeclined } = events;
  if (PaymentCaptured || PaymentDeclined?.data.stage === "capture") return "CAPTURE";
  if (PaymentAborted || PaymentDeclined) return "ABORT";
  return intent?.status === "succeeded" ? "CAPTURE" : undefined;
}

/** What another hand took after an abort is known by the provider alone. */
function takenOf(known: Payment | undefined, events: Payment["events"], intent: Intent | undefined) {
  const seen = events.PaymentAborted && intent?.status === "succeeded" ? intent.received : undefined;
  return events.PaymentCaptured?.data.amount ?? known?.taken ?? seen;
}

function settlementOf(
  events: Payment["events"],
  ledgerEvents: Payment["ledgerEvents"],
): Payment["settlement"] {
  const { PaymentAborted, PaymentCaptured, PaymentDeclined, PaymentRefunded, PaymentVoided } = events;
  const hasFailed = ledgerEvents.some(
    ({ data, type }) =>
      type === "RefundFailed" &&
      "source" in data &&
      (data.source === "cancellation" || data.source === "abort"),
  );
  if (PaymentVoided || PaymentAborted?.data.held === false) return "VOIDED";
  if (hasFailed) return "REFUND_FAILED";
  if (PaymentRefunded) return "REFUNDED";
  if (PaymentCaptured) return "CAPTURED";
  if (PaymentDeclined) return PaymentDeclined.data.stage === "capture" ? "CAPTURE_FAILED" : "DECLINED";
  return undefined;
}

/** What a cancellation gave back, or an abort of what another hand had taken, is told as one. */
function withWholeRefund(payment: Payment, now: number): Payment {
  const { refunds, settlement, taken } = payment;
  const whole = { REFUNDED: "cancellation", VOIDED: "abort" } as const;
  if (taken === undefined || (settlement !== "REFUNDED" && settlement !== "VOIDED")) return payment;
  const amount = taken - refundedOf(payment);
  if (amount <= 0) return payment;
  const source = whole[settlement];
  const id = `${source}-1`;
  const made: Refund = { id, amount, source, status: "SUCCEEDED", at: new Date(now).toISOString() };
  return { ...payment, refunds: [...refunds.filter((each) => each.id !== id), made] };
}
