// A mail that came back: what SES tells of it, what of that reaches a queue, and how it is read there.
import { BulkId, OrderId } from "@order-saga/contracts";
import * as z from "zod/mini";

/** The tags of a mail: what it is about, and its kind. SES puts them into its events. */
export const MAIL_TAGS = { subject: "order", kind: "mail" } as const;

/**
 * How it came back. What is only `bounced_for_now` may arrive another time: a mailbox is full, or its owner
 * away.
 */
export type MailReturn = "bounced" | "bounced_for_now" | "complained";

export type ReturnedMail = {
  /** The order, or the bulk of orders. */
  readonly orderId: string;
  /** The value of the mail's tag for its kind. */
  readonly mail: string;
  readonly how: MailReturn;
  /** When SES told of it (ISO). */
  readonly at: string;
};

const SOURCE = "aws.ses";
const BOUNCED = "Email Bounced";
const COMPLAINED = "Email Complaint Received";

/**
 * Of the mails that were sent with this configuration set. Some providers also report what is no spam (SES
 * developer guide, "Contents of event data in Amazon SES", "Complaint object").
 */
export const returnedMailPattern = (configurationSet: string) => ({
  source: [SOURCE],
  "detail-type": [BOUNCED, COMPLAINED],
  detail: {
    mail: {
      tags: {
        "ses:configuration-set": [configurationSet],
        [MAIL_TAGS.subject]: [{ exists: true }],
        [MAIL_TAGS.kind]: [{ exists: true }],
      },
    },
    complaint: { complaintFeedbackType: [{ "anything-but": ["not-spam"] }, { exists: false }] },
  },
});

/**
 * SES's event has the address, its headers and the subject; only this of it goes on. EventBridge leaves a
 * text empty whose path is not there.
 */
export const returnedMailTransformer = {
  paths: {
    type: "$.detail-type",
    time: "$.time",
    order: `$.detail.mail.tags.${MAIL_TAGS.subject}[0]`,
    mail: `$.detail.mail.tags.${MAIL_TAGS.kind}[0]`,
    bounce: "$.detail.bounce.bounceType",
  },
  template: `{"source":"${SOURCE}","detail-type":"<type>","time":"<time>","detail":{"orderId":"<order>","mail":"<mail>","bounceType":"<bounce>"}}`,
} as const;

/** What the transformer makes of SES's event. */
const Message = z.object({
  source: z.literal(SOURCE),
  "detail-type": z.enum([BOUNCED, COMPLAINED]),
  time: z.iso.datetime(),
  detail: z.object({
    orderId: z.union([OrderId, BulkId]),
    mail: z.string().check(z.regex(/^[\w-]{1,255}$/)),
    bounceType: z.string(),
  }),
});

/** What it is called where it breaks its contract. */
export const RETURNED_MAIL = "the returned mail";

export const ReturnedMailMessage = z.pipe(
  Message,
  z.transform(({ detail, time: at, ...message }): ReturnedMail => {
    const { bounceType, mail, orderId } = detail;
    if (message["detail-type"] === COMPLAINED) return { orderId, mail, how: "complained", at };
    // Whatever else SES may call it: only what is permanent is taken for that.
    return { orderId, mail, how: bounceType === "Permanent" ? "bounced" : "bounced_for_now", at };
  }),
);

/** True for what comes from SES and not from a service. */
export function isFromSes(body: string): boolean {
  try {
    return JSON.parse(body)?.source === SOURCE;
  } catch {
    return false;
  }
}
