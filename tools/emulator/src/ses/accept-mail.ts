// Validates a mail, and decides what is kept of it.
// Source: SES API reference, version 1, "SendEmail" and "SendRawEmail".
import { overLimit } from "./limits.ts";
import { splitMail } from "./mime.ts";

type Form = Readonly<Record<string, string>>;

/** A mail as it was submitted: raw bytes, or parts. */
export type HandedIn = {
  from: string;
  /** The envelope's recipients; a raw mail without an envelope goes to those in its headers. */
  to: string[];
  raw?: Buffer;
  subject?: string;
  text?: string;
  html?: string;
};

export function isSending(action: string): boolean {
  return action === "SendEmail" || action === "SendRawEmail";
}

/** The mail, or SES's reason to refuse it. */
export function accept(form: Form): HandedIn | { refused: string } {
  const refused = overLimit(form);
  if (refused !== undefined) return { refused };
  return form.Action === "SendEmail" ? acceptParts(form) : acceptRaw(form);
}

function acceptParts(form: Form): HandedIn | { refused: string } {
  const { Source, "Message.Subject.Data": subject } = form;
  const { "Message.Body.Text.Data": text = "", "Message.Body.Html.Data": html = "" } = form;
  if (!Source) return { refused: "Missing source." };
  if (!text && !html) return { refused: "Must have either a HTML or Text body." };
  if (!subject) return { refused: "Must have a subject." };
  return { from: Source, to: members(form, "Destination.ToAddresses"), subject, text, html };
}

function acceptRaw(form: Form): HandedIn | { refused: string } {
  const raw = Buffer.from(form["RawMessage.Data"] ?? "", "base64");
  if (raw.length === 0) return { refused: "Missing raw message." };
  const from = splitMail(raw.toString("latin1")).headers.from || form.Source;
  if (!from) return { refused: "Missing source or from value" };
  return { from, to: members(form, "Destinations"), raw };
}

/** The values of a list as the query protocol writes it. */
function members(form: Form, list: string): string[] {
  return Object.keys(form)
    .filter((name) => name.startsWith(`${list}.member.`))
    .map((name) => form[name] ?? "");
}
