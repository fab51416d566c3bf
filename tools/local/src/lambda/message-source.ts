// Where a mapping's messages come from and are deleted: a queue over the wire, or one of this process
// without it.
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { naming } from "../aws-refusal.ts";

/** SQS hands out and deletes no more at once (SQS API reference). */
export const MOST_AT_ONCE = 10;
/** A poll of a queue waits no longer for a message (SQS API reference, "ReceiveMessage"). */
export const LONGEST_POLL_SECONDS = 20;

export type MessageSource = {
  /** Reads the queue's attributes, as Lambda does before it polls. */
  describe(): Promise<void>;
  /** At most ten; waits so many seconds for the first. Rejects when the signal aborts. */
  receive(most: number, waitSeconds: number, signal: AbortSignal): Promise<Message[]>;
  /** At most ten; the codes of those that were not deleted. */
  delete(receiptHandles: readonly (string | undefined)[]): Promise<string[]>;
};

/** Of the queue at a URL, polled with the credentials of the function's role. */
export type SourceOf = (queueUrl: string, accessKey: string) => MessageSource;

export const describedAttributes = ["QueueArn" as const, "VisibilityTimeout" as const];

export const receiveInput = (QueueUrl: string, MaxNumberOfMessages: number, WaitTimeSeconds: number) => ({
  QueueUrl,
  MaxNumberOfMessages,
  WaitTimeSeconds,
  MessageSystemAttributeNames: ["All" as const],
  MessageAttributeNames: ["All"],
});

export const deleteEntries = (receiptHandles: readonly (string | undefined)[]) =>
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
    async describe() {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: describedAttributes });
      await allowed("GetQueueAttributes", "sqs:GetQueueAttributes", () => sqs.send(command));
    },
    async receive(most, waitSeconds, signal) {
      const command = new ReceiveMessageCommand(receiveInput(QueueUrl, most, waitSeconds));
      const call = () => sqs.send(command, { abortSignal: signal });
      return (await allowed("ReceiveMessage", "sqs:ReceiveMessage", call)).Messages ?? [];
    },
    async delete(receiptHandles) {
      const command = new DeleteMessageBatchCommand({ QueueUrl, Entries: deleteEntries(receiptHandles) });
      const call = () => sqs.send(command);
      const { Failed = [] } = await allowed("DeleteMessageBatch", "sqs:DeleteMessage", call);
      return Failed.map(({ Code = "" }) => Code);
    },
  };
}
