// Reads a mail as a mail program would (RFC 5322, 2045, 2046 and 2047): its headers, its text and its HTML.

export type Content = { text: string; html: string };

/** Unfolded, by lower-case name; the last of those with the same name. */
export type Headers = Record<string, string>;

/** The header block and what follows it, of a mail whose bytes are one character each: every part says what they mean. */
export function splitMail(mail: string): { headers: Headers; body: string } {
  const end = /(?:^|\r?\n)\r?\n/.exec(mail);
  const head = end ? mail.slice(0, end.index) : mail;
  return { headers: readHeaders(head), body: end ? mail.slice(end.index + end[0].length) : "" };
}

function readHeaders(head: string): Headers {
  const lines = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  return Object.fromEntries(
    lines
      .filter((line) => line.includes(":"))
      .map((line) => {
        const colon = line.indexOf(":");
        return [
          line.slice(0, colon).toLowerCase(),
          Buffer.from(line.slice(colon + 1).trim(), "latin1").toString("utf8"),
        ];
      }),
  );
}

/** The text and the HTML of all parts that are no attachments. */
export function readContent({ headers, body }: { headers: Headers; body: string }): Content {
  const type = headers["content-type"] ?? "text/plain";
  const boundary = parameter(type, "boundary");
  if (/^multipart\//i.test(type) && boundary !== undefined) {
    const contents = partsOf(body, boundary).map((part) => readContent(splitMail(part)));
    return { text: joined(contents.map(({ text }) => text)), html: joined(contents.map(({ html }) => html)) };
  }
  if (/^attachment/i.test(headers["content-disposition"] ?? "")) return { text: "", html: "" };
  const content = () =>
    decode(bytesOf(body, headers["content-transfer-encoding"]), parameter(type, "charset"));
  if (/^text\/html\b/i.test(type)) return { text: "", html: content() };
  return { text: /^text\//i.test(type) ? content() : "", html: "" };
}

const joined = (contents: readonly string[]) => contents.filter((each) => each !== "").join("\n");

/** What is before the first boundary and after the last is for readers that know no parts. */
function partsOf(body: string, boundary: string): string[] {
  const escaped = boundary.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const [all = ""] = body.split(new RegExp(`(?:^|\r?\n)--${escaped}--`), 1);
  return all.split(new RegExp(`(?:^|\r?\n)--${escaped}[ \t]*\r?\n`)).slice(1);
}

function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, "i").exec(header);
  return found?.[1] ?? found?.[2];
}

function bytesOf(body: string, encoding = ""): Buffer {
  switch (encoding.toLowerCase()) {
    case "base64":
      return Buffer.from(body, "base64");
    case "quoted-printable":
      return unquoted(body.replace(/[ \t]*=\r?\n/g, ""));
    default:
      return Buffer.from(body, "latin1");
  }
}

function unquoted(text: string): Buffer {
  const bytes = text.replace(/=([\dA-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1");
}

function decode(bytes: Buffer, charset = "utf-8"): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString("utf8"); // Nobody knows that charset.
  }
}

/** A header's text with its encoded words read; white space between two of them is not part of it (RFC 2047). */
export function readWords(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?([^?]+)\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, word: string) => {
      const isBase64 = encoding.toUpperCase() === "B";
      return decode(isBase64 ? Buffer.from(word, "base64") : unquoted(word.replaceAll("_", " ")), charset);
    });
}
