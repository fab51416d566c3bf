// A mail is read as mail programs read it, whichever way its parts are written.
import { expect, test } from "vitest";
import { readContent, readWords, splitMail } from "./mime.ts";

const read = (...lines: string[]) =>
  readContent(splitMail(Buffer.from(lines.join("\r\n")).toString("latin1")));

test("a mail without a word about its type is text in UTF-8", () => {
  expect(read("Subject: x", "", "Grüße", "a")).toEqual({ text: "Grüße\r\na", html: "" });
  expect(read("Subject: x")).toEqual({ text: "", html: "" });
  expect(read("", "no headers")).toEqual({ text: "no headers", html: "" });
});

test.each([
  ["base64", Buffer.from("Grüße, Ada").toString("base64").replace(/.{6}/, "$&\r\n"), "utf-8"],
  ["quoted-printable", "Gr=C3=BC=C3=9F=\r\ne, Ada", "utf-8"],
  ["quoted-printable", "Gr=FC=DFe, Ada", "iso-8859-1"],
  ["8bit", "Grüße, Ada", '"UTF-8"'],
  ["quoted-printable", "Gr=C3=BC=C3=9Fe, Ada", "klingon"],
])("content written in %s", (encoding, written, charset) => {
  const headers = [`Content-Type: text/html; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`];
  expect(read(...headers, "", written)).toEqual({ text: "", html: "Grüße, Ada" });
});

test("text and HTML are found among nested parts, attachments are not taken for them", () => {
  const content = read(
    "Content-Type: multipart/mixed;",
    ' boundary="outer (1)"',
    "",
    "For readers that know no parts.",
    "--outer (1)",
    "Content-Type: multipart/alternative; boundary=inner",
    "",
    "--inner",
    "",
    "the text, -- with dashes",
    "--inner  ",
    "content-type: TEXT/HTML",
    "",
    "<p>the HTML</p>",
    "--inner--",
    "--outer (1)",
    "Content-Type: text/plain",
    "Content-Disposition: attachment; filename=a.txt",
    "",
    "an attachment",
    "--outer (1)",
    "Content-Type: image/png",
    "",
    "no text either",
    "--outer (1)--",
    "after it",
  );
  expect(content).toEqual({ text: "the text, -- with dashes", html: "<p>the HTML</p>" });
});

test("headers are unfolded, and their encoded words read", () => {
  const { headers } = splitMail(
    "Subject: =?UTF-8?Q?Tea_f=C3=BCr?=\r\n =?utf-8?b?IEFkYQ==?= & all\r\nX-Two: a: b\r\n\r\n",
  );
  expect(readWords(headers.subject ?? "")).toBe("Tea für Ada & all");
  expect(headers["x-two"]).toBe("a: b");
  expect(readWords(splitMail(Buffer.from("From: Jörg\n\n").toString("latin1")).headers.from ?? "")).toBe(
    "Jörg",
  );
});
