// What a webhook says of an event: a type in the receiver's words, and no personal data.
import type { EventOf } from "@order-saga/contracts";

export type Told = EventOf<
  "PaymentActionRequired" | "OrderConfirmed" | "OrderRejected" | "OrderCancelled" | "RefundMade"
>;

/** The same at every attempt and replay; without a dot, which ends it in what is signed. */
export function webhookId(event: { readonly id: string }, endpoint: string): string {
  return `msg_${event.id}_${endpoint}`;
}

/** The body, the same bytes at every attempt: `type`, `timestamp` and `data`, as Standard Webhooks has it. */
export function bodyOf(event: Told): { type: string; body: string } {
  const { type, data } = contentOf(event);
  const body = { type, timestamp: event.occurredAt, data: { orderId: event.orderId, ...data } };
  return { type, body: JSON.stringify(body) };
}

/** Field by field: what an event carries besides may be a person's words. */
function contentOf(event: Told): { type: string; data: object } {
  switch (event.type) {
    case "PaymentActionRequired":
      return { type: "order.action_required", data: { actionBy: event.data.actionBy } };
    case "OrderConfirmed": {
      const { amount, currency } = event.data;
      return { type: "order.confirmed", data: { amount, currency } };
    }
    case "OrderRejected":
      return { type: "order.rejected", data: { reason: event.data.reason } };
    case "OrderCancelled":
      return { type: "order.cancelled", data: { refunded: event.data.refunded } };
    case "RefundMade": {
      const { amount, currency, refundId, source } = event.data;
      return { type: "order.refunded", data: { refundId, amount, currency, source } };
    }
  }
}
