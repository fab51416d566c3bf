// Mistakes in notification: in who may send a mail, when, and how often.
import type { Mutant } from "./mutant.ts";

const rules = "notification/src/notification.ts";

export const notificationMutants: readonly Mutant[] = [
  {
    name: "mail-claimed-after-sending",
    why: "A mail is marked when it has been sent, not before.",
    file: rules,
    find: 'mails[kind] = { state: "CLAIMED", at, by: claimant.by };\n      return claimed({ do: "send", kind }, true);',
    replace: 'return claimed({ do: "send", kind });',
    also: [
      {
        file: rules,
        find: 'if (mail?.state !== "CLAIMED" && mail?.state !== "UNKNOWN") return notification;\n  if (mail.by !== claimant.by) return notification;',
        replace: 'if (mail?.state !== "DUE") return notification;',
      },
    ],
  },
  {
    name: "unknown-mail-sent-again",
    why: "A claim that was left behind is taken over, as if nothing had been sent under it.",
    file: rules,
    find: 'mails[kind] = { state: "UNKNOWN", at, by: mail.by, claimedAt: mail.at };\n    becameUnknown.push(kind);',
    replace:
      'mails[kind] = { state: "CLAIMED", at, by: claimant.by };\n    return claimed({ do: "send", kind }, true);',
  },
  {
    name: "lost-answer-taken-as-not-sent",
    why: "A mail whose answer was lost is given back to be sent again.",
    file: "notification/src/reactions.ts",
    find: 'if (error instanceof MailNotSent) return { result: { state: "NOT_SENT" }, error };\n    throw error;',
    replace: 'return { result: { state: "NOT_SENT" }, error };',
  },
  {
    name: "confirmed-after-cancelled",
    why: "Every outcome has its mail, in the order in which they are heard.",
    file: rules,
    find: '...(notification.outcomes.cancelled ? (["confirmed"] as const) : []),',
    replace: '...(notification.outcomes.rejected ? (["confirmed"] as const) : []),',
  },
  {
    name: "late-order-mailed-as-received",
    why: "Every order has its mail of receipt, also one that has ended by the time it is heard of.",
    file: rules,
    find: "...(now >= Date.parse(decideBy) && { received })",
    replace: "",
  },
  {
    name: "notification-without-version-check",
    why: "The record is put without the condition that no other writer was first.",
    file: "notification/src/store/dynamodb.ts",
    find: "...overVersionBefore(next.version)",
    replace: "...(next.version === 1 && overVersionBefore(next.version))",
  },
  {
    name: "outcome-without-contact-dropped",
    why: "An outcome that comes before its OrderPlaced has no contact to write to, and is acknowledged.",
    file: rules,
    find: "return withDueMails({ ...notification, outcomes }, now);",
    replace: "return notification.placed ? withDueMails({ ...notification, outcomes }, now) : notification;",
  },
  {
    name: "bounced-mail-tried-for-ever",
    why: "A mail that was refused for good is given back to be sent again.",
    file: "notification/src/reactions.ts",
    find: 'return { result: { state: "REFUSED", reason: error.reason } };',
    replace: 'return { result: { state: "NOT_SENT" }, error };',
  },
  {
    name: "complaint-stops-nothing",
    why: "Mail stops when it cannot be delivered; whoever complains has had it.",
    file: "notification/src/returned.ts",
    find: 'how === "bounced_for_now" ? undefined : how;',
    replace: 'how === "bounced" ? how : undefined;',
  },
  {
    name: "full-mailbox-stops-mail",
    why: "Whatever bounces stops mail to its address.",
    file: "notification/src/returned.ts",
    find: 'how === "bounced_for_now" ? undefined : how;',
    replace: 'how === "complained" ? how : "bounced";',
  },
  {
    name: "stop-not-asked-for",
    why: "The address is marked, and its mails are sent all the same.",
    file: "notification/src/reactions.ts",
    find: "if (stop && !notification.sentAgain?.[kind]) {",
    replace: "if (stop && notification.sentAgain?.[kind]) {",
  },
  {
    name: "address-in-the-log",
    why: "A refused mail is logged with the address it was for, to make looking into it easier.",
    file: "notification/src/reactions.ts",
    find: 'log("error", "mail refused", { mail: kind, errorName: error.reason });',
    replace: 'log("error", "mail refused", { mail: kind, errorName: error.reason, reason: to.email });',
  },
];
