// A queue of this process as a mapping's source, without SQS's protocol in between.
import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { AwsEndpoint } from "@order-saga/emulator";
import { deleteEntries, type MessageSource, receiveInput } from "../lambda/message-source.ts";

/** In AWS the mapping is Lambda's own, so there is no client whose work it could spare. */
export function queueOfThisProcess(queues: AwsEndpoint["queues"], QueueUrl: string): MessageSource {
  const { signal: never } = new AbortController();
  return {
    async receive(most, waitSeconds, signal) {
      const { Messages = [] } = (await queues.call(
        "ReceiveMessage",
        receiveInput(QueueUrl, most, waitSeconds),
        signal,
      )) as { Messages?: Message[] };
      return Messages.map(withBytes);
    },
    async delete(receiptHandles) {
      const input = { QueueUrl, Entries: deleteEntries(receiptHandles) };
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
