// A mailer over SMTP passes the shared suite, and mailers that are wrong in one thing do not.
import { failedIn } from "@order-saga/messaging/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mailer, MailNotSent, MailRefused } from "../ports.ts";
import { aMail, type MailFault, mailerSuite, once } from "./mailer.suite.ts";
import { readMime } from "./read-mime.ts";
import { type SmtpFault, startSmtpServer } from "./smtp-server.ts";
import { createSmtpMailer } from "./smtp-shaped.ts";

let server: Awaited<ReturnType<typeof startSmtpServer>>;

beforeAll(async () => {
  server = await startSmtpServer();
});

afterAll(() => server.stop());

const faults: Readonly<Record<MailFault, SmtpFault>> = {
  refused: { at: "RCPT", code: 550 },
  throttled: { at: "MAIL", code: 421 },
  "answer-lost": { at: ".", code: "lost" },
};

async function create(changed: (mailer: Mailer) => Mailer = (mailer) => mailer) {
  const before = server.taken().length;
  const arrived = async () =>
    server
      .taken()
      .slice(before)
      .map((mime) => {
        const { headers, html, text } = readMime(mime);
        const to = /<(.*)>/.exec(headers.to ?? "")?.[1] ?? "";
        const lines = text.replaceAll("\r\n", "\n");
        return { to, subject: headers.subject ?? "", text: lines, html };
      });
  const mailer = changed(createSmtpMailer({ port: server.port, from: "shop@example.com" }));
  return { mailer, arrived, failNext: (fault: MailFault) => server.failNext(faults[fault]) };
}

mailerSuite(() => create());

test.each<SmtpFault>([
  { at: "CONNECT", code: 421 },
  { at: "CONNECT", code: "lost" },
  { at: "RCPT", code: 451 },
  { at: "RCPT", code: "lost" },
  { at: "DATA", code: "lost" },
  { at: ".", code: 452 },
])("$code at $at: the mail was certainly not sent", async (fault) => {
  const { arrived, mailer } = await create();
  server.failNext(fault);
  await expect(mailer.send(aMail, once)).rejects.toThrow(MailNotSent);
  expect(await arrived()).toEqual([]);
});

test("a mail whose content the server does not take is refused for good", async () => {
  const { arrived, mailer } = await create();
  server.failNext({ at: ".", code: 554 });
  await expect(mailer.send(aMail, once)).rejects.toThrow(MailRefused);
  expect(await arrived()).toEqual([]);
});

const LOST = "a mail whose answer is lost is neither refused nor certainly not sent: it may have arrived";
const REFUSED = "a mail that the provider refuses for good has not arrived, and says so";
const NOT_NOW =
  "a mail that the provider does not take now has not arrived, and says so; another try may send it";

const sending = (send: (mailer: Mailer) => Mailer["send"]) => (mailer: Mailer) => ({
  ...mailer,
  send: send(mailer),
});

test.each<[string, (mailer: Mailer) => Mailer, string[]]>([
  [
    "calls every failure not sent",
    sending(
      (mailer) => (mail, until) => mailer.send(mail, until).catch(() => fail(new MailNotSent("x", 60))),
    ),
    [REFUSED, LOST],
  ],
  [
    "calls every failure a refusal",
    sending((mailer) => (mail, until) => mailer.send(mail, until).catch(() => fail(new MailRefused("x")))),
    [NOT_NOW, LOST],
  ],
  [
    "calls only a lost answer not sent",
    sending((mailer) => async (mail, until) => {
      const met = (error: Error) => fail(error instanceof MailRefused ? error : new MailNotSent("x", 60));
      return mailer.send(mail, until).catch(met);
    }),
    [LOST],
  ],
  [
    "sends again itself when no answer came",
    sending((mailer) => (mail, until) => {
      const again = (error: Error) => (error.name === "Error" ? mailer.send(mail, until) : fail(error));
      return mailer.send(mail, until).catch(again);
    }),
    [LOST],
  ],
  [
    "names the address in its errors",
    sending((mailer) => (mail, until) => {
      const named = (error: Error) => fail(Object.assign(error, { message: mail.to.email }));
      return mailer.send(mail, until).catch(named);
    }),
    [REFUSED, NOT_NOW, LOST],
  ],
  [
    "answers with the same id",
    sending((mailer) => async (mail, until) => (await mailer.send(mail, until)) && "same"),
    ["every mail has the provider's own id"],
  ],
])("a mailer that %s does not pass", async (_, wrong, failed) => {
  expect(await failedIn((register) => mailerSuite(() => create(wrong), register))).toEqual(failed);
});

function fail(error: Error): never {
  throw error;
}
