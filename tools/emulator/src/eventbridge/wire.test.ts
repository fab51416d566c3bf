// The unmodified SDK client understands the answers and the errors, over HTTP and with a real queue behind.
import {
  CreateArchiveCommand,
  DescribeArchiveCommand,
  InvalidEventPatternException,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  ResourceNotFoundException,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { clientsOf, openToRules, startForTest } from "../testing.ts";
import { BUS, DEAD_LETTERS, QUEUE } from "./testing.ts";

test("errors arrive as the client's own classes", async () => {
  const { eventBridge } = clientsOf(await startForTest());
  const broken = new PutRuleCommand({ Name: "r", EventPattern: '{"source":[]}' });
  await expect(eventBridge.send(broken)).rejects.toThrow(InvalidEventPatternException);
  await expect(eventBridge.send(broken)).rejects.toThrow("Empty arrays are not allowed (at source)");
  const missing = new ListTargetsByRuleCommand({ Rule: "nothing" });
  await expect(eventBridge.send(missing)).rejects.toThrow(ResourceNotFoundException);
});

test("times arrive as dates, and a replay's event with the time it was put with", async () => {
  const endpoint = await startForTest();
  const { eventBridge, sqs } = clientsOf(endpoint);
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "queue", Attributes: openToRules }),
  );
  await eventBridge.send(new CreateArchiveCommand({ ArchiveName: "all", EventSourceArn: BUS }));
  const described = await eventBridge.send(new DescribeArchiveCommand({ ArchiveName: "all" }));
  expect(described.CreationTime).toBeInstanceOf(Date);
  const Time = new Date("2026-01-05T10:00:00Z");
  const Entries = [{ Source: "shop", DetailType: "Placed", Detail: "{}", Time }];
  await eventBridge.send(new PutEventsCommand({ Entries }));
  await eventBridge.send(new PutRuleCommand({ Name: "r", EventPattern: '{"source":["shop"]}' }));
  await eventBridge.send(new PutTargetsCommand({ Rule: "r", Targets: [{ Id: "1", Arn: QUEUE }] }));
  const replay = new StartReplayCommand({
    ReplayName: "again",
    EventSourceArn: described.ArchiveArn,
    EventStartTime: Time,
    EventEndTime: new Date(Time.getTime() + 1000),
    Destination: { Arn: BUS },
  });
  await eventBridge.send(replay);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  expect(JSON.parse(Messages[0]?.Body ?? "{}")).toMatchObject({
    time: "2026-01-05T10:00:00Z",
    "replay-name": "again",
  });
});

test("an event for a queue that is gone lies in the dead-letter queue, with the reason as attributes", async () => {
  const endpoint = await startForTest();
  const { eventBridge, sqs } = clientsOf(endpoint);
  await sqs.send(new CreateQueueCommand({ QueueName: "dead-letters", Attributes: openToRules }));
  await eventBridge.send(new PutRuleCommand({ Name: "r", EventPattern: '{"source":["shop"]}' }));
  const target = { Id: "1", Arn: QUEUE, DeadLetterConfig: { Arn: DEAD_LETTERS } };
  await eventBridge.send(new PutTargetsCommand({ Rule: "r", Targets: [target] }));
  const Entries = [{ Source: "shop", DetailType: "Placed", Detail: "{}" }];
  expect(await eventBridge.send(new PutEventsCommand({ Entries }))).toMatchObject({ FailedEntryCount: 0 });
  expect(endpoint.queues.messages("dead-letters")).toMatchObject([
    { attributes: { ERROR_CODE: "NO_RESOURCE", TARGET_ARN: QUEUE, RETRY_ATTEMPTS: "0" } },
  ]);
});
