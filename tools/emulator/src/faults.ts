// What may be made to go wrong at the endpoint, asked request by request; it does not know whose requests they are.
import type { DeliveryFault } from "./eventbridge/faulty-delivery.ts";
import type { PutEventsEntry, PutEventsFault } from "./eventbridge/faulty-put-events.ts";
import type { PaymentFault, PaymentRequest } from "./payments/index.ts";
import type { MailFault } from "./ses/mailbox.ts";

export type { DeliveryFault, MailFault, PaymentFault, PaymentRequest, PutEventsEntry, PutEventsFault };

/** Each is asked once per request, delivery or mail; undefined means that all goes well. */
export type EndpointFaults = {
  putEvents?: (entries: readonly PutEventsEntry[]) => PutEventsFault | undefined;
  delivery?: (delivery: { queueArn: string; body: string }) => DeliveryFault | undefined;
  payment?: (request: PaymentRequest) => PaymentFault | undefined;
  mail?: (form: Readonly<Record<string, string>>) => MailFault | undefined;
};

/** The request was carried out, and its answer must not reach the client. */
export class AnswerLost extends Error {
  override readonly name = "AnswerLost";
}
