// Builders for tests: events of an order, SQS records and batches as Lambda hands them over.
import {
  type DomainEvent,
  type EventOf,
  type EventType,
  newEvent,
  sourceOfEvent,
} from "@order-saga/contracts";
import { exampleData, exampleTime } from "@order-saga/contracts/events/examples";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";

export const testOrderId = `ord_${"0123456789abcdef".repeat(2)}`;

/** A moment in tests: 2026-01-05T12:00:00Z, in milliseconds. */
export const testNow = exampleTime;

/** The example of the type as an event of its own, with what the test cares about given. */
export function anEvent<T extends EventType>(
  type: T,
  given: { orderId?: string; data?: Partial<EventOf<T>["data"]>; now?: number } = {},
): EventOf<T> {
  const cause = { causationId: null, now: given.now ?? testNow };
  const data = { ...exampleData(type), ...given.data } as EventOf<T>["data"];
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
