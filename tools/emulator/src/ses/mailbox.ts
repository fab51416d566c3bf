// The embedded SES: accepts mails, keeps them, and parses a mail when it is read.
import { randomUUID } from "node:crypto";
import { AnswerLost } from "../answer-lost.ts";
import { createGroupCommit } from "../group-commit.ts";
import { leaveNoRemains } from "../leave-no-remains.ts";
import { type OpenStore, openStore } from "../sqlite-settings.ts";
import { accept, type HandedIn, isSending } from "./accept-mail.ts";
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
  /** The raw message's header block, unfolded, by lower-case name; empty for a mail sent in parts. */
  headers: Record<string, string>;
  /** The raw message; empty for a mail sent in parts. */
  raw: string;
};

export type XmlAnswer = { status: number; body: string };

export type Mailbox = {
  handle(form: Record<string, string>): Promise<XmlAnswer>;
  /** All but the first `skip`, and no more than `most`, in the order in which they were sent. */
  mails(skip?: number, most?: number): StoredMail[];
  count(): number;
  /** Empties the mails whose headers are these, in their places, and returns how many. */
  forget(isOf: (headers: Readonly<Record<string, string>>) => boolean): number;
  close(): void;
};

/** Actions with a constant answer; here every identity is verified. */
const acknowledged: Record<string, string> = {
  VerifyEmailIdentity: "",
  VerifyDomainIdentity: "<VerificationToken>local</VerificationToken>",
  GetSendQuota:
    "<Max24HourSend>50000</Max24HourSend><MaxSendRate>14</MaxSendRate><SentLast24Hours>0</SentLast24Hours>",
  GetAccountSendingEnabled: "<Enabled>true</Enabled>",
};

const required: Record<string, string> = {
  VerifyEmailIdentity: "EmailAddress",
  VerifyDomainIdentity: "Domain",
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
  const { file, open = openStore } = options;
  const database = open(file);
  database.exec("CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, mail TEXT NOT NULL, raw BLOB)");
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

  return {
    async handle(form) {
      const action = form.Action ?? "";
      const result = acknowledged[action];
      const field = required[action];
      if (field !== undefined && !form[field]) {
        return failure(
          "ValidationError",
          `Value null at '${field}' failed to satisfy constraint: Member must not be null`,
        );
      }
      if (result !== undefined) return { status: 200, body: envelope(action, result) };
      if (action === "GetIdentityVerificationAttributes") {
        return { status: 200, body: envelope(action, verified(form)) };
      }
      if (!isSending(action)) {
        return failure("InvalidAction", `The action ${action} is not valid for this endpoint.`);
      }
      const mail = accept(form);
      if ("refused" in mail) return failure("InvalidParameterValue", mail.refused);
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
      if (fault === "answer-lost") throw new AnswerLost("The mail was sent.");
      return { status: 200, body: envelope(action, `<MessageId>${id}</MessageId>`) };
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

/** In the place of a mail whose customer was forgotten. */
const forgotten = { from: "", to: [], subject: "(forgotten)" };

type Kept = HandedIn & { id: string; at: number };

/** Parses the content on first access, because counting mails does not need it. */
function readRaw({ at, from, id, raw, to }: Kept & { raw: Buffer }): StoredMail {
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
    get raw() {
      return raw.toString("utf8");
    },
  };
}

function readParts(mail: Kept): StoredMail {
  return { subject: "", text: "", html: "", ...mail, headers: {}, raw: "" };
}

const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";

function envelope(action: string, result: string): string {
  return `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result></${action}Response>`;
}

function verified(form: Record<string, string>): string {
  const identities = Object.keys(form).filter((name) => name.startsWith("Identities.member."));
  const entries = identities.map((name) => {
    const value = "<value><VerificationStatus>Success</VerificationStatus></value>";
    return `<entry><key>${escapeXml(form[name] ?? "")}</key>${value}</entry>`;
  });
  return `<VerificationAttributes>${entries.join("")}</VerificationAttributes>`;
}

export function failure(code: string, message: string, status = 400): XmlAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status, body: `<ErrorResponse xmlns="${NAMESPACE}">${error}</ErrorResponse>` };
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
