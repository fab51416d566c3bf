// The port to a mail provider, and the two ways in which it says that a mail did not go out.
import type { Contact } from "@order-saga/contracts";

export type OutgoingMail = {
  orderId: string;
  kind: string;
  to: Contact;
  subject: string;
  text: string;
  html: string;
};

export type Mailer = {
  /**
   * Hands one mail to the provider, once, and returns the provider's id for it. Throws MailNotSent or
   * MailRefused when it certainly did not go out; anything else means that nobody knows.
   */
  send(mail: OutgoingMail): Promise<string>;
};

/**
 * Certainly not sent, and worth another try: throttled, or never reached the provider. It has no `cause`,
 * because providers quote the address in their messages.
 */
export class MailNotSent extends Error {
  override readonly name = "MailNotSent";
  constructor(reason: string) {
    super(`the mail was not sent: ${reason}`);
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
