// A mailer that sends a customer no more mails than the stage's quota.
import { nameOf } from "@order-saga/messaging/errors";
import type { Quota } from "@order-saga/messaging/quota/places";
import { type Mailer, MailNotSent, MailWithheld, type OutgoingMail } from "../ports.ts";

/** Why a mail beyond the quota is never sent. */
const BEYOND_QUOTA = "quota_exceeded";

/** Without a quota it is the mailer itself. */
export function withinQuota(mailer: Mailer, quota: Quota | undefined, clock: () => number): Mailer {
  if (!quota) return mailer;
  return {
    isBusy: mailer.isBusy,
    async send(mail, until) {
      const { customer } = mail;
      // What an earlier release took does not say whose it is.
      if (customer === undefined) return mailer.send(mail, until);
      const place = { mark: markOf(mail), count: 1 };
      const refusal = await quota.take(customer, { ...place, now: clock() }).catch((error: unknown) => {
        throw new MailNotSent(`the quota was not read (${nameOf(error)})`);
      });
      if (refusal) throw new MailWithheld(BEYOND_QUOTA);
      try {
        return await mailer.send(mail, until);
      } catch (error) {
        // A place that stays taken is free again after its window.
        if (error instanceof MailNotSent) await quota.giveBack(customer, place).catch(() => {});
        throw error;
      }
    },
  };
}

/** Short, and another for each mail of an order: the last letters of a refund's mail are its id's. */
const markOf = ({ kind, orderId }: OutgoingMail) =>
  `${orderId.slice(-8)}${kind.slice(0, 2)}${kind.slice(-6)}`;
