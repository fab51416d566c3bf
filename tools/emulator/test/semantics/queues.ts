// A queue for a behaviour, and what is done with it.
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import type { World } from "./behaviour.ts";

/** A new queue, and operations on it. */
export async function aQueue({ sqs, unique }: World, attributes: Record<string, string> = {}) {
  const QueueName = unique("queue");
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
  const attribute = async (name: QueueAttributeName) => {
    const names = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] });
    return (await sqs.send(names)).Attributes?.[name] ?? "";
  };
  return {
    QueueName,
    QueueUrl,
    attribute,
    /** Visible, in flight and delayed. */
    counts: () =>
      Promise.all(
        ["", "NotVisible", "Delayed"].map(async (kind) =>
          Number(await attribute(`ApproximateNumberOfMessages${kind}` as QueueAttributeName)),
        ),
      ),
    set: (Attributes: Record<string, string>) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })),
    send: (MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more })),
    sendBatch: (Entries: SendMessageBatchRequestEntry[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })),
    async receive(more: Partial<ReceiveMessageCommandInput> = {}) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
        ...more,
      });
      return (await sqs.send(command)).Messages ?? [];
    },
    /** Receives one that must be there; another endpoint may take a moment. */
    async receiveOne() {
      const [message] = await this.receive({ WaitTimeSeconds: 5 });
      if (!message) expect.fail("There is no message.");
      return message;
    },
    delete: (ReceiptHandle: string | undefined) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    hideFor: (VisibilityTimeout: number, ReceiptHandle: string | undefined) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
  };
}

export async function withDeadLetters(world: World, maxReceiveCount: number, attributes = {}) {
  const dead = await aQueue(world);
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: await dead.attribute("QueueArn"),
    maxReceiveCount,
  });
  return { dead, queue: await aQueue(world, { RedrivePolicy, ...attributes }) };
}
