// A payment, rebuilt from what was said of it and from how the order's money stands at the provider.
import { type Authorization, nextCall, type Payment } from "@order-saga/payment/payment";
import type { Facts } from "@order-saga/protocol/facts";
import { hasAll, saidBy } from "../facts.ts";

/** The order's intent that holds, took or gave up money, as Stripe has it. */
export type Intent = { readonly id: string; readonly status: string };

/** Undefined if the record lacks nothing; a text says why it cannot be rebuilt. */
export function rebuiltPayment(
  known: Payment | undefined,
  facts: Facts,
  intent: Intent | undefined,
  now: number,
): Payment | string | undefined {
  const own = saidBy("payment", facts) as Payment["events"];
  const events = { ...own, ...known?.events };
  const authorization = authorizationOf(known, events, intent);
  if (typeof authorization === "string") return authorization;
  const decision = known?.decision ?? decisionOf(events, intent);
  const isKnown = known && hasAll(known.events, own);
  const isAsAtProvider = known?.decision === decision && known?.authorization.state === authorization.state;
  // What was neither said nor done at the provider is decided anew, by the replayed events.
  const isUntouched = !known && Object.keys(own).length === 0 && !intent;
  if (isUntouched || (isKnown && isAsAtProvider)) return undefined;
  const settlement = settlementOf(events) ?? known?.settlement;
  if (settlement && (decision === "CAPTURE") !== taken.includes(settlement))
    return `the record decided ${decision}, and the archive says ${settlement}`;
  const next: Payment = {
    ...heardIn(known, facts, now),
    authorization,
    ...(decision && { decision }),
    ...(settlement && { settlement }),
    events,
    unpublished: known?.unpublished ?? false,
    version: (known?.version ?? 0) + 1,
  };
  const isAtRest = decision !== undefined && nextCall(next) === undefined && !next.unpublished;
  return isAtRest ? next : { ...next, dueAt: new Date(now).toISOString() };
}

const taken: readonly Payment["settlement"][] = ["CAPTURED", "CAPTURE_FAILED", "REFUNDED"];

function heardIn(known: Payment | undefined, facts: Facts, now: number) {
  const { OrderCancelRequested, OrderPlaced, ReservationExpired, StockRejected, StockReserved } = facts;
  const { amount, currency, decideBy, paymentMethod } = OrderPlaced?.data ?? {};
  const placed = amount !== undefined && currency && decideBy && paymentMethod;
  const charge = known?.charge ?? (placed ? { amount, currency, paymentMethod, decideBy } : undefined);
  const stock = StockRejected ? "REJECTED" : StockReserved ? "RESERVED" : (known?.stock ?? "NONE");
  return {
    orderId: known?.orderId ?? Object.values(facts)[0]?.orderId ?? "",
    ...(charge && { charge }),
    stock,
    cancelled: known?.cancelled === true || OrderCancelRequested !== undefined,
    expired: known?.expired === true || ReservationExpired !== undefined,
    deadline: charge?.decideBy ?? known?.deadline ?? new Date(now).toISOString(),
  } as const;
}

function authorizationOf(
  known: Payment | undefined,
  { PaymentAuthorized, PaymentDeclined, PaymentVoided }: Payment["events"],
  intent: Intent | undefined,
): Authorization | string {
  const before = known?.authorization ?? { state: "NONE" };
  if (before.state === "AUTHORIZED" || before.state === "DECLINED") return before;
  if (PaymentDeclined?.data.stage === "authorize")
    return { state: "DECLINED", code: PaymentDeclined.data.code };
  if (PaymentVoided?.data.authorized === false) return { state: "NONE" };
  if (intent) return { state: "AUTHORIZED", intentId: intent.id };
  return PaymentAuthorized ? "the provider does not know of its authorisation" : before;
}

/** Money that was taken or given up was decided, also where the event was never said. */
function decisionOf(events: Payment["events"], intent: Intent | undefined): Payment["decision"] {
  const { PaymentCaptured, PaymentDeclined, PaymentVoided } = events;
  if (PaymentCaptured || PaymentDeclined?.data.stage === "capture") return "CAPTURE";
  if (PaymentVoided || PaymentDeclined) return "ABORT";
  if (intent?.status === "succeeded") return "CAPTURE";
  return intent?.status === "canceled" ? "ABORT" : undefined;
}

function settlementOf(events: Payment["events"]): Payment["settlement"] {
  const { PaymentCaptured, PaymentDeclined, PaymentRefunded, PaymentVoided } = events;
  if (PaymentRefunded) return "REFUNDED";
  if (PaymentCaptured) return "CAPTURED";
  if (PaymentVoided) return "VOIDED";
  if (PaymentDeclined) return PaymentDeclined.data.stage === "capture" ? "CAPTURE_FAILED" : "DECLINED";
  return undefined;
}
