// A mailer in memory that keeps what it was given, and fails when told to.
import type { Mailer, OutgoingMail } from "../ports.ts";

export type MemoryMailer = Mailer & {
  readonly sent: readonly OutgoingMail[];
  /** Decides what happens to a mail before it counts as sent; may throw. */
  before: (mail: OutgoingMail) => void | Promise<void>;
  /** Decides what becomes of the answer to a mail that was sent; may throw. */
  after: () => void;
};

export function createMemoryMailer(): MemoryMailer {
  const sent: OutgoingMail[] = [];
  const mailer: MemoryMailer = {
    sent,
    before: () => {},
    after: () => {},
    isBusy: () => false,
    async send(mail) {
      await mailer.before(mail);
      sent.push(mail);
      mailer.after();
      return `memory-${sent.length}`;
    },
  };
  return mailer;
}
