// The embedded SES: accepts mails, keeps them, and parses a mail when it is read.
import { randomUUID } from "node:crypto";
import { AnswerLost } from "../answer-lost.ts";
import type { BusEvent } from "../eventbridge/index.ts";
import { createGroupCommit } from "../group-commit.ts";
import { leaveNoRemains } from "../leave-no-remains.ts";
import { type OpenStore, openStore } from "../sqlite-settings.ts";
import { accept, type HandedIn, isSending } from "./accept-mail.ts";
import { answerTo, envelope, failure, type XmlAnswer } from "./answers.ts";
import { openIdentities, type SesAccount } from "./identities.ts";
import { returnEvents } from "./mail-events.ts";
import type { MessageTag } from "./message-tags.ts";
import { readContent, readWords, splitMail } from "./mime.ts";

export type StoredMail = {
  /** The message id SES answered with. */
  id: string;
  /** Milliseconds. */
  at: number;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** The header block, unfolded, by lower-case name; of a mail sent in parts those that its request names. */
  headers: Record<string, string>;
  tags: MessageTag[];
  /** The raw message; empty for a mail sent in parts. */
  raw: string;
};

export type Mailbox = {
  handle(form: Record<string, string>): Promise<XmlAnswer>;
  /** All but the first `skip`, and no more than `most`, in the order in which they were sent. */
  mails(skip?: number, most?: number): StoredMail[];
  count(): number;
  /** Empties the mails whose headers are these, in their places, and returns how many. */
  forget(isOf: (headers: Readonly<Record<string, string>>) => boolean): number;
  close(): void;
};

/** A fault to inject: SES refuses the mail, refuses it for now, or sends it and loses the answer. */
export type MailFault = "refused" | "throttled" | "answer-lost";

export type MailOutcome = "sent" | "refused" | "throttled" | "unknown";
export type ObservedMail = { form: Readonly<Record<string, string>>; outcome: MailOutcome };

export type MailboxOptions = {
  /** A SQLite file, or `:memory:`. */
  file: string;
  open?: OpenStore | undefined;
  now: () => number;
  region?: string;
  accountId?: string;
  account?: SesAccount | undefined;
  /** Puts an event of SES on the default bus. */
  tell?: ((event: BusEvent) => Promise<void>) | undefined;
  /** Asked before each mail. */
  faultOf?: ((form: Record<string, string>) => MailFault | undefined) | undefined;
  onMail?: ((mail: ObservedMail) => void) | undefined;
};

/** SES API reference, "SendRawEmail", "Errors"; and "Common Errors". */
const refusals = {
  refused: () => failure("MessageRejected", "The mail is refused: a fault was asked for."),
  throttled: () => failure("Throttling", "Maximum sending rate exceeded."),
};

