// Who watches the endpoint at work: told of deliveries, payments and mails once they are over, and changes nothing.
import type { PaymentRequest } from "./payments/index.ts";

export type MailOutcome = "sent" | "refused" | "throttled" | "unknown";

/** Times are milliseconds. A payment whose answer did not reach the client has no status. */
export type EndpointObserver = {
  /** The bus has put a message on a queue. */
  delivered?: (delivery: { queueArn: string; body: string }) => void;
  paid?: (payment: {
    request: PaymentRequest;
    status: number | undefined;
    body: string | undefined;
    at: number;
    endedAt: number;
  }) => void;
  mailed?: (mail: { form: Readonly<Record<string, string>>; outcome: MailOutcome }) => void;
};
