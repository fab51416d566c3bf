// The embedded cloud: one AWS endpoint and a payment provider in one process.
export type { Asked, Denial, OnJudged, Role, Roles } from "./access.ts";
export { type StaleReadsOf, staleReadsAt } from "./dynamodb/stale-reads.ts";
export { type AwsEndpoint, type AwsEndpointOptions, isInUse, startAwsEndpoint } from "./endpoint.ts";
export type { BusEvent, PendingDelivery } from "./eventbridge/index.ts";
export type {
  DeliveryFault,
  EndpointFaults,
  MailFault,
  PaymentFault,
  PaymentRequest,
  PutEventsEntry,
  PutEventsFault,
  TableContention,
} from "./faults.ts";
export { AnswerLost } from "./faults.ts";
export type { EndpointObserver, MailOutcome } from "./observer.ts";
export {
  type DeliveryRecord,
  type HandAction,
  type PaymentAnswer,
  type PaymentCall,
  type PaymentIntentRecord,
  type PaymentProvider,
  type PaymentRecords,
  StripeFailure,
  type WebhookEndpoint,
  type WebhookFault,
} from "./payments/index.ts";
export type { Call, CallAnswer } from "./routing.ts";
export type { SesAccount } from "./ses/identities.ts";
export type { StoredMail } from "./ses/mailbox.ts";
export { messagesIn, type QueueCount, type QueuedMessage } from "./sqs/inspection.ts";
export { allPromised, type UnpromisedAt, unpromisedAt } from "./sqs/unpromised.ts";
export { StateError } from "./state-directory.ts";
