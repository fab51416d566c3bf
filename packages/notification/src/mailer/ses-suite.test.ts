// The SES mailer passes the shared suite over the wire.
import { startAwsEndpoint } from "@order-saga/emulator";
import { createPace } from "@order-saga/messaging/pace";
import { aSkippingClock } from "@order-saga/messaging/testing";
import { afterAll, beforeAll } from "vitest";
import { type MailFault, mailerSuite } from "./mailer.suite.ts";
import { createSesClient, createSesMailer } from "./ses.ts";

let next: MailFault | undefined;
let aws: Awaited<ReturnType<typeof startAwsEndpoint>>;

beforeAll(async () => {
  aws = await startAwsEndpoint({
    port: 0,
    directory: undefined,
    ses: { verified: ["example.com"] },
    faults: {
      mail() {
        const fault = next;
        next = undefined;
        return fault;
      },
    },
  });
});

afterAll(() => aws.stop());

mailerSuite(async () => {
  const client = createSesClient({
    endpoint: aws.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const before = aws.mails().length;
  const arrived = async () =>
    aws
      .mails()
      .slice(before)
      .map(({ to: [to = ""], subject, text, html }) => ({
        to: /<(.*)>/.exec(to)?.[1] ?? to,
        subject,
        text: text.replaceAll("\r\n", "\n"),
        html,
      }));
  const failNext = (fault: MailFault) => {
    next = fault;
  };
  const clock = aSkippingClock();
  const pace = createPace(clock, { perSecond: 14, processes: 2 });
  const mailer = createSesMailer({ client, from: "Tea Shop <shop@example.com>", pace, clock });
  return { mailer, arrived, failNext };
});
