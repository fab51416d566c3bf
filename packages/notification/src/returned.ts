// The rules of mails that came back: what an order keeps of it, and whether mail to the address stops.
import type { MailStop } from "@order-saga/messaging/personal-data/sealing";
import type { MailReturn, ReturnedMail } from "@order-saga/messaging/returned-mail";
import type { Notification } from "./notification.ts";

/** A mail's kind as SES allows it in a tag: letters, digits, `-` and `_`. */
export const tagOf = (kind: string) => kind.replace(":", "-");
const kindIn = (tag: string) => tag.replace(/^refund-/, "refund:");

/** Why mail to the address stops; undefined if a later mail may arrive. */
export const stopFor = (how: MailReturn): MailStop | undefined =>
  how === "bounced_for_now" ? undefined : how;

const weight: Record<MailReturn, number> = { bounced_for_now: 0, bounced: 1, complained: 2 };

/**
 * Of one mail what weighs most stays, and of the same its first time, so that order and repetition do not
 * matter. How the mail was sent is not touched: its sender may still write that down.
 */
export function hearReturned(
  notification: Notification,
  { at, how, mail }: Omit<ReturnedMail, "orderId">,
): Notification {
  const kind = kindIn(mail);
  const before = notification.returned?.[kind];
  const isKnown =
    before !== undefined &&
    (weight[before.how] > weight[how] || (before.how === how && Date.parse(before.at) <= Date.parse(at)));
  if (isKnown) return notification;
  return { ...notification, returned: { ...notification.returned, [kind]: { how, at } } };
}
