// The in-memory mailer passes the shared suite.
import { MailNotSent, MailRefused } from "../ports.ts";
import { type MailFault, mailerSuite } from "./mailer.suite.ts";
import { createMemoryMailer } from "./memory.ts";

const errorOf: Readonly<Record<MailFault, Error>> = {
  refused: new MailRefused("MessageRejected"),
  throttled: new MailNotSent("Throttling", 10),
  "answer-lost": new Error("the answer was lost"),
};

mailerSuite(async () => {
  const mailer = createMemoryMailer();
  const arrived = async () =>
    mailer.sent.map(({ to, subject, text, html }) => ({ to: to.email, subject, text, html }));
  const failNext = (fault: MailFault) => {
    const hook = fault === "answer-lost" ? "after" : "before";
    mailer[hook] = () => {
      mailer[hook] = () => {};
      throw errorOf[fault];
    };
  };
  return { mailer, arrived, failNext };
});
