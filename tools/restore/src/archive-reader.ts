// Reads what the archive holds of a window. AWS has no read, so it is replayed to a queue of our own.
import { setTimeout as pause } from "node:timers/promises";
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { type DomainEvent, isEventType, parseEvent, sourceOfEvent } from "@order-saga/contracts";
import { archiveResource } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { Archive, Place } from "./place.ts";
import { newReplayName, type Progress, replay, type Window } from "./replay.ts";

/** So many polls in a row without a message after the replay mean that all have come. */
const EMPTY_POLLS = 3;

/**
 * Every event of the window, repeated ones as often as they were said; what is no event of ours is left out.
 * The rule hears this replay alone and the replay speaks to this rule alone, so that nothing else happens.
 */
export async function readArchive(
  place: Place,
  archive: Archive,
  window: Window,
  onProgress: (progress: Progress) => void = () => {},
): Promise<DomainEvent[]> {
  const name = newReplayName("read");
  const reader = await openReader(place, archive, place.named(name), name);
  try {
    await pause(place.settleMilliseconds);
    await replay(place, archive, { ...window, name, rules: [reader.ruleArn] }, onProgress);
    return await drain(place, reader.queueUrl);
  } finally {
    await reader.close();
  }
}

async function openReader({ clients }: Place, { busArn }: Archive, Name: string, replayName: string) {
  const { eventBridge, sqs } = clients;
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: Name }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  const queueArn = Attributes?.QueueArn ?? "";
  const pattern = { ...archiveResource(services, false).pattern, "replay-name": [replayName] };
  const { RuleArn = "" } = await eventBridge.send(
    new PutRuleCommand({ Name, EventBusName: busArn, EventPattern: JSON.stringify(pattern) }),
  );
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": RuleArn } },
      },
    ],
  });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const Targets = [{ Id: "reader", Arn: queueArn }];
  await eventBridge.send(new PutTargetsCommand({ Rule: Name, EventBusName: busArn, Targets }));
  return {
    queueUrl: QueueUrl,
    ruleArn: RuleArn,
    async close() {
      const rule = { Rule: Name, EventBusName: busArn };
      await eventBridge.send(new RemoveTargetsCommand({ ...rule, Ids: ["reader"] }));
      await eventBridge.send(new DeleteRuleCommand({ Name, EventBusName: busArn }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
}

async function drain({ clients: { sqs }, pollSeconds }: Place, QueueUrl: string): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for (let empty = 0; empty < EMPTY_POLLS; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: pollSeconds }),
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    if (Messages.length === 0) continue;
    events.push(...Messages.flatMap(({ Body = "" }) => eventIn(Body)));
    const Entries = Messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  return events;
}

/** As it was said, with fields that this version does not know; under its owner's source alone. */
function eventIn(body: string): DomainEvent[] {
  const { detail, source } = JSON.parse(body) as { detail: DomainEvent; source: string };
  const type: unknown = detail?.type;
  const isOurs = isEventType(type) && source === sourceOfEvent(type) && parseEvent(type, detail).success;
  return isOurs ? [detail] : [];
}
