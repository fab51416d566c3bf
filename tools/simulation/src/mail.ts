// Stands in for SES: keeps every mail it is handed, or refuses it.
import { type SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import type { MailReturn } from "@order-saga/messaging/returned-mail";
import type { Call, Caller } from "./calls.ts";
import type { SentMail } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { awsError, unanswered } from "./dynamodb/errors.ts";
import { createMailReturns, type MailReturns } from "./mail-returns.ts";
import { createRateLimit } from "./rate-limits.ts";

export type MailProvider = {
  client(caller: Caller): SESClient;
  readonly mails: readonly SentMail[];
  readonly returns: MailReturns["returns"];
};

export function createMailProvider(
  context: RunContext,
  call: Call,
  { onSend, ...hearing }: { onSend: (mail: SentMail) => void } & Parameters<typeof createMailReturns>[1],
): MailProvider {
  const { returns, tell } = createMailReturns(context, hearing);
  const mails: SentMail[] = [];
  const refusesCall = createRateLimit(context, "mail");
  /** Whom SES has rejected a mail to once, it rejects again. */
  const rejected = new Set<string>();

  function send(caller: Caller, { input }: SendRawEmailCommand): Promise<unknown> {
    const mime = Buffer.from(input.RawMessage?.Data ?? []).toString("latin1");
    const [orderId = "", kind = ""] = (header(mime, "X-Order-Mail") ?? "").split("/");
    const refuse = (name: string) => (): never => {
      throw awsError(name, "The request was refused.", 400);
    };
    const reject = refuse("MessageRejected");
    const mailName = `${orderId}/${kind}`;
    const effect = () => {
      if (refusesCall("SendRawEmail")) refuse("Throttling")();
      if (rejected.has(mailName)) reject();
      const mail: SentMail = {
        at: context.scheduler.now(),
        orderId,
        kind,
        to: input.Destinations?.join(", ") ?? "",
        subject: header(mime, "Subject") ?? "",
        messageId: header(mime, "Message-ID") ?? "",
      };
      mails.push(mail);
      onSend(mail);
      return { MessageId: `mail-${mails.length}` };
    };
    return call(caller, {
      category: "mail",
      what: () => `send mail ${kind}`,
      orderId,
      effect,
      faults: {
        "mail-throttled": refuse("Throttling"),
        "mail-returned": ({ seconds = 1, variant = "bounced" }, effectOf) => {
          const answer = effectOf();
          const mail = mails.at(-1);
          const tags = (input.Tags ?? []).map(({ Name = "", Value = "" }) => ({ name: Name, value: Value }));
          const given = { tags, set: input.ConfigurationSetName ?? "" };
          if (mail) context.scheduler.after(seconds * 1000, () => tell(mail, variant as MailReturn, given));
          return answer;
        },
        "mail-bounced": () => {
          rejected.add(mailName);
          return reject();
        },
        "mail-answer-lost": () => {
          effect();
          throw unanswered();
        },
      },
    });
  }

  return {
    mails,
    returns,
    client(caller) {
      const clientSend = (command: unknown) => {
        if (command instanceof SendRawEmailCommand) return send(caller, command);
        throw new TypeError("The simulated SES knows SendRawEmail only.");
      };
      return { send: clientSend } as unknown as SESClient;
    },
  };
}

function header(mime: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)\\r$`, "m").exec(mime)?.[1];
}
