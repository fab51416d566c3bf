// Every parameter of every SQS operation that is served has its effect, or is refused by SQS's own error.
import * as sqs from "@aws-sdk/client-sqs";
import { afterAll, beforeAll } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { clientsOf } from "../src/testing.ts";
import { everyMemberIsHonouredOrRefused } from "./acknowledged.ts";

let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
  await send("CreateQueue", { QueueName: "orders" });
});
afterAll(() => endpoint.stop());

async function send(operation: string, input: object): Promise<unknown> {
  const Command = (sqs as unknown as Record<string, new (input: object) => sqs.ListQueuesCommand>)[
    `${operation}Command`
  ];
  if (!Command) throw new Error(`The client has no ${operation}.`);
  const QueueUrl = `${endpoint.url}/000000000000/orders`;
  return clientsOf(endpoint).sqs.send(new Command({ QueueUrl, ...input }));
}

const served =
  `CancelMessageMoveTask ChangeMessageVisibility ChangeMessageVisibilityBatch CreateQueue DeleteMessage
  DeleteMessageBatch DeleteQueue GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks
  ListQueueTags ListQueues PurgeQueue ReceiveMessage SendMessage SendMessageBatch SetQueueAttributes
  StartMessageMoveTask TagQueue UntagQueue`.split(/\s+/);

const attributes = Object.values(sqs.QueueAttributeName).filter((name) => name !== "All");
const named = {
  "CreateQueue.Attributes": attributes,
  "SetQueueAttributes.Attributes": attributes,
  "SendMessage.MessageSystemAttributes": Object.values(sqs.MessageSystemAttributeNameForSends),
  "SendMessageBatch.Entries[].MessageSystemAttributes": Object.values(sqs.MessageSystemAttributeNameForSends),
  "ReceiveMessage.MessageSystemAttributeNames": Object.values(sqs.MessageSystemAttributeName),
};

/** The same attributes may be given at either time. */
const attribute = (...names: string[]) =>
  names
    .flatMap((name) => [`CreateQueue.Attributes.${name}`, `SetQueueAttributes.Attributes.${name}`])
    .join(" ");
/** The same of one message and of an entry of a batch. */
const ofMessage = (...names: string[]) =>
  names.flatMap((name) => [`SendMessage.${name}`, `SendMessageBatch.Entries[].${name}`]).join(" ");
const asked = (...names: string[]) =>
  names.map((name) => `ReceiveMessage.MessageSystemAttributeNames.${name}`).join(" ");

