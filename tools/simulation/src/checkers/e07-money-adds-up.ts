// E7: of each order the ledger is the provider's, and what was kept is what the order was confirmed for.
import type { Payment } from "@order-saga/payment/payment";
import type { Checker, Intent, Observed } from "./observed.ts";
import { orderIdsOf, paymentOf, takenFrom, violation } from "./records.ts";

export function moneyAddsUp(): Checker {
  return {
    invariant: "E7",
    says: "the ledger is the provider's; Σ captured − Σ refunds made = Σ confirmed − Σ their refunds",
    // Equal for every order, so equal in sum, whatever the currencies.
    atRest(observed) {
      const orderIds = new Set([...orderIdsOf(observed), ...observed.intents.keys()]);
      return [...orderIds].flatMap((orderId) =>
        [...balance(observed, orderId), ...differences(observed, orderId)].map((detail) =>
          violation("E7", detail, orderId),
        ),
      );
    },
  };
}

/** What is kept of an order by its own records: nothing, unless it was confirmed or a refund failed. */
function keptBy(payment: Payment | undefined): number {
  const hasFailed = payment?.refunds.some(({ status }) => status === "FAILED");
  if (!payment || (payment.settlement !== "CAPTURED" && !hasFailed)) return 0;
  return (payment.taken ?? 0) - sumOf(payment.refunds.filter(({ status }) => status === "SUCCEEDED"));
}

function balance(observed: Observed, orderId: string): string[] {
  const payment = paymentOf(observed, orderId);
  const kept = keptBy(payment);
  const taken = takenFrom(observed, orderId);
  const said = payment?.events.PaymentCaptured?.data.amount;
  const isShort = payment?.settlement === "CAPTURED" && said !== payment.taken;
  return [
    ...(taken === kept ? [] : [`${taken} taken and kept, ${kept} by the ledger`]),
    ...(isShort ? [`${said} told as taken, ${payment.taken} were`] : []),
  ];
}

/** Each refund and dispute of the provider is in the ledger as it ended, and the other way round. */
function differences(observed: Observed, orderId: string): string[] {
  const intents = observed.intents.get(orderId) ?? [];
  const payment = paymentOf(observed, orderId);
  const ledger = [...refundsIn(payment), ...disputesIn(payment)].sort();
  const provider = intents.flatMap(refundsAt).concat(intents.flatMap(disputesAt)).sort();
  return [
    ...provider.filter((each) => !ledger.includes(each)).map((each) => `the ledger lacks the ${each}`),
    ...ledger.filter((each) => !provider.includes(each)).map((each) => `the provider has no ${each}`),
  ];
}

/** What the provider refused at once has no refund there. */
function refundsIn(payment: Payment | undefined): string[] {
  const known = payment?.refunds.filter(({ providerId }) => providerId !== undefined) ?? [];
  return known.map(({ amount, id, status }) => `refund ${id} of ${amount}, ${status.toLowerCase()}`);
}

const refundsAt = ({ refunds }: Intent) =>
  refunds.map(({ amount, id, refundId, status }) => `refund ${refundId ?? id} of ${amount}, ${status}`);

function disputesIn(payment: Payment | undefined): string[] {
  return (payment?.disputes ?? []).map(
    ({ amount, id, status }) => `dispute ${id} of ${amount}, ${status.toLowerCase()}`,
  );
}

/** An inquiry takes no money: closed, it was won. */
function disputesAt({ disputes }: Intent): string[] {
  const ends: Record<string, string> = { won: "won", lost: "lost", warning_closed: "won" };
  return disputes.map(({ amount, id, status }) => `dispute ${id} of ${amount}, ${ends[status] ?? "opened"}`);
}

const sumOf = (refunds: readonly { amount: number }[]) =>
  refunds.reduce((sum, { amount }) => sum + amount, 0);
