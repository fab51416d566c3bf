// A mail's bytes: what a reader decodes is what was written, and no header can be smuggled in.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { oneLine } from "../mails/html.ts";
import { parseMailbox, toMime } from "./mime.ts";
import { readMime } from "./read-mime.ts";

const given = {
  from: { address: "shop@example.com", name: "Tea Shop" },
  to: { address: "ada@example.com" },
  subject: "Hello",
  messageId: "ord_1.received@example.com",
  headers: { "X-Order-Mail": "ord_1/received" },
  text: "text",
  html: "<p>html</p>",
};

test("a mail has both alternatives, the text first, and its deterministic id", () => {
  const mime = toMime(given);
  expect(mime).toBe(toMime(given));
  expect(mime).toContain("Message-ID: <ord_1.received@example.com>\r\n");
  expect(mime).toContain("X-Order-Mail: ord_1/received\r\n");
  expect(mime.indexOf("text/plain")).toBeLessThan(mime.indexOf("text/html"));
  expect(readMime(mime)).toMatchObject({ text: "text", html: "<p>html</p>" });
});

test("any subject, name and content can be read back, in lines of plain ASCII that are not too long", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 300 });
  const clean = oneLine;
  const normal = (text: string) => text.replace(/\r?\n/g, "\r\n");
  fc.assert(
    fc.property(anyText, anyText, anyText, (subject, name, text) => {
      const mime = toMime({ ...given, to: { address: "ada@example.com", name }, subject, text });
      expect(mime).toMatch(/^[ -~\r\n]*$/);
      for (const line of mime.split("\r\n")) expect(line.length).toBeLessThanOrEqual(120);
      const read = readMime(mime);
      expect(read.headers.subject).toBe(clean(subject));
      expect(read.headers.to).toBe(`${clean(name)} <ada@example.com>`.replace(/^ <(.*)>$/, "$1"));
      expect(read.text).toBe(normal(text));
    }),
  );
});

test("what turns the direction of text around it stays out of the headers", () => {
  const turned = "Ada \u202Egro.live\u202C \u2066x\u2069 \u061C\u200Fy";
  const mime = toMime({ ...given, to: { address: "ada@example.com", name: turned }, subject: turned });
  const { headers } = readMime(mime);
  expect(`${headers.to} ${headers.subject}`).not.toMatch(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/);
  expect(headers.subject).toContain("gro.live");
});

test("a line break in a name or subject adds no header", () => {
  const mime = toMime({
    ...given,
    to: { address: "ada@example.com", name: "Ada\r\nBcc: eve@example.com" },
    subject: "Hi\r\nBcc: eve@example.com\r\n\r\nbody",
  });
  expect(Object.keys(readMime(mime).headers)).toEqual([
    "from",
    "to",
    "subject",
    "message-id",
    "x-order-mail",
    "mime-version",
    "content-type",
  ]);
});

test.each([
  "ada@example.com\r\nBcc: eve@example.com",
  "ada@example.com>, <eve@example.com",
  "ada",
  "a b@c.de",
  "",
])("%j is no address, and is not quoted in the error", (address) => {
  expect(() => toMime({ ...given, to: { address } })).toThrow(new TypeError("This is not a mail address."));
});

test("a mailbox is read with and without a name", () => {
  expect(parseMailbox("Tea Shop <shop@example.com>")).toEqual({
    name: "Tea Shop",
    address: "shop@example.com",
  });
  expect(parseMailbox('"Tea, Shop" <shop@example.com>')).toEqual({
    name: "Tea, Shop",
    address: "shop@example.com",
  });
  expect(parseMailbox("shop@example.com")).toEqual({ address: "shop@example.com" });
  expect(() => parseMailbox("Tea Shop")).toThrow("not a mail address");
});
