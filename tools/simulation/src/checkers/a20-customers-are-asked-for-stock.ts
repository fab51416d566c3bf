// A20: the customer is asked only while the stock is reserved for them and nothing is decided.
import type { PaymentView } from "@order-saga/contracts";
import type { ApiCall, Checker, Observed, PublishedEntry, Violation } from "./observed.ts";
import { asPayment, isGenuine, newOf, paymentOf, reservationOf, violation } from "./records.ts";

export function customersAreAskedForStock(): Checker {
  /** When payment first had decided, by order. */
  const decidedAt = new Map<string, number>();

  function judgeSaying(observed: Observed, entry: PublishedEntry): Violation[] {
    if (!isGenuine(entry) || entry.event.type !== "PaymentActionRequired") return [];
    const { orderId } = entry.event;
    return wasReserved(observed, orderId) ? [] : [violation("A20", "was asked without stock", orderId)];
  }

  function judgeAnswer(observed: Observed, { answer, at, orderId, route }: ApiCall): Violation[] {
    const { nextAction } = (answer?.body ?? {}) as Partial<PaymentView>;
    if (route !== "payment-get-payment" || !nextAction || orderId === undefined) return [];
    const isLate = (decidedAt.get(orderId) ?? Number.POSITIVE_INFINITY) < at;
    return [
      ...(wasReserved(observed, orderId)
        ? []
        : [violation("A20", "was shown a secret without stock", orderId)]),
      ...(isLate ? [violation("A20", "was shown a secret when it was decided", orderId)] : []),
    ];
  }

  return {
    invariant: "A20",
    says: "the customer is asked only while the stock is RESERVED and nothing is decided",
    afterStep(observed, step) {
      const found = [
        ...[...newOf(observed.published, step.from.published)].flatMap((each) => judgeSaying(observed, each)),
        ...[...newOf(observed.calls, step.from.calls)].flatMap((each) => judgeAnswer(observed, each)),
        ...step.written.flatMap((item) => askedTooLate(asPayment(item), decidedAt)),
      ];
      for (const item of step.written) {
        const payment = asPayment(item);
        if (payment?.decision && !decidedAt.has(payment.orderId))
          decidedAt.set(payment.orderId, observed.now);
      }
      return found;
    },
  };
}

/** In the write that asks nothing was decided, and the stock was known to be reserved. */
function askedTooLate(
  payment: ReturnType<typeof asPayment>,
  decidedAt: ReadonlyMap<string, number>,
): Violation[] {
  if (!payment?.events.PaymentActionRequired || payment.stock === "RESERVED") return [];
  const detail = decidedAt.has(payment.orderId) ? "was asked after the decision" : "was asked without stock";
  return [violation("A20", detail, payment.orderId)];
}

/** The reservation may have been given back since, but it must have been made. */
function wasReserved(observed: Observed, orderId: string): boolean {
  const known = reservationOf(observed, orderId)?.events.StockReserved !== undefined;
  return known && paymentOf(observed, orderId)?.stock === "RESERVED";
}
