// A queue of this process as a mapping's source, without SQS's protocol in between.
import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { AwsEndpoint } from "@order-saga/emulator";
import {
  deleteEntries,
  describedAttributes,
  type MessageSource,
  receiveInput,
} from "../lambda/message-source.ts";

/** In AWS the mapping is Lambda's own, so there is no client whose work it could spare. */
export function queueOfThisProcess(
  { queues, refuse }: Pick<AwsEndpoint, "queues" | "refuse">,
  QueueUrl: string,
  accessKey?: string,
): MessageSource {
  const { signal: never } = new AbortController();
  function ask(operation: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
    const denial = refuse(accessKey, { service: "sqs", operation, input });
    if (!denial) return queues.call(operation, input, signal);
    return Promise.reject(Object.assign(new Error(denial.message), { name: denial.name }));
  }
  return {
    async describe() {
      await ask("GetQueueAttributes", { QueueUrl, AttributeNames: describedAttributes }, never);
    },
    async receive(most, waitSeconds, signal) {
      const { Messages = [] } = (await ask(
        "ReceiveMessage",
        receiveInput(QueueUrl, most, waitSeconds),
        signal,
      )) as { Messages?: Message[] };
      return Messages.map(withBytes);
    },
    async delete(receiptHandles) {
      const input = { QueueUrl, Entries: deleteEntries(receiptHandles) };
      const answer = (await ask("DeleteMessageBatch", input, never)) as {
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
