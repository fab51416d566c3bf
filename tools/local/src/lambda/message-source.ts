// Where a mapping's messages come from and are deleted: a queue over the wire, or one of this process
// without it.
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { AwsEndpoint } from "@order-saga/emulator";
import { naming } from "../aws-refusal.ts";

export type MessageSource = {
  /** At most ten; waits so many seconds for the first. Rejects when the signal aborts. */
  receive(most: number, waitSeconds: number, signal: AbortSignal): Promise<Message[]>;
  /** At most ten; the codes of those that were not deleted. */
  delete(receiptHandles: readonly (string | undefined)[]): Promise<string[]>;
};

const asked = (QueueUrl: string, MaxNumberOfMessages: number, WaitTimeSeconds: number) => ({
  QueueUrl,
  MaxNumberOfMessages,
  WaitTimeSeconds,
  MessageSystemAttributeNames: ["All" as const],
  MessageAttributeNames: ["All"],
});

const entries = (receiptHandles: readonly (string | undefined)[]) =>
  receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));

/**
 * What the endpoint refuses is said with the action that is missing: nothing asks for these before the
 * first poll.
 */
export function queueOverTheWire(sqs: SQSClient, QueueUrl: string): MessageSource {
  const resource = `the queue ${QueueUrl.split("/").at(-1)}`;
  const allowed = <T>(operation: string, action: string, run: () => Promise<T>) =>
    naming({ operation, action, resource }, run);
  return {
    async receive(most, waitSeconds, signal) {
      const command = new ReceiveMessageCommand(asked(QueueUrl, most, waitSeconds));
      const call = () => sqs.send(command, { abortSignal: signal });
      return (await allowed("ReceiveMessage", "sqs:ReceiveMessage", call)).Messages ?? [];
    },
    async delete(receiptHandles) {
      const command = new DeleteMessageBatchCommand({ QueueUrl, Entries: entries(receiptHandles) });
      const call = () => sqs.send(command);
      const { Failed = [] } = await allowed("DeleteMessageBatch", "sqs:DeleteMessage", call);
      return Failed.map(({ Code = "" }) => Code);
    },
  };
}

/** In AWS the mapping is Lambda's own, so there is no client whose work it could spare. */
export function queueOfThisProcess(queues: AwsEndpoint["queues"], QueueUrl: string): MessageSource {
  const { signal: never } = new AbortController();
  return {
    async receive(most, waitSeconds, signal) {
      const { Messages = [] } = (await queues.call(
        "ReceiveMessage",
        asked(QueueUrl, most, waitSeconds),
        signal,
      )) as { Messages?: Message[] };
      return Messages.map(withBytes);
    },
    async delete(receiptHandles) {
      const input = { QueueUrl, Entries: entries(receiptHandles) };
      const answer = (await queues.call("DeleteMessageBatch", input, never)) as {
        Failed?: { Code: string }[];
      };
      return (answer.Failed ?? []).map(({ Code }) => Code);
    },
  };
}

/** Bytes are base64 in SQS's JSON, which its client reads. */
function withBytes(message: Message): Message {
  const attributes = Object.entries(message.MessageAttributes ?? {});
  if (attributes.length === 0) return message;
  const read = ({ BinaryValue, ...value }: MessageAttributeValue): MessageAttributeValue => ({
    ...value,
    ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(String(BinaryValue), "base64") }),
  });
  return {
    ...message,
    MessageAttributes: Object.fromEntries(attributes.map(([name, value]) => [name, read(value)])),
  };
}
