// The mailbox as rows, in bounded memory: a mail never changes, so each is read once.
import { maskText } from "@order-saga/dead-letters/masking";
import type { AwsEndpoint, StoredMail } from "@order-saga/emulator";
import type { Slices } from "@order-saga/emulator/slices";
import type { MailRow } from "./console-api.ts";
import { iso } from "./iso.ts";

/** Mails that are listed; older ones are in the mailbox only. */
const MOST_MAILS = 5000;
const MAILS_AT_ONCE = 50;

export function createMailRows(
  aws: Pick<AwsEndpoint, "mailCount" | "mails">,
  slices: Slices,
  most = MOST_MAILS,
) {
  const rows = new Map<string, { row: MailRow; place: number }>();
  const byOrder = new Map<string, MailRow[]>();
  let next = 0;
  let reading: Promise<void> | undefined;

  function add(mail: StoredMail, place: number): void {
    const row = mailRow(mail);
    rows.set(row.id, { row, place });
    byOrder.set(row.orderId, [...(byOrder.get(row.orderId) ?? []), row]);
    const [oldest] = rows.size > most ? rows.values() : [];
    if (oldest) forget(oldest.row);
  }

  function forget({ id, orderId }: MailRow): void {
    rows.delete(id);
    const others = byOrder.get(orderId)?.filter((each) => each.id !== id) ?? [];
    if (others.length > 0) byOrder.set(orderId, others);
    else byOrder.delete(orderId);
  }

  async function read(): Promise<void> {
    const count = aws.mailCount();
    next = Math.max(next, count - most);
    while (next < count) {
      const page = aws.mails(next, Math.min(MAILS_AT_ONCE, count - next));
      if (page.length === 0) return;
      for (const mail of page) add(mail, next++);
      const rest = slices();
      if (rest) await rest;
    }
  }

  return {
    /** Reads what came since the last look, in slices. */
    look(): Promise<void> {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    /** Oldest first. */
    newest: (count: number): MailRow[] => [...rows.values()].slice(-count).map(({ row }) => row),
    ofOrder: (orderId: string): readonly MailRow[] => byOrder.get(orderId) ?? [],
    mail(id: string): StoredMail | undefined {
      const known = rows.get(id);
      return known && aws.mails(known.place, 1)[0];
    },
  };
}

function mailRow({ at, headers, id, subject }: StoredMail): MailRow {
  const [orderId = "", kind = ""] = (headers["x-order-mail"] ?? "").split("/");
  return { id, orderId, kind, subject: maskText(subject), at: iso(at) };
}
