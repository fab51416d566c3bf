// Which facts are the decision that an order waits for, of its stock or of its payment.
import { PAYMENT, stockOf } from "./admission/gauges.ts";
import type { Order, Tracked } from "./order.ts";

/**
 * An abort is none: it follows from what was decided elsewhere, or from the deadline. Nor is a hold:
 * the charge is still to come, and its calls are paced as well. A customer whose bank asks has been answered.
 */
export function decisionOf({ type }: Pick<Tracked, "type">): "stock" | "payment" | undefined {
  switch (type) {
    case "StockReserved":
    case "StockRejected":
      return "stock";
    case "PaymentActionRequired":
    case "PaymentCaptured":
    case "PaymentDeclined":
      return "payment";
    case "PaymentAuthorized":
    case "PaymentAborted":
    case "PaymentVoided":
    case "PaymentRefunded":
    case "StockCommitted":
    case "StockReleased":
    case "RefundMade":
    case "RefundFailed":
    case "DisputeOpened":
    case "DisputeClosed":
      return undefined;
  }
}

/**
 * The queues in which the event ends the order's wait. None if another decision was heard before: who waited
 * for the customer's bank has not waited for us. None past the deadline: what comes then was not in a queue.
 */
export function queuesDecided(order: Order, event: Tracked, now: number): readonly string[] {
  if (now > Date.parse(order.decideBy)) return [];
  switch (decisionOf(event)) {
    case "stock":
      return stockQueues(order);
    case "payment": {
      const { PaymentActionRequired: asked } = order.heard;
      return asked && event.type !== "PaymentActionRequired" ? [] : [PAYMENT];
    }
    case undefined:
      return [];
  }
}

/** The queues that the event takes the order out of, without an answer of theirs. */
export function queuesLeft(order: Order, event: Tracked): readonly string[] {
  return event.type === "PaymentAborted" && !order.heard.PaymentActionRequired ? [PAYMENT] : [];
}

/**
 * The queues that have not decided an order of which somebody should have been heard by now. None past the
 * deadline: what an outage of the bus has left was in no queue.
 */
export function queuesUndecided(order: Order, now: number): readonly string[] {
  const { cancelRequested, decideBy, heard } = order;
  if (cancelRequested || now >= Date.parse(decideBy)) return [];
  const isPaymentDue = Object.keys(heard).every((type) => type === "StockReserved");
  return [...(order.stock ? [] : stockQueues(order)), ...(isPaymentDue ? [PAYMENT] : [])];
}

const stockQueues = ({ lines }: Order) => [...new Set(lines.map(({ sku }) => stockOf(sku)))];
