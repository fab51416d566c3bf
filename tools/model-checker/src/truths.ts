// Judges what a payment's write says against the provider and the stock as they really are.
import type { Payment } from "@order-saga/payment/payment";
import { clientSecret, type Intent, noIntent } from "./intent.ts";
import type { ContentId, Interner } from "./interner.ts";
import type { RecordKind } from "./record-kinds.ts";
import type { Saga } from "./world.ts";

export function createTruths(interner: Interner) {
  const leaks = new Map<string, readonly string[]>();

  /** A15: the customer's secret is in the payment's record alone, and only while it is of use. */
  function leaked(kind: RecordKind, id: ContentId): readonly string[] {
    const known = leaks.get(`${kind} ${id}`);
    if (known) return known;
    const record = interner.get(kind, id);
    const isOfUse = kind === "payment" && !(record as Payment).decision;
    const { authorization: _, ...rest } = record as Partial<Payment>;
    const isLeaked = JSON.stringify(isOfUse ? rest : record).includes(clientSecret);
    const found = isLeaked ? [`A15: the client secret is in the ${kind}, or stays there`] : [];
    leaks.set(`${kind} ${id}`, found);
    return found;
  }

  return (kind: RecordKind, saga: Saga, after: ContentId): readonly string[] => {
    const found = leaked(kind, after);
    if (kind !== "payment") return found;
    const before = interner.get("payment", saga.payment);
    const record = interner.get("payment", after) as Payment;
    const intent = interner.get("intent", saga.intent) ?? noIntent;
    const isReserved = interner.get("reservation", saga.reservation)?.state === "RESERVED";
    return [...found, ...untrue(before, record, intent), ...bothered(before, record, isReserved)];
  };
}

/** A4 and A6: what is said to be taken was taken, and what is said to be given back was. */
function untrue(before: Payment | undefined, { events, ledgerEvents }: Payment, intent: Intent): string[] {
  const { PaymentCaptured: captured, PaymentRefunded: refunded, PaymentVoided: voided } = events;
  const made = intent.refunds.filter(({ status }) => status === "succeeded" || status === "returned");
  const isAllBack = made.reduce((sum, { amount }) => sum + amount, 0) >= (intent.taken ?? 0);
  const isNew = (type: keyof Payment["events"]) => !before?.events[type];
  const saidBefore = new Set(before?.ledgerEvents.map(({ id }) => id));
  const unmade = ledgerEvents.filter(
    ({ data, id, type }) =>
      type === "RefundMade" && !saidBefore.has(id) && !made.some((each) => each.id === data.refundId),
  );
  return [
    ...(captured && isNew("PaymentCaptured") && captured.data.amount !== intent.taken
      ? [`A4: ${captured.data.amount} is said to be taken, and ${intent.taken ?? 0} was`]
      : []),
    ...(refunded && isNew("PaymentRefunded") && !isAllBack ? ["A6: a refund is said that is not made"] : []),
    ...(voided && isNew("PaymentVoided") && !isAllBack ? ["A6: voided, and money is kept"] : []),
    ...unmade.map(() => "A6: a refund is said that is not made"),
  ];
}

/** A20: the customer is asked for stock that is there, and before anything is decided. */
function bothered(before: Payment | undefined, record: Payment, isReserved: boolean): string[] {
  if (!record.events.PaymentActionRequired || before?.events.PaymentActionRequired) return [];
  const isInTime = isReserved && record.stock === "RESERVED" && !record.decision;
  return isInTime ? [] : ["A20: the customer is asked, and the stock is not held or all is decided"];
}
