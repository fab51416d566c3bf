// SES over the wire with the real client.

import { cpSync } from "node:fs";
import { join } from "node:path";
import { CloneReceiptRuleSetCommand, SendEmailCommand, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { expect, test } from "vitest";
import { clientsOf, directoryForTest, startForTest } from "../testing.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";

const raw = [
  'From: "Tea & Co" <shop@example.com>',
  "To: Ada <ada@example.com>",
  "Subject: =?UTF-8?Q?Tea_f=C3=BCr_Ada?=",
  "Message-ID: <ord_1.confirmed@example.com>",
  "X-Long: one",
  "  two",
  "MIME-Version: 1.0",
  'Content-Type: multipart/alternative; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "Your tea is coming.",
  "--b",
  "Content-Type: text/html; charset=utf-8",
  "",
  "<p>Your tea is coming.</p>",
  "--b--",
  "",
].join("\r\n");

test("a raw mail is parsed, kept with its headers, and still there after a restart", async () => {
  const directory = directoryForTest();
  const before = await startForTest({ directory, now: () => 42 });
  const answer = await clientsOf(before).ses.send(
    new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) }, Destinations: ["ada@example.com"] }),
  );
  expect(answer.MessageId).toBeTruthy();
  await before.stop();

  const [mail, ...others] = (await startForTest({ directory })).mails();
  expect(others).toEqual([]);
  expect(mail).toMatchObject({
    id: answer.MessageId,
    at: 42,
    from: '"Tea & Co" <shop@example.com>',
    to: ["ada@example.com"],
    subject: "Tea für Ada",
    raw,
  });
  expect(mail?.text.trim()).toBe("Your tea is coming.");
  expect(mail?.html.trim()).toBe("<p>Your tea is coming.</p>");
  expect(mail?.headers).toMatchObject({
    "message-id": "<ord_1.confirmed@example.com>",
    "x-long": "one two",
  });
});

test("a mail in parts keeps all its recipients", async () => {
  const endpoint = await startForTest();
  await clientsOf(endpoint).ses.send(
    new SendEmailCommand({
      Source: "shop@example.com",
      Destination: { ToAddresses: ["ada@example.com", "bob@example.com"] },
      Message: { Subject: { Data: "Tea & cake" }, Body: { Text: { Data: "a < b" } } },
    }),
  );
  expect(endpoint.mails()).toMatchObject([
    { to: ["ada@example.com", "bob@example.com"], subject: "Tea & cake", text: "a < b", html: "", raw: "" },
  ]);
});

test("mails sent at once keep their own ids", async () => {
  const endpoint = await startForTest();
  const { ses } = clientsOf(endpoint);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      ses.send(
        new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw.replace("X-Long", `X-${index}`)) } }),
      ),
    ),
  );
  const byId = new Map(endpoint.mails().map((mail) => [mail.id, mail]));
  for (const [index, { MessageId = "" }] of answers.entries()) {
    expect(byId.get(MessageId)?.headers).toHaveProperty(`x-${index}`);
  }
});

test("a mail without a sender is refused and not kept", async () => {
  const endpoint = await startForTest();
  const anonymous = raw.replace(/^From.*\r\n/, "");
  await expect(
    clientsOf(endpoint).ses.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(anonymous) } })),
  ).rejects.toMatchObject({ name: "InvalidParameterValue" });
  expect(endpoint.mails()).toEqual([]);
});

test("an unknown operation is refused by name", async () => {
  const { ses } = clientsOf(await startForTest());
  const command = new CloneReceiptRuleSetCommand({ RuleSetName: "a", OriginalRuleSetName: "b" });
  await expect(ses.send(command)).rejects.toMatchObject({ name: "InvalidAction" });
});

const account = { verified: ["example.com"] };
const open = (folder: string) => createMailbox({ file: join(folder, "ses.sqlite"), now: () => 42, account });
const send = (mailbox: Mailbox, text: string) =>
  mailbox.handle({
    Action: "SendEmail",
    Source: "shop@example.com",
    "Destination.ToAddresses.member.1": "ada@example.com",
    "Message.Subject.Data": "Tea",
    "Message.Body.Text.Data": text,
  });

test("mails are in the file when they are answered, whatever kills the process then", async () => {
  const directory = directoryForTest();
  const mailbox = open(directory);
  await Promise.all(["one", "two"].map((text) => send(mailbox, text)));
  const copy = join(directoryForTest(), "copy");
  cpSync(directory, copy, { recursive: true });
  const after = open(copy);
  expect(after.mails().map(({ text }) => text)).toEqual(["one", "two"]);
  expect(after.mails()).toEqual(mailbox.mails());
  expect(after.mails()).toMatchObject([
    { at: 42, headers: {} },
    { at: 42, headers: {} },
  ]);
  expect(after.mails(1)).toHaveLength(1);
  for (const each of [mailbox, after]) each.close();
});

test.each([
  [{ Source: "" }, "Missing source."],
  [{ "Message.Body.Text.Data": "" }, "Must have either a HTML or Text body."],
  [{ "Message.Subject.Data": "" }, "Must have a subject."],
  [{ Action: "SendRawEmail" }, "Missing raw message."],
])("a mail with %j is refused", async (without, said) => {
  const mailbox = createMailbox({ file: ":memory:", now: () => 42, account });
  const form = {
    Action: "SendEmail",
    Source: "shop@example.com",
    "Destination.ToAddresses.member.1": "ada@example.com",
    "Message.Subject.Data": "Tea",
    "Message.Body.Text.Data": "x",
  };
  const { body, status } = await mailbox.handle({ ...form, ...without });
  expect([status, body]).toEqual([400, expect.stringContaining(said)]);
  expect(mailbox.mails()).toEqual([]);
  mailbox.close();
});
