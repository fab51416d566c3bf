// What a webhook says of an event: a type in the receiver's words, and no personal data.
import type { EventOf } from "@order-saga/contracts";

export type Told = EventOf<
  "PaymentActionRequired" | "OrderConfirmed" | "OrderRejected" | "OrderCancelled" | "RefundMade"
>;

/** The same at every attempt and replay; without a dot, which ends it in what is signed. */
export function webhookId(event: { readonly id: string }, endpoint: string): string {
  return `msg_${event.id}_${endpoint}`;
}

/** What an event is called in a webhook. */
export const typeOf: Readonly<Record<Told["type"], string>> = {
  PaymentActionRequired: "order.action_required",
  OrderConfirmed: "order.confirmed",
  OrderRejected: "order.rejected",
  OrderCancelled: "order.cancelled",
  RefundMade: "order.refunded",
};

/** The body, the same bytes at every attempt: `type`, `timestamp` and `data`, as Standard Webhooks has it. */
export function bodyOf(event: Told): { type: string; body: string } {
  const type = typeOf[event.type];
  const body = { type, timestamp: event.occurredAt, data: { orderId: event.orderId, ...dataOf(event) } };
  return { type, body: JSON.stringify(body) };
}

/** Field by field: what an event carries besides may be a person's words. */
function dataOf(event: Told): object {
  switch (event.type) {
    case "PaymentActionRequired":
      return { actionBy: event.data.actionBy };
    case "OrderConfirmed": {
      const { amount, currency } = event.data;
      return { amount, currency };
    }
    case "OrderRejected":
      return { reason: event.data.reason };
    case "OrderCancelled":
      return { refunded: event.data.refunded };
    case "RefundMade": {
      const { amount, currency, refundId, source } = event.data;
      return { refundId, amount, currency, source };
    }
  }
}
