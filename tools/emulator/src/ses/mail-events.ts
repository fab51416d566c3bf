// What SES tells the default bus of mails that come back: those to the addresses of its mailbox simulator.
// Source: SES developer guide, "Using the mailbox simulator", "Contents of event data in Amazon SES" and
// "Monitoring SES events using Amazon EventBridge".
import type { BusEvent } from "../eventbridge/index.ts";
import { addressIn } from "./addresses.ts";
import type { MessageTag } from "./message-tags.ts";

export type EventAccount = { readonly region: string; readonly accountId: string };

export type ReturningMail = {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly tags: readonly MessageTag[];
  /** The configuration set that it was sent with. */
  readonly set: string;
};

/** A label after the name makes another address of the same kind. */
const SIMULATED = /^(bounce|complaint|ooto|suppressionlist)(?:\+[^@]*)?@simulator\.amazonses\.com$/i;

/** How the addresses answer; an answer of somebody who is away is a bounce too. */
const bounces: Readonly<Record<string, readonly [type: string, subType: string]>> = {
  bounce: ["Permanent", "General"],
  ooto: ["Transient", "General"],
  suppressionlist: ["Permanent", "Suppressed"],
};

/** `nth` tells the events of a mail apart; `at` is in milliseconds. */
export function returnEvents(mail: ReturningMail, account: EventAccount, at: number): BusEvent[] {
  return mail.to.flatMap((recipient, nth) => {
    const emailAddress = addressIn(recipient);
    const [, name = ""] = SIMULATED.exec(emailAddress) ?? [];
    if (name === "") return [];
    const timestamp = new Date(at).toISOString();
    const feedback = { feedbackId: `${mail.id}-feedback-${nth}`, timestamp };
    const event = eventOf(mail, account, { at, nth });
    const [bounceType, bounceSubType] = bounces[name.toLowerCase()] ?? [];
    if (bounceType === undefined) {
      const complaint = {
        ...feedback,
        complainedRecipients: [{ emailAddress }],
        complaintSubType: null,
        complaintFeedbackType: "abuse",
        userAgent: "Amazon SES Mailbox Simulator",
      };
      return [event("Email Complaint Received", { eventType: "Complaint", complaint })];
    }
    const bouncedRecipients = [{ emailAddress, action: "failed", status: "5.1.1" }];
    const bounce = { ...feedback, bounceType, bounceSubType, bouncedRecipients };
    return [event("Email Bounced", { eventType: "Bounce", bounce })];
  });
}

function eventOf(
  { from, id, set, tags, to }: ReturningMail,
  { accountId, region }: EventAccount,
  { at, nth }: { at: number; nth: number },
) {
  const mail = {
    timestamp: new Date(at).toISOString(),
    source: addressIn(from),
    sendingAccountId: accountId,
    messageId: id,
    destination: to.map(addressIn),
    headersTruncated: false,
    commonHeaders: { from: [from], to, messageId: id },
    tags: {
      "ses:configuration-set": [set],
      ...Object.fromEntries(tags.map(({ name, value }) => [name, [value]])),
    },
  };
  return (detailType: string, told: Record<string, unknown>): BusEvent => ({
    version: "0",
    id: `${id.slice(0, 35)}${nth}`,
    "detail-type": detailType,
    source: "aws.ses",
    account: accountId,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region,
    resources: [`arn:aws:ses:${region}:${accountId}:configuration-set/${set}`],
    detail: { ...told, mail },
  });
}
