// A mailer in memory that keeps what it was given, and fails when told to.
import type { Mailer, OutgoingMail } from "../ports.ts";

export type MemoryMailer = Mailer & {
  readonly sent: readonly OutgoingMail[];
  /** Decides what happens to a mail before it counts as sent; may throw. */
  before: (mail: OutgoingMail) => void | Promise<void>;
};

export function createMemoryMailer(): MemoryMailer {
  const sent: OutgoingMail[] = [];
  const mailer: MemoryMailer = {
    sent,
    before: () => {},
    async send(mail) {
      await mailer.before(mail);
      sent.push(mail);
      return `memory-${sent.length}`;
    },
  };
  return mailer;
}
