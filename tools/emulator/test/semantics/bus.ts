// A bus and queues for the behaviours of EventBridge.
import {
  CreateEventBusCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { openToRules } from "../../src/testing.ts";
import type { World } from "./behaviour.ts";

export const entry = { Source: "shop", DetailType: "Placed", Detail: '{"sku":"tea","quantity":2}' };
export const pattern = (value: object = { source: ["shop"] }) => JSON.stringify(value);

/** A queue that lets any rule of the account send to it. */
export async function aQueue({ sqs, unique }: World) {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: unique("queue"), Attributes: openToRules }),
  );
  const names = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
  return {
    arn: (await sqs.send(names)).Attributes?.QueueArn ?? "",
    allow: (Statement: object[]) => {
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      return sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    },
    /** The next message; undefined if there is none. */
    async next(WaitTimeSeconds = 0) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      });
      return (await sqs.send(command)).Messages?.[0];
    },
  };
}

/** A bus of its own with a rule for the source "shop", whose target is a queue. */
export async function aBus(world: World) {
  const { eventBridge, unique } = world;
  const EventBusName = unique("bus");
  const { EventBusArn = "" } = await eventBridge.send(new CreateEventBusCommand({ Name: EventBusName }));
  return {
    EventBusName,
    EventBusArn,
    async addRule(Name: string, EventPattern = pattern(), State: "ENABLED" | "DISABLED" = "ENABLED") {
      const command = new PutRuleCommand({ EventBusName, Name, EventPattern, State });
      return (await eventBridge.send(command)).RuleArn ?? "";
    },
    addTarget: (Rule: string, { Id = "1", Arn = "", ...more }: Partial<Target>) =>
      eventBridge.send(new PutTargetsCommand({ EventBusName, Rule, Targets: [{ ...more, Id, Arn }] })),
    put: (...Entries: PutEventsRequestEntry[]) =>
      eventBridge.send(new PutEventsCommand({ Entries: Entries.map((each) => ({ EventBusName, ...each })) })),
  };
}

/** What a queue receives for an entry, by a rule with the given target. */
export async function received(
  world: World,
  target: Partial<Target> = {},
  given: PutEventsRequestEntry = entry,
) {
  const bus = await aBus(world);
  const queue = await aQueue(world);
  const ruleArn = await bus.addRule("rule");
  await bus.addTarget("rule", { Arn: queue.arn, ...target });
  const { Entries } = await bus.put(given);
  const message = await queue.next(5);
  return { bus, queue, ruleArn, message, body: message?.Body ?? "", eventId: Entries?.[0]?.EventId };
}
