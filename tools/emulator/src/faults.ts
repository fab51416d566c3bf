// The faults that a caller can inject into the endpoint, request by request.
import type { ContentionOf, TableContention } from "./dynamodb/contention/contended-tables.ts";
import type { StaleReadsOf } from "./dynamodb/stale-reads.ts";
import type { DeliveryFault } from "./eventbridge/faulty-delivery.ts";
import type { PutEventsEntry, PutEventsFault } from "./eventbridge/faulty-put-events.ts";
import type { PaymentFault, PaymentRequest, WebhookFaultOf } from "./payments/index.ts";
import type { MailFault } from "./ses/mailbox.ts";
import type { UnpromisedAt } from "./sqs/unpromised.ts";

export { AnswerLost } from "./answer-lost.ts";
export type {
  DeliveryFault,
  MailFault,
  PaymentFault,
  PaymentRequest,
  PutEventsEntry,
  PutEventsFault,
  TableContention,
};

/** Each is called once per request, delivery or mail; undefined means no fault. */
export type EndpointFaults = {
  putEvents?: (entries: readonly PutEventsEntry[]) => PutEventsFault | undefined;
  delivery?: (delivery: { queueArn: string; body: string }) => DeliveryFault | undefined;
  payment?: (request: PaymentRequest) => PaymentFault | undefined;
  webhook?: WebhookFaultOf;
  mail?: (form: Readonly<Record<string, string>>) => MailFault | undefined;
  contention?: ContentionOf;
  /** Of reads that need not be consistent. */
  staleReads?: StaleReadsOf;
  /** What standard queues do not promise; false for what is kept. */
  unpromised?: UnpromisedAt;
};
