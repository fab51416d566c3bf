// The in-memory mailer passes the shared suite, and does not count a mail that it was told to fail.
import { expect, test } from "vitest";
import { MailRefused } from "../ports.ts";
import { aMail, mailerSuite } from "./mailer.suite.ts";
import { createMemoryMailer } from "./memory.ts";

mailerSuite(async () => {
  const mailer = createMemoryMailer();
  const arrived = async () =>
    mailer.sent.map(({ to, subject, text, html }) => ({ to: to.email, subject, text, html }));
  return { mailer, arrived };
});

test("a mail that fails is not sent", async () => {
  const mailer = createMemoryMailer();
  mailer.before = () => {
    throw new MailRefused("MessageRejected");
  };
  await expect(mailer.send(aMail)).rejects.toThrow(MailRefused);
  expect(mailer.sent).toEqual([]);
});
