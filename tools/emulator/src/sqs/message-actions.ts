// The actions that send, receive, hide and delete messages, one at a time and in batches.
import { type Action, type Context, queueIn } from "./context.ts";
import { missingParameter, SqsError } from "./errors.ts";
import { createMessage, type MessageAttributes, md5OfAttributes, md5OfBody } from "./message.ts";
import type { InFlight, MessageQueue } from "./queue.ts";
import {
  type Entry,
  entriesIn,
  type Input,
  messageEntriesIn,
  messageIn,
  numberIn,
  receiptHandleIn,
} from "./validation.ts";

/** What one action does to its queue, alone or as an entry of a batch. */
type Step = (input: Input, queue: MessageQueue) => object;

const send: Step = (input, queue) => {
  const delaySeconds = numberIn(input, "DelaySeconds") ?? Number(queue.attributes.DelaySeconds);
  const message = createMessage({ ...messageIn(input, queue), delaySeconds });
  queue.enqueue(message);
  return {
    MessageId: message.id,
    MD5OfMessageBody: md5OfBody(message),
    MD5OfMessageAttributes: md5OfAttributes(message.attributes),
  };
};

const deleteMessage: Step = (input, queue) => {
  queue.deleteMessage(receiptHandleIn(input));
  return {};
};

const changeVisibility: Step = (input, queue) => {
  const receiptHandle = receiptHandleIn(input);
  const seconds = numberIn(input, "VisibilityTimeout");
  if (seconds === undefined) throw missingParameter("VisibilityTimeout");
  if (queue.changeVisibility(receiptHandle, seconds)) return {};
  throw new SqsError(
    "MessageNotInflight",
    "Message does not exist or is not available for visibility timeout change.",
  );
};

const single =
  (step: Step): Action =>
  (input, context) =>
    step(input, queueIn(input, context));

type Failed = { Id: string; SenderFault: true; Code: string; Message: string };

/** Each entry succeeds or fails on its own, once the batch as a whole is valid. */
const batch =
  (step: Step, entriesOf: (input: Input) => readonly Entry[] = entriesIn): Action =>
  (input, context) => {
    const queue = queueIn(input, context);
    const Successful: object[] = [];
    const Failed: Failed[] = [];
    for (const entry of entriesOf(input)) {
      const { Id } = entry;
      try {
        Successful.push({ Id, ...step(entry, queue) });
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
      }
    }
    return { Successful, Failed };
  };

/** Long polling: a receive that finds no message waits for the next arrival until its time is over. */
async function receiveMessage(input: Input, context: Context) {
  const queue = queueIn(input, context);
  const most = numberIn(input, "MaxNumberOfMessages") ?? 1;
  const timeoutSeconds = numberIn(input, "VisibilityTimeout");
  const seconds =
    numberIn(input, "WaitTimeSeconds") ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
  const until = performance.now() + seconds * 1000;
  let received = queue.receive(most, timeoutSeconds);
  while (received.length === 0) {
    const left = until - performance.now();
    if (left <= 0) return {};
    await queue.arrival(left, context.signal);
    // The queue may have been deleted meanwhile.
    received = queueIn(input, context).receive(most, timeoutSeconds);
  }
  return { Messages: received.map((each) => answered(each, input)) };
}

function answered({ message, receiptHandle }: InFlight, input: Input) {
  const attributes = requested(message.attributes, namesIn(input, "MessageAttributeNames"));
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5OfBody(message),
    Body: message.body,
    Attributes: systemAttributes(message, [
      ...namesIn(input, "AttributeNames"),
      ...namesIn(input, "MessageSystemAttributeNames"),
    ]),
    MD5OfMessageAttributes: attributes && md5OfAttributes(attributes),
    MessageAttributes: attributes,
  };
}

const namesIn = (input: Input, parameter: string) => (input[parameter] ?? []) as readonly string[];

/** Undefined if there are none. */
function systemAttributes(
  { firstReceivedAt, groupId, receiveCount, sentAt, sourceArn }: InFlight["message"],
  names: readonly string[],
): Record<string, string> | undefined {
  const all = {
    SenderId: SENDER_ID,
    SentTimestamp: sentAt,
    ApproximateReceiveCount: receiveCount,
    ApproximateFirstReceiveTimestamp: firstReceivedAt,
    MessageGroupId: groupId,
    DeadLetterQueueSourceArn: sourceArn,
  };
  const isRequested = names.includes("All") ? () => true : (name: string) => names.includes(name);
  const found = Object.entries(all).filter(([name, value]) => value !== undefined && isRequested(name));
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([name, value]) => [name, String(value)]));
}

const SENDER_ID = "000000000000";

/** Those with one of the names, or with a prefix that ends in `.*`; undefined if there are none. */
function requested(attributes: MessageAttributes, names: readonly string[]): MessageAttributes | undefined {
  const isRequested = (name: string) =>
    names.some((each) => each === name || (each.endsWith(".*") && name.startsWith(each.slice(0, -1))));
  const isAll = names.includes("All") || names.includes(".*");
  const found = Object.entries(attributes).filter(([name]) => isAll || isRequested(name));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

export const messageActions = {
  ChangeMessageVisibility: single(changeVisibility),
  ChangeMessageVisibilityBatch: batch(changeVisibility),
  DeleteMessage: single(deleteMessage),
  DeleteMessageBatch: batch(deleteMessage),
  ReceiveMessage: receiveMessage,
  SendMessage: single(send),
  SendMessageBatch: batch(send, messageEntriesIn),
} satisfies Record<string, Action>;
