// The ports of notification: the record of an order's mails, the mail provider, the clock.
import type { Contact } from "@order-saga/contracts";
import type { HandleLater, VersionedStore } from "@order-saga/messaging";
import type { Contacts } from "@order-saga/messaging/personal-data/contacts";
import type { Notification } from "./notification.ts";

export type NotificationStore = VersionedStore<Notification>;

export type OutgoingMail = {
  orderId: string;
  kind: string;
  to: Contact;
  /** The customer's name in the tables (`customerOf`); absent where an earlier release took the order. */
  customer?: string | undefined;
  subject: string;
  text: string;
  html: string;
};

export type Mailer = {
  /**
   * Hands one mail to the provider, once, and returns its id for it. It may wait for its turn until that
   * moment (milliseconds). Throws MailNotSent, MailRefused or MailWithheld when it certainly did not go out.
   * Any other error means that its outcome is unknown.
   */
  send(mail: OutgoingMail, until: number): Promise<string>;
  /** True if a mail would wait for its turn now. */
  isBusy(): boolean;
};

/**
 * Certainly not sent, and worth another try: throttled, or never reached the provider. It has no `cause`,
 * because providers quote the address in their messages.
 */
export class MailNotSent extends Error {
  override readonly name = "MailNotSent";
  /** When the provider's limit may have room for it; absent if no limit is to blame. */
  readonly retryAfterSeconds: number | undefined;
  constructor(reason: string, retryAfterSeconds?: number) {
    super(`the mail was not sent: ${reason}`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The provider will never send this mail. `reason` is the provider's name for why; no `cause`, as above. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
  readonly reason: string;
  constructor(reason: string) {
    super(`the mail was refused: ${reason}`);
    this.reason = reason;
  }
}

/** The shop itself will never send this mail; `reason` says why. */
export class MailWithheld extends Error {
  override readonly name = "MailWithheld";
  readonly reason: string;
  constructor(reason: string) {
    super(`the mail was withheld: ${reason}`);
    this.reason = reason;
  }
}

export type NotificationPorts = {
  store: NotificationStore;
  mailer: Mailer;
  contacts: Contacts;
  /** Milliseconds; read anew before each mail, because a write may have been held up. */
  clock: () => number;
  /** A name no other delivery has. */
  newClaim: () => string;
  /** Has the event handled again, in a delivery that counts as the first. */
  later: HandleLater;
  /** How long a claim may still be held by a delivery, in milliseconds: twice the function's timeout. */
  claimLife: number;
};
