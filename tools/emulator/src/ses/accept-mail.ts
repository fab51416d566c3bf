// Validates a mail, and decides what is kept of it.
// Source: SES API reference, version 1, "SendEmail" and "SendRawEmail".
import { addressProblem, mailboxesIn } from "./addresses.ts";
import { type Form, invalidParameter, members, type Refused } from "./form.ts";
import { type Identities, noSet } from "./identities.ts";
import { overLimit } from "./limits.ts";
import { type MessageTag, tagProblem, tagsIn, tagsOfHeader } from "./message-tags.ts";
import { splitMail } from "./mime.ts";

/** A mail as it was submitted: raw bytes, or parts. */
export type HandedIn = {
  from: string;
  /** The envelope's recipients; a raw mail without an envelope goes to those in its headers. */
  to: string[];
  raw?: Buffer;
  subject?: string;
  text?: string;
  html?: string;
  /** Of a mail in parts, by lower-case name. */
  headers?: Record<string, string>;
  tags?: MessageTag[];
};

export type Account = { identities: Identities; region: string; isSandbox: boolean };

/** What is checked of a mail, in whichever way it was handed in. */
type Checked = HandedIn & {
  /** Who must be verified. */
  senders: string[];
  recipients: string[];
  others: string[];
  set: string;
};

export function isSending(action: string): boolean {
  return action === "SendEmail" || action === "SendRawEmail";
}

/** The mail, whom it goes to and its configuration set; or SES's refusal: values first, then who may send. */
export function accept(
  form: Form,
  account: Account,
): { mail: HandedIn; recipients: readonly string[]; set: string } | { refused: Refused } {
  const limit = overLimit(form);
  if (limit !== undefined) return { refused: invalidParameter(limit) };
  for (const name of ["SourceArn", "FromArn", "ReturnPathArn"])
    if (form[name]) return { refused: invalidParameter(`${name} is not served here.`) };
  const mail = form.Action === "SendEmail" ? readParts(form) : readRaw(form);
  if (typeof mail === "string") return { refused: invalidParameter(mail) };
  const { others, recipients, senders, set, ...kept } = mail;
  const problem =
    tagProblem(kept.tags ?? []) ??
    [...senders, ...recipients, ...others].map(addressProblem).find((each) => each !== undefined);
  if (problem !== undefined) return { refused: invalidParameter(problem) };
  const refused = notAllowed(mail, account);
  return refused ? { refused } : { mail: kept, recipients, set };
}

function notAllowed(
  { recipients, senders, set }: Checked,
  { identities, isSandbox, region }: Account,
): Refused | undefined {
  const asked = isSandbox ? [...senders, ...recipients] : senders;
  const failed = [...new Set(asked)].filter((each) => !identities.isVerified(each));
  if (failed.length > 0)
    return {
      code: "MessageRejected",
      message: `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${failed.join(", ")}`,
    };
  return set !== "" && !identities.hasSet(set) ? noSet(set) : undefined;
}

function readParts(form: Form): Checked | string {
  const { ReturnPath, Source, "Message.Subject.Data": subject } = form;
  const { "Message.Body.Text.Data": text = "", "Message.Body.Html.Data": html = "" } = form;
  if (!Source) return "Missing source.";
  if (!text && !html) return "Must have either a HTML or Text body.";
  if (!subject) return "Must have a subject.";
  const charset = ["Subject", "Body.Text", "Body.Html"]
    .map((part) => form[`Message.${part}.Charset`])
    .find((each) => each !== undefined && !isCharset(each));
  if (charset !== undefined) return `Unsupported charset: ${charset}`;
  const [to, cc, bcc] = ["To", "Cc", "Bcc"].map((kind) => members(form, `Destination.${kind}Addresses`));
  const recipients = [...(to ?? []), ...(cc ?? []), ...(bcc ?? [])];
  const replyTo = members(form, "ReplyToAddresses");
  const headers = { to: to?.join(", "), cc: cc?.join(", "), "reply-to": replyTo.join(", ") };
  const given = Object.entries({ ...headers, "return-path": ReturnPath }).filter(([, value]) => value);
  return {
    from: Source,
    to: recipients,
    subject,
    text,
    html,
    headers: Object.fromEntries(given) as Record<string, string>,
    tags: tagsIn(form),
    senders: ReturnPath ? [Source, ReturnPath] : [Source],
    recipients,
    others: replyTo,
    set: form.ConfigurationSetName ?? "",
  };
}

function isCharset(name: string): boolean {
  try {
    return new TextDecoder(name) !== undefined;
  } catch {
    return false;
  }
}

function readRaw(form: Form): Checked | string {
  const raw = Buffer.from(form["RawMessage.Data"] ?? "", "base64");
  if (raw.length === 0) return "Missing raw message.";
  const { headers } = splitMail(raw.toString("latin1"));
  const from = headers.from || form.Source;
  if (!from) return "Missing source or from value";
  const to = members(form, "Destinations");
  const named = [headers.to, headers.cc, headers.bcc].flatMap((each) => mailboxesIn(each ?? ""));
  return {
    from,
    to,
    raw,
    tags: [...tagsIn(form), ...tagsOfHeader(headers["x-ses-message-tags"] ?? "")],
    senders: [...new Set([form.Source || from, ...mailboxesIn(headers.from ?? "")])],
    recipients: to.length > 0 ? to : named,
    others: mailboxesIn(headers["reply-to"] ?? ""),
    set: form.ConfigurationSetName || (headers["x-ses-configuration-set"] ?? ""),
  };
}
