// A message as a queue keeps it: as fauxqs's actions read it, with what fauxqs forgets of it.
import { hash, randomUUID } from "node:crypto";
import { type MessageAttributeValue, md5OfMessageAttributes, type SqsMessage } from "./fauxqs.ts";

export type Message = SqsMessage & {
  /** Undefined when the message is gone. */
  queueName: string | undefined;
  /** Of the latest receive. */
  receiptHandle: string | undefined;
  /** Until when it is in flight, in milliseconds; it may be over. */
  visibleAt: number | undefined;
  /** The queue in which it became a dead letter (SQS API reference, "ReceiveMessage", DeadLetterQueueSourceArn). */
  sourceArn: string | undefined;
  /** Its place in the file, given when it came. */
  row: number | undefined;
  isWritten: boolean;
};

export function createMessage(
  body: string,
  messageAttributes: Record<string, MessageAttributeValue> = {},
  delaySeconds?: number,
  messageGroupId?: string,
): Message {
  const sentTimestamp = Date.now();
  const delayUntil = delaySeconds ? sentTimestamp + delaySeconds * 1000 : undefined;
  return asMessage({
    messageId: randomUUID(),
    body,
    messageAttributes,
    sentTimestamp,
    delayUntil,
    messageGroupId,
  });
}

/** What a message is made of; the rest follows from it, or comes with its receives. */
type Given = Pick<Message, "messageId" | "body" | "messageAttributes" | "sentTimestamp"> & {
  [Field in keyof Message]?: Message[Field] | undefined;
};

export function asMessage(given: Given): Message {
  return {
    messageId: given.messageId,
    body: given.body,
    md5OfBody: hash("md5", given.body, "hex"),
    messageAttributes: given.messageAttributes,
    md5OfMessageAttributes: md5OfMessageAttributes(given.messageAttributes),
    sentTimestamp: given.sentTimestamp,
    approximateReceiveCount: given.approximateReceiveCount ?? 0,
    approximateFirstReceiveTimestamp: given.approximateFirstReceiveTimestamp,
    delayUntil: given.delayUntil,
    messageGroupId: given.messageGroupId,
    queueName: given.queueName,
    receiptHandle: given.receiptHandle,
    visibleAt: given.visibleAt,
    sourceArn: given.sourceArn,
    row: given.row,
    isWritten: given.isWritten ?? false,
  } as Message;
}