export function createMailbox(options: MailboxOptions): Mailbox {
  const { account = {}, file, open = openStore, region = "eu-west-1" } = options;
  const isSandbox = account.isSandbox === true;
  const database = open(file);
  database.exec("CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, mail TEXT NOT NULL, raw BLOB)");
  const identities = openIdentities(database, account);
  const insert = database.prepare("INSERT INTO mails (mail, raw) VALUES (?, ?)");
  // A mail is emptied, never deleted, so its id is its place, and no mail before it has to be read.
  const select = database.prepare("SELECT mail, raw FROM mails WHERE id > ? ORDER BY id LIMIT ?");
  const count = database.prepare("SELECT coalesce(max(id), 0) AS mails FROM mails");
  const whole = database.prepare("SELECT id, mail, raw FROM mails WHERE raw IS NOT NULL");
  const empty = database.prepare("UPDATE mails SET mail = ?, raw = NULL WHERE id = ?");
  let waiting: Kept[] = [];
  const group = createGroupCommit(database, {
    write() {
      for (const { raw = null, ...mail } of waiting) insert.run(JSON.stringify(mail), raw);
    },
    written() {
      waiting = [];
    },
  });

  const lastDay = database.prepare("SELECT mail FROM mails ORDER BY id DESC LIMIT 10000");

  /** Of the last 24 hours, as far as ten thousand mails. */
  function sentToday(): number {
    group.now();
    const since = options.now() - DAY_MILLISECONDS;
    return lastDay.all().filter(({ mail }) => (JSON.parse(String(mail)) as Kept).at > since).length;
  }

  return {
    async handle(form) {
      const action = form.Action ?? "";
      if (!isSending(action)) {
        const answer = answerTo(action, form, identities, { isSandbox, sentToday });
        return answer ?? failure("InvalidAction", `The action ${action} is not valid for this endpoint.`);
      }
      const accepted = accept(form, { identities, region, isSandbox });
      if ("refused" in accepted) return failure(accepted.refused.code, accepted.refused.message);
      const { mail } = accepted;
      const fault = options.faultOf?.(form);
      if (fault === "refused" || fault === "throttled") {
        options.onMail?.({ form, outcome: fault });
        return refusals[fault]();
      }
      const id = `${randomUUID()}-000000`;
      waiting.push({ id, at: options.now(), ...mail });
      group.due();
      await group.done();
      options.onMail?.({ form, outcome: fault === "answer-lost" ? "unknown" : "sent" });
      tellReturns(options, { id, ...accepted });
      if (fault === "answer-lost") throw new AnswerLost("The mail was sent.");
      return envelope(action, `<MessageId>${id}</MessageId>`);
    },
    forget(isOf) {
      group.now();
      const found = whole
        .all()
        .filter(({ raw }) => isOf(splitMail(Buffer.from(raw as Uint8Array).toString("latin1")).headers));
      for (const { id, mail } of found) {
        const { at, id: messageId } = JSON.parse(String(mail)) as Kept;
        empty.run(JSON.stringify({ ...forgotten, id: messageId, at }), Number(id));
      }
      leaveNoRemains(database);
      return found.length;
    },
    count() {
      group.now();
      return Number(count.get()?.mails);
    },
    mails(skip = 0, most = -1) {
      group.now();
      return select.all(skip, most).map((row) => {
        const kept = JSON.parse(String(row.mail)) as Kept;
        return row.raw instanceof Uint8Array
          ? readRaw({ ...kept, raw: Buffer.from(row.raw) })
          : readParts(kept);
      });
    },
    close() {
      group.now();
      database.close();
    },
  };
}

/** Best effort, as SES's own events are: what is told while the endpoint stops is lost. */
function tellReturns(
  { account, accountId = "000000000000", now, region = "eu-west-1", tell }: MailboxOptions,
  { id, mail, recipients, set }: { id: string; mail: HandedIn; recipients: readonly string[]; set: string },
): void {
  if (!account?.tellsReturns || set === "") return;
  const returning = { id, from: mail.from, to: recipients, tags: mail.tags ?? [], set };
  for (const event of returnEvents(returning, { region, accountId }, now())) tell?.(event).catch(() => {});
}

const DAY_MILLISECONDS = 86_400_000;

/** In the place of a mail whose customer was forgotten. */
const forgotten = { from: "", to: [], subject: "(forgotten)" };

type Kept = HandedIn & { id: string; at: number };

/** Parses the content on first access, because counting mails does not need it. */
function readRaw({ at, from, id, raw, tags = [], to }: Kept & { raw: Buffer }): StoredMail {
  const mail = splitMail(raw.toString("latin1"));
  let content: ReturnType<typeof readContent> | undefined;
  const read = () => {
    content ??= readContent(mail);
    return content;
  };
  return {
    id,
    at,
    from: readWords(from),
    to: to.length > 0 ? to : [readWords(mail.headers.to ?? "")].filter(Boolean),
    subject: readWords(mail.headers.subject ?? "(no subject)"),
    get text() {
      return read().text;
    },
    get html() {
      return read().html;
    },
    headers: mail.headers,
    tags,
    get raw() {
      return raw.toString("utf8");
    },
  };
}

function readParts(mail: Kept): StoredMail {
  return { subject: "", text: "", html: "", headers: {}, tags: [], ...mail, raw: "" };
}
