// The mailer: a mail goes out, or does not, or its outcome stays unknown.
import { MailNotSent, MailRefused } from "@order-saga/notification/ports";
import type { SearchContext } from "../context.ts";
import { answered, changed, type Outcome, type Place } from "./outcome.ts";

/** A bit for each kind of mail. */
export const mailBits: Readonly<Record<string, number>> = {
  received: 1,
  confirmed: 2,
  rejected: 4,
  cancelled: 8,
};

export function mailed(kind: string, place: Place, { scope }: SearchContext): Outcome[] {
  const { mailed } = place.saga;
  const bit = mailBits[kind] ?? 0;
  const violations = [
    ...(mailed & bit ? [`A14: the mail ${kind} went out twice`] : []),
    ...(kind === "confirmed" && mailed & (mailBits.cancelled ?? 0) ? ["A14: confirmed after cancelled"] : []),
  ];
  const sent = changed(
    place,
    { mailed: mailed | bit },
    { key: "sent", gives: () => "ses-1" },
    `mails ${kind}`,
    violations,
  );
  if (!scope.faults.failures || place.run.faults > 0) return [sent];
  const fails = (key: string, throws: Error) => ({ key, throws, isFault: true });
  return [
    sent,
    { ...sent, answer: fails("!silence", new Error("no answer")), what: `mails ${kind}, but hears nothing` },
    answered(place, fails("!silence", new Error("no answer")), `mails ${kind} in vain, and hears nothing`),
    answered(place, fails("!not sent", new MailNotSent("throttled")), `may not mail ${kind} just now`),
    answered(place, fails("!refused", new MailRefused("rejected")), `may not mail ${kind} at all`),
  ];
}
