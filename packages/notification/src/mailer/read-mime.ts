// Reads back, for tests, a mail as a mail program would: headers unfolded and decoded, parts decoded.

export type ReadMail = { headers: Record<string, string>; text: string; html: string };

export function readMime(mime: string): ReadMail {
  const { headers, body } = splitHeaders(mime);
  const boundary = /boundary="([^"]+)"/.exec(headers["content-type"] ?? "")?.[1] ?? "";
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => splitHeaders(part.slice(2)));
  const contentOf = (type: string) => {
    const part = parts.find((each) => each.headers["content-type"]?.startsWith(type));
    return Buffer.from(part?.body ?? "", "base64").toString("utf8");
  };
  return { headers, text: contentOf("text/plain"), html: contentOf("text/html") };
}

function splitHeaders(text: string): { headers: Record<string, string>; body: string } {
  const end = text.indexOf("\r\n\r\n");
  const lines = text
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, "")
    .split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  return { headers, body: text.slice(end + 4) };
}

/** RFC 2047: white space between two encoded words is not part of the text. */
function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?B\?([^?]*)\?=/g, (_, base64: string) =>
      Buffer.from(base64, "base64").toString("utf8"),
    );
}
