// What the endpoint tells an observer of deliveries, payments and mails, once each is over.
import type { ObservedPayment } from "./payments/index.ts";
import type { ObservedMail } from "./ses/mailbox.ts";

export type { MailOutcome } from "./ses/mailbox.ts";

export type EndpointObserver = {
  /** The bus has put a message on a queue. */
  delivered?: (delivery: { queueArn: string; body: string }) => void;
  paid?: (payment: ObservedPayment) => void;
  mailed?: (mail: ObservedMail) => void;
};
