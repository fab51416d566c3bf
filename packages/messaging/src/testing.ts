// Builders for tests: events of an order, SQS records and batches as Lambda hands them over.
import {
  type DomainEvent,
  type EventOf,
  type EventType,
  newEvent,
  sourceOfEvent,
} from "@order-saga/contracts";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";

export const testOrderId = `ord_${"0123456789abcdef".repeat(2)}`;

/** A moment in tests: 2026-01-05T12:00:00Z, in milliseconds. */
export const testNow = Date.UTC(2026, 0, 5, 12);

const lines = [{ sku: "TEA-EARL-GREY", quantity: 2 }];
const charge = { amount: 1980, currency: "EUR" };

const dataOf: { [T in EventType]: EventOf<T>["data"] } = {
  OrderPlaced: {
    ...charge,
    lines: [{ sku: "TEA-EARL-GREY", name: "Earl Grey", quantity: 2, unitPrice: 990 }],
    paymentMethod: "pm_card_visa",
    contact: { email: "ada@example.com", name: "Ada" },
    decideBy: new Date(testNow + 15 * 60_000).toISOString(),
  },
  OrderCancelRequested: { by: "customer", reason: "changed my mind" },
  ReservationExpired: { reservedUntil: new Date(testNow + 15 * 60_000).toISOString() },
  StockReserved: { lines, reservedUntil: new Date(testNow + 15 * 60_000).toISOString() },
  StockRejected: { shortages: [{ sku: "TEA-EARL-GREY", requested: 2, available: 1 }] },
  PaymentAuthorized: charge,
  PaymentDeclined: { stage: "authorize", code: "insufficient_funds" },
  PaymentVoided: { reason: "cancelled", authorized: true },
  PaymentCaptured: charge,
  PaymentRefunded: charge,
  StockCommitted: { lines },
  StockReleased: { held: true, lines, reason: "voided" },
  OrderConfirmed: charge,
  OrderRejected: { reason: "out_of_stock" },
  OrderCancelled: { refunded: true },
};

/** A valid event of the type, with what the test cares about given. */
export function anEvent<T extends EventType>(
  type: T,
  given: { orderId?: string; data?: Partial<EventOf<T>["data"]>; now?: number } = {},
): EventOf<T> {
  const cause = { causationId: null, now: given.now ?? testNow };
  const data = { ...dataOf[type], ...given.data } as EventOf<T>["data"];
  return newEvent(type, given.orderId ?? testOrderId, cause, data);
}

/** The body EventBridge puts on a queue for an event. */
export function envelopeOf(event: DomainEvent): string {
  return JSON.stringify({
    version: "0",
    id: event.id,
    "detail-type": event.type,
    source: sourceOfEvent(event.type),
    account: "000000000000",
    time: event.occurredAt,
    region: "eu-west-1",
    resources: [event.orderId],
    detail: event,
  });
}

/** A batch as an event-source mapping hands it over; strings are bodies, events are put in an envelope. */
export function aBatch(messages: readonly (DomainEvent | string)[], attempt = 1): SQSEvent {
  const records = messages.map(
    (message, index): SQSRecord => ({
      messageId: `message-${index + 1}`,
      receiptHandle: `receipt-${index + 1}`,
      body: typeof message === "string" ? message : envelopeOf(message),
      attributes: {
        ApproximateReceiveCount: String(attempt),
        SentTimestamp: String(testNow),
        SenderId: "events.amazonaws.com",
        ApproximateFirstReceiveTimestamp: String(testNow),
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:test",
      awsRegion: "eu-west-1",
    }),
  );
  return { Records: records };
}

/** A context with the fields our handlers and middy read. */
export const testContext = {
  functionName: "test",
  awsRequestId: "test-request",
  getRemainingTimeInMillis: () => 30_000,
} as Context;
