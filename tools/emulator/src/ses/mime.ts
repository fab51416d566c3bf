// Parses a mail's headers, text and HTML (RFC 5322, 2045, 2046 and 2047).

export type Content = { text: string; html: string };

/** Unfolded, by lower-case name; of several with one name, the last. */
export type Headers = Record<string, string>;

/** The headers and the body; each character is one byte, whose charset each part declares. */
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

/** The text and HTML of all parts that are not attachments. */
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

/** Without the preamble and the epilogue, which are for readers without MIME. */
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
    return bytes.toString("utf8"); // An unknown charset.
  }
}

/** Decodes a header's encoded words; white space between two of them is dropped (RFC 2047). */
export function readWords(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?([^?]+)\?([BQ])\?([^?]*)\?=/gi, (_, charset: string, encoding: string, word: string) => {
      const isBase64 = encoding.toUpperCase() === "B";
      return decode(isBase64 ? Buffer.from(word, "base64") : unquoted(word.replaceAll("_", " ")), charset);
    });
}
