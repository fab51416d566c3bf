// What a worker asks of one queue: its settings, messages, their deletion, and more time for them.
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientSettings } from "@order-saga/messaging/client-settings";

/** SQS hands out, deletes and extends no more at once (SQS API reference). */
export const MOST_AT_ONCE = 10;
/** A poll waits no longer for a message (SQS API reference, "ReceiveMessage"). */
export const LONGEST_POLL_SECONDS = 20;

export type QueueSettings = { readonly arn: string; readonly visibilityTimeoutSeconds: number };

/** What SQS did not do, by its code; the rest of a batch it did. */
export type Refused = readonly string[];

export type Queue = {
  describe(): Promise<QueueSettings>;
  /** At most ten; waits some seconds for the first. Rejects when the signal aborts. */
  receive(most: number, signal: AbortSignal): Promise<Message[]>;
  /** At most ten, by their receipt handles. */
  delete(receiptHandles: readonly string[]): Promise<Refused>;
  /** Hides them for so many seconds from now on; at most ten. */
  extend(receiptHandles: readonly string[], seconds: number): Promise<Refused>;
};

export type Clients = { readonly polls: Pick<SQSClient, "send">; readonly other: Pick<SQSClient, "send"> };

/** A poll is answered late on purpose, so it has a client with a longer limit. */
export function createClients(pollSeconds: number): Clients {
  const requestTimeout = pollSeconds * 1000 + clientSettings.requestHandler.requestTimeout;
  return {
    polls: new SQSClient({
      ...clientSettings,
      requestHandler: { ...clientSettings.requestHandler, requestTimeout },
    }),
    other: new SQSClient(clientSettings),
  };
}

export function queueAt(QueueUrl: string, { other, polls }: Clients, WaitTimeSeconds: number): Queue {
  const refusedOf = (answer: { Failed?: { Code?: string | undefined }[] | undefined }) =>
    (answer.Failed ?? []).map(({ Code = "Unknown" }) => Code);
  return {
    async describe() {
      const AttributeNames = ["QueueArn" as const, "VisibilityTimeout" as const];
      const { Attributes = {} } = await other.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
      );
      const { QueueArn: arn = "", VisibilityTimeout } = Attributes;
      return { arn, visibilityTimeoutSeconds: Number(VisibilityTimeout) };
    },
    async receive(MaxNumberOfMessages, abortSignal) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages,
        WaitTimeSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      });
      return (await polls.send(command, { abortSignal })).Messages ?? [];
    },
    async delete(receiptHandles) {
      const Entries = receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      return refusedOf(await other.send(new DeleteMessageBatchCommand({ QueueUrl, Entries })));
    },
    async extend(receiptHandles, VisibilityTimeout) {
      const Entries = receiptHandles.map((ReceiptHandle, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout,
      }));
      return refusedOf(await other.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })));
    },
  };
}
