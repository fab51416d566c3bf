// Writes a mail as MIME (RFC 5322, 2045, 2047): text and HTML, any language, no header injection.
import { oneLine } from "../mails/html.ts";

export type Mailbox = { address: string; name?: string | undefined };

export type MimeMail = {
  from: Mailbox;
  to: Mailbox;
  subject: string;
  messageId: string;
  /** More headers; names and values are ours, plain ASCII. */
  headers: Readonly<Record<string, string>>;
  text: string;
  html: string;
};

/** The same mail gives the same bytes. The provider adds the Date. */
export function toMime(mail: MimeMail): string {
  // Neither "_" nor a leading "=" occurs in base64, so no part can hold the boundary.
  const boundary = "=_alternative_of_this_mail";
  return [
    `From: ${toMailbox(mail.from)}`,
    `To: ${toMailbox(mail.to)}`,
    `Subject: ${encodeWords(mail.subject)}`,
    `Message-ID: <${plain(mail.messageId)}>`,
    ...Object.entries(mail.headers).map(([name, value]) => `${plain(name)}: ${plain(value)}`),
    "MIME-Version: 1.0",
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    ...toPart("text/plain", mail.text),
    `--${boundary}`,
    ...toPart("text/html", mail.html),
    `--${boundary}--`,
    "",
  ].join("\r\n");
}

/** Reads `Name <address>` or a bare address. */
export function parseMailbox(text: string): Mailbox {
  const [, name, address] = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(text) ?? [undefined, "", text.trim()];
  const mailbox = name ? { name, address: address ?? "" } : { address: address ?? "" };
  toMailbox(mailbox);
  return mailbox;
}

function toMailbox({ name, address }: Mailbox): string {
  // The error does not quote the address: it is personal data.
  if (!/^[!-;=?-~]+@[A-Za-z0-9.-]+$/.test(address)) throw new TypeError("This is not a mail address.");
  const words = name ? encodeWords(name) : "";
  return words ? `${words} <${address}>` : address;
}

function toPart(type: string, content: string): string[] {
  const base64 = Buffer.from(content.replace(/\r?\n/g, "\r\n"), "utf8").toString("base64");
  return [
    `Content-Type: ${type}; charset=utf-8`,
    "Content-Transfer-Encoding: base64",
    "",
    ...(base64.match(/.{1,76}/g) ?? []),
  ];
}

/**
 * An encoded word is at most 75 characters: 45 bytes of UTF-8 in base64 and the frame (RFC 2047, section 2).
 */
const MAXIMUM_WORD_BYTES = 45;

/**
 * A header's text as it is if that is plain and short; otherwise as encoded words, which cannot hold a line
 * break.
 */
function encodeWords(text: string): string {
  const clean = oneLine(text);
  if (/^[A-Za-z0-9 ]{0,60}$/.test(clean)) return clean;
  const words: string[] = [""];
  for (const character of clean) {
    const last = words.length - 1;
    const longer = `${words[last]}${character}`;
    if (Buffer.byteLength(longer) <= MAXIMUM_WORD_BYTES) words[last] = longer;
    else words.push(character);
  }
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString("base64")}?=`).join("\r\n ");
}

function plain(value: string): string {
  if (!/^[ -~]+$/.test(value)) throw new TypeError("A header of ours holds something else than plain ASCII.");
  return value;
}
