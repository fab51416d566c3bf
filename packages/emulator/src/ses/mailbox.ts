// The embedded SES: accepts mails as SES does and keeps each one before it answers.
import { DatabaseSync } from "node:sqlite";
import { AnswerLost } from "../faults.ts";
import type { EndpointObserver } from "../observer.ts";
import { overLimit } from "./limits.ts";
import { isSending, sendMail } from "./mail-server.ts";

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
  /** The message as it was sent, if it was sent whole; else empty. */
  raw: string;
};

export type XmlAnswer = { status: number; body: string };

export type Mailbox = {
  handle(form: Record<string, string>): Promise<XmlAnswer>;
  /** In the order in which they were sent, without the first so many. */
  mails(skip?: number): StoredMail[];
  close(): void;
};

/** Actions a client may ask for before it sends; on the laptop every identity is verified. */
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

/** What goes wrong with a mail: SES never sends it, not now, or sends it without saying so. */
export type MailFault = "refused" | "throttled" | "answer-lost";

export type MailboxOptions = {
  /** A SQLite file, or `:memory:`. */
  file: string;
  now: () => number;
  /** Asked before each mail. */
  faultOf?: ((form: Record<string, string>) => MailFault | undefined) | undefined;
  onMail?: EndpointObserver["mailed"] | undefined;
};

/** SES API reference, "SendRawEmail", "Errors"; and "Common Errors". */
const refusals = {
  refused: () => failure("MessageRejected", "The mail is refused: a fault was asked for."),
  throttled: () => failure("Throttling", "Maximum sending rate exceeded."),
};

export function createMailbox(options: MailboxOptions): Mailbox {
  const database = new DatabaseSync(options.file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  database.exec("CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, mail TEXT NOT NULL)");
  const insert = database.prepare("INSERT INTO mails (mail) VALUES (?)");
  const select = database.prepare("SELECT mail FROM mails ORDER BY id LIMIT -1 OFFSET ?");

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
      const tooMuch = isSending(action) ? overLimit(form) : undefined;
      if (tooMuch !== undefined) return failure("InvalidParameterValue", tooMuch);
      const fault = isSending(action) ? options.faultOf?.(form) : undefined;
      if (fault === "refused" || fault === "throttled") {
        options.onMail?.({ form, outcome: fault });
        return refusals[fault]();
      }
      const answer = await sendMail(form);
      if (!answer) return failure("InvalidAction", `The action ${action} is not valid for this endpoint.`);
      if (!answer.mail) return failure("InvalidParameterValue", detailOf(answer.body));
      const { messageId, from, destination, subject, body } = answer.mail;
      const raw = Buffer.from(form["RawMessage.Data"] ?? "", "base64").toString("utf8");
      const mail: StoredMail = {
        id: messageId,
        at: options.now(),
        from,
        to: recipientsOf(form) ?? destination.to,
        subject,
        text: body.text ?? "",
        html: body.html ?? "",
        headers: headersOf(raw),
        raw,
      };
      insert.run(JSON.stringify(mail));
      options.onMail?.({ form, outcome: fault === "answer-lost" ? "unknown" : "sent" });
      if (fault === "answer-lost") throw new AnswerLost("The mail was sent.");
      return { status: 200, body: String(answer.body) };
    },
    mails: (skip = 0) => select.all(skip).map((row) => JSON.parse(String(row.mail)) as StoredMail),
    close: () => database.close(),
  };
}

/** The envelope's recipients; the library keeps only the first of each kind. */
function recipientsOf(form: Record<string, string>): string[] | undefined {
  const names = Object.keys(form).filter((name) => /^Destination(s|\.ToAddresses)\.member\.\d+$/.test(name));
  return names.length > 0 ? names.map((name) => form[name] ?? "") : undefined;
}

function headersOf(raw: string): Record<string, string> {
  const [head = ""] = raw.split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  return Object.fromEntries(
    lines
      .filter((line) => line.includes(":"))
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
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

function failure(code: string, message: string): XmlAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status: 400, body: `<ErrorResponse xmlns="${NAMESPACE}">${error}</ErrorResponse>` };
}

function detailOf(body: unknown): string {
  const detail = (body as { detail?: unknown } | null)?.detail;
  return typeof detail === "string" ? detail.replace("aws-ses-v2-local: ", "") : "The mail cannot be sent.";
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
