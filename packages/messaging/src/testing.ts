// Builders for tests: events of an order, SQS records and batches as Lambda hands them over.
import {
  type DomainEvent,
  type EventOf,
  type EventType,
  groupOf,
  isOrderEventType,
  newEvent,
  sourceOfEvent,
  subjectOf,
} from "@order-saga/contracts";
import { exampleData, exampleSubject, exampleTime } from "@order-saga/contracts/events/examples";
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
  return newEvent(type, given.orderId ?? subjectFor(type), cause, data);
}

const subjectFor = (type: EventType) => (isOrderEventType(type) ? testOrderId : exampleSubject(type));

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
    resources: [groupOf(subjectOf(event)), subjectOf(event)],
    detail: event,
  });
}

/** S3's event about an object, as EventBridge puts it on a queue, with parts of it changed. */
export function anUpload(object: object = {}, envelope: object = {}): string {
  return JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "000000000000",
    time: new Date(testNow).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: "eu-west-1",
    resources: ["arn:aws:s3:::feeds"],
    detail: {
      version: "0",
      bucket: { name: "feeds" },
      object: {
        key: "feeds/feed_0123456789abcdef0123456789abcdef.csv",
        size: 19,
        etag: "b1946ac92492d2347c6235b4d2611184",
        "version-id": "3sL4kqtJlcpXroDTDmJ",
        sequencer: "0062E99A88DC407460",
        ...object,
      },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "000000000000",
      "source-ip-address": "127.0.0.1",
      reason: "PutObject",
    },
    ...envelope,
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

/** Begins at zero, and passes as soon as something waits for it. */
export function aSkippingClock() {
  let now = 0;
  const wait = async (milliseconds: number) => {
    now += milliseconds;
  };
  return { now: () => now, wait, pause: wait };
}

/** A context with the fields our handlers and middy read. */
export const testContext = {
  functionName: "test",
  awsRequestId: "test-request",
  getRemainingTimeInMillis: () => 30_000,
} as Context;

/** Registers a test, as vitest's own `test` does. */
export type RegisterTest = (name: string, body: () => Promise<void>) => void;

/** The names of a suite's tests that fail: it shows that a wrong adapter does not pass the suite. */
export async function failedIn(suite: (test: RegisterTest) => void): Promise<string[]> {
  const tests: { name: string; body: () => Promise<void> }[] = [];
  suite((name, body) => void tests.push({ name, body }));
  const failed: string[] = [];
  for (const { name, body } of tests) await body().catch(() => failed.push(name));
  return failed;
}
