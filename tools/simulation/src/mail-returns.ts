// Mails that come back: SES's events, by the rule of the default bus on the queue of the reaction that hears.
import { targetInput } from "@order-saga/emulator/eventbridge/input";
import { compilePattern } from "@order-saga/emulator/eventbridge/pattern";
import { returnEvents } from "@order-saga/emulator/ses/mail-events";
import {
  type MailReturn,
  returnedMailPattern,
  returnedMailTransformer,
} from "@order-saga/messaging/returned-mail";
import type { ReactionResources } from "@order-saga/messaging/topology";
import type { SentMail } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { deliver } from "./deliveries.ts";
import type { Queues } from "./queue.ts";

export const CONFIGURATION_SET = "simulated-mails";

/** The addresses of SES's own simulator that stand for each way to come back. */
const addresses: Record<MailReturn, string> = {
  bounced: "bounce@simulator.amazonses.com",
  bounced_for_now: "ooto@simulator.amazonses.com",
  complained: "complaint@simulator.amazonses.com",
};

/** What SES was given with a mail, from which its events name it. */
export type Given = { readonly tags: readonly { name: string; value: string }[]; readonly set: string };

export type MailReturns = {
  tell(mail: SentMail, how: MailReturn, given: Given): void;
  /** Every mail that came back, in order, as SES told of it. */
  readonly returns: readonly { readonly mail: SentMail; readonly how: MailReturn }[];
};

export function createMailReturns(
  context: RunContext,
  { queues, reactions }: { queues: Queues; reactions: readonly ReactionResources[] },
): MailReturns {
  const returns: { mail: SentMail; how: MailReturn }[] = [];
  const isHeard = compilePattern(returnedMailPattern(CONFIGURATION_SET));
  const hearing = reactions.filter(({ returnedMailRule }) => returnedMailRule !== undefined);
  const account = { region: "eu-west-1", accountId: "000000000000" };
  const InputTransformer = {
    InputPathsMap: returnedMailTransformer.paths,
    InputTemplate: returnedMailTransformer.template,
  };
  return {
    returns,
    tell(mail, how, given) {
      const { orderId } = mail;
      const at = context.scheduler.now();
      returns.push({ mail, how });
      const returning = { ...given, id: `mail-${returns.length}`, from: "shop", to: [addresses[how]] };
      for (const event of returnEvents(returning, account, at)) {
        if (!isHeard(event)) continue;
        const rule = { name: "returned", arn: "" };
        const told = { event, eventJson: () => JSON.stringify(event), rule, receivedAt: at };
        const body = targetInput({ Id: "queue", Arn: "", InputTransformer }, told) ?? "";
        const detailType = event["detail-type"];
        for (const reaction of hearing)
          deliver(
            context,
            queues,
            { detailType, body, orderId, eventType: undefined, poison: false },
            reaction,
          );
      }
    },
  };
}