const honoured = {
  "A deleted message does not come back": "DeleteMessage.QueueUrl DeleteMessage.ReceiptHandle",
  "A batch of deletions fails for the entry with a bad handle alone":
    "DeleteMessageBatch.QueueUrl DeleteMessageBatch.Entries[].Id DeleteMessageBatch.Entries[].ReceiptHandle",
  "A deleted queue takes its messages along": "DeleteQueue.QueueUrl",
  "A changed visibility timeout counts from the change": `ChangeMessageVisibility.QueueUrl
    ChangeMessageVisibility.ReceiptHandle ChangeMessageVisibility.VisibilityTimeout`,
  "A batch of visibility changes answers entry by entry": `ChangeMessageVisibilityBatch.QueueUrl
    ChangeMessageVisibilityBatch.Entries[].Id ChangeMessageVisibilityBatch.Entries[].ReceiptHandle
    ChangeMessageVisibilityBatch.Entries[].VisibilityTimeout`,
  "A queue made again with the same attributes is the same queue": "CreateQueue.QueueName",
  "A queue has up to fifty tags with keys of 1 to 128 characters": `CreateQueue.tags ListQueueTags.QueueUrl
    TagQueue.QueueUrl TagQueue.Tags UntagQueue.QueueUrl UntagQueue.TagKeys`,
  "Only the attributes that are asked for are answered":
    "GetQueueAttributes.QueueUrl GetQueueAttributes.AttributeNames",
  "A queue that is not there is told by name": "GetQueueUrl.QueueName",
  "Another account's queue of the same name is not this one": "GetQueueUrl.QueueOwnerAWSAccountId",
  "The sources of a dead-letter queue come page by page too": `ListDeadLetterSourceQueues.QueueUrl
    ListDeadLetterSourceQueues.MaxResults ListDeadLetterSourceQueues.NextToken`,
  "Queues are listed by their beginning, page by page where a page's size is given":
    "ListQueues.QueueNamePrefix ListQueues.MaxResults ListQueues.NextToken",
  "A purge deletes everything in the queue, in flight too": "PurgeQueue.QueueUrl",
  "Move tasks refuse queues, handles and numbers that are not there, each by its own error":
    "ListMessageMoveTasks.SourceArn ListMessageMoveTasks.MaxResults",
  "a slow task moves its rate and no more, runs alone, and can be cancelled": `CancelMessageMoveTask.TaskHandle
    StartMessageMoveTask.SourceArn StartMessageMoveTask.MaxNumberOfMessagesPerSecond`,
  "a destination of one's own takes the messages instead": "StartMessageMoveTask.DestinationArn",

  "A receive takes one to ten messages, one unless it says more":
    "ReceiveMessage.QueueUrl ReceiveMessage.MaxNumberOfMessages",
  "A receive may set the visibility timeout of what it receives": "ReceiveMessage.VisibilityTimeout",
  "A receive that waits answers as soon as a message arrives": "ReceiveMessage.WaitTimeSeconds",
  "Message attributes come when they are asked for, with the digest of those that come":
    "ReceiveMessage.MessageAttributeNames",
  "System attributes come when they are asked for, by either parameter, and an unknown one is refused": `ReceiveMessage.AttributeNames
    ${asked("All", "SenderId", "SentTimestamp", "MessageGroupId", "SequenceNumber", "MessageDeduplicationId")}`,
  "The receive count grows with every receive": asked("ApproximateReceiveCount"),
  "A message says when it was sent and when it was first received, in milliseconds": asked(
    "ApproximateFirstReceiveTimestamp",
  ),
  "A dead letter tells which queue it came from": asked("DeadLetterQueueSourceArn"),

  "A message without a body is refused": "SendMessage.QueueUrl SendMessage.MessageBody",
  "A batch fails for the message that is not allowed alone":
    "SendMessageBatch.QueueUrl SendMessageBatch.Entries[].Id SendMessageBatch.Entries[].MessageBody",
  "A delayed message is hidden until its delay is over": ofMessage("DelaySeconds"),
  "A message group's id on a standard queue is checked and answered": ofMessage("MessageGroupId"),
  "What is for FIFO queues alone is refused by a standard queue":
    "SendMessageBatch.Entries[].MessageDeduplicationId",
  "Attributes arrive with their types if they are asked for": ofMessage(
    "MessageAttributes[].DataType",
    "MessageAttributes[].StringValue",
    "MessageAttributes[].BinaryValue",
  ),
  "A trace header is carried to the receiver and to the dead-letter queue, with a digest, and takes no room": `${asked("AWSTraceHeader")}
    ${ofMessage("MessageSystemAttributes.AWSTraceHeader")}`,

  "A message that is not deleted comes back when its visibility timeout is over, not before":
    attribute("VisibilityTimeout"),
  "A queue's delay holds for messages that have none of their own": attribute("DelaySeconds"),
  "Bytes in an attribute count as they are, not as they travel": attribute("MaximumMessageSize"),
  "A message is deleted when the queue's retention period is over": attribute("MessageRetentionPeriod"),
  "A queue's own waiting time holds for receives that name none": attribute("ReceiveMessageWaitTimeSeconds"),
  "A message received more than maxReceiveCount times moves to the dead-letter queue":
    attribute("RedrivePolicy"),
  "A redrive allow policy has a permission, and names one to ten queues for byQueue alone":
    attribute("RedriveAllowPolicy"),
  "A queue's policy is one of the policy language, and an empty one removes it": `SetQueueAttributes.QueueUrl ${attribute("Policy")}`,
  "A queue is encrypted by one key: of KMS, or of SQS": attribute(
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "SqsManagedSseEnabled",
  ),
};

const message = { MessageBody: "x" };
const value = { DataType: "String", StringValue: "1" };
const lists = { StringListValues: ["a"], BinaryListValues: [new Uint8Array([1])] };
const withList = { ...message, MessageAttributes: { a: { ...value, ...lists } } };

everyMemberIsHonouredOrRefused({
  client: sqs,
  served,
  named,
  suites: [
    ...["semantics/sqs.test.ts", "semantics/sqs-time.test.ts", "semantics/sqs-answers.test.ts"],
    "../src/sqs/move-tasks.test.ts",
  ],
  helpers: ["semantics/queues.ts"],
  honoured,
  refused: [
    {
      members: "ReceiveMessage.ReceiveRequestAttemptId",
      by: "InvalidParameterValue",
      input: { ReceiveRequestAttemptId: "again" },
    },
    {
      members: "SendMessage.MessageDeduplicationId",
      by: "InvalidParameterValue",
      input: { ...message, MessageDeduplicationId: "once" },
    },
    {
      members:
        "SendMessage.MessageAttributes[].StringListValues SendMessage.MessageAttributes[].BinaryListValues",
      by: "UnsupportedOperation",
      input: withList,
    },
    {
      members: `SendMessageBatch.Entries[].MessageAttributes[].StringListValues
        SendMessageBatch.Entries[].MessageAttributes[].BinaryListValues`,
      by: "UnsupportedOperation",
      input: { Entries: [{ Id: "a", ...withList }] },
    },
    ...attributes
      .filter((name) => !Object.values(honoured).join(" ").includes(`CreateQueue.Attributes.${name}`))
      .map((name) => ({
        members: attribute(name),
        by: "InvalidAttributeName",
        input: { QueueName: "other", Attributes: { [name]: "1" } },
      })),
  ],
  send,
});
