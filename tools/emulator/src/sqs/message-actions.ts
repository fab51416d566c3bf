// The actions that send, receive, hide and delete messages, one at a time and in batches.
import { type Action, type Context, queueIn } from "./context.ts";
import { invalidValue, missingParameter, SqsError } from "./errors.ts";
import type { Input } from "./input.ts";
import {
  createMessage,
  type MessageAttributes,
  md5OfAttributes,
  md5OfBody,
  md5OfTraceHeader,
} from "./message.ts";
import { refuseLists } from "./message-attributes.ts";
import type { InFlight, MessageQueue } from "./queue.ts";
import { receiptHandleIn } from "./receipt-handle.ts";
import {
  entriesIn,
  messageEntriesIn,
  messageIn,
  namesIn,
  numberIn,
  refuseFifo,
  systemAttributeNamesIn,
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
    MD5OfMessageSystemAttributes: md5OfTraceHeader(message),
  };
};

const sendMessage: Action = (input, context) => {
  refuseLists("SendMessage", input);
  return send(input, queueIn(input, context));
};

const deleteMessage: Step = (input, queue) => {
  queue.deleteMessage(receiptHandleIn(input, queue.name));
  return {};
};

const changeVisibility: Step = (input, queue) => {
  const receiptHandle = receiptHandleIn(input, queue.name);
  const seconds = numberIn(input, "VisibilityTimeout");
  if (seconds === undefined) throw missingParameter("VisibilityTimeout");
  const change = queue.changeVisibility(receiptHandle, seconds);
  switch (change) {
    case "changed":
    // Recorded from AWS: accepted, without an effect.
    case "lapsed":
      return {};
    case "not in flight":
      throw new SqsError("MessageNotInflight", `${NOT_THERE}.`);
    case "gone":
      throw invalidValue("ReceiptHandle", receiptHandle, `${NOT_THERE}.`);
    case "too long": {
      const reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].";
      throw invalidValue("VisibilityTimeout", seconds, reason);
    }
  }
};

const NOT_THERE = "Message does not exist or is not available for visibility timeout change";

const single =
  (step: Step): Action =>
  (input, context) =>
    step(input, queueIn(input, context));

type Failed = { Id: string; SenderFault: true; Code: string; Message: string };

/** Each entry succeeds or fails on its own, once the batch as a whole is valid. */
const batch =
  (operation: string, step: Step, entriesOf = entriesIn): Action =>
  (input, context) => {
    const queue = queueIn(input, context);
    const Successful: object[] = [];
    const Failed: Failed[] = [];
    for (const entry of entriesOf(input, operation)) {
      const { Id } = entry;
      try {
        Successful.push({ Id, ...step(entry, queue) });
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        Failed.push({ Id, SenderFault: true, Code: error.code, Message: inBatch(error.message) });
      }
    }
    return { Successful, Failed };
  };

/** AWS words this one otherwise for an entry. */
const inBatch = (message: string) =>
  message.replace(/^One or more parameters are invalid\./, "One or more parameters cannot be validated.");

/** Long polling: a receive that finds no message waits for the next arrival until its time is over. */
async function receiveMessage(input: Input, context: Context) {
  const queue = queueIn(input, context);
  const most = numberIn(input, "MaxNumberOfMessages") ?? 1;
  const timeoutSeconds = numberIn(input, "VisibilityTimeout");
  const seconds =
    numberIn(input, "WaitTimeSeconds") ?? Number(queue.attributes.ReceiveMessageWaitTimeSeconds);
  refuseFifo("ReceiveRequestAttemptId", input.ReceiveRequestAttemptId);
  systemAttributeNamesIn(input);
  if (seconds === 0 && queue.isFull()) throw new SqsError("OverLimit", "Too many messages are in flight.");
  if (seconds === 0 && queue.misses()) return {};
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
    Attributes: systemAttributes(message, systemAttributeNamesIn(input)),
    MD5OfMessageAttributes: attributes && md5OfAttributes(attributes),
    MessageAttributes: attributes,
  };
}

/** Undefined if there are none. */
function systemAttributes(
  { firstReceivedAt, groupId, receiveCount, sentAt, sourceArn, traceHeader }: InFlight["message"],
  names: readonly string[],
): Record<string, string> | undefined {
  const all = {
    SenderId: SENDER_ID,
    SentTimestamp: sentAt,
    ApproximateReceiveCount: receiveCount,
    ApproximateFirstReceiveTimestamp: firstReceivedAt,
    MessageGroupId: groupId,
    AWSTraceHeader: traceHeader,
    DeadLetterQueueSourceArn: sourceArn,
  };
  const isRequested = names.includes("All") ? () => true : (name: string) => names.includes(name);
  const found = Object.entries(all).filter(([name, value]) => value !== undefined && isRequested(name));
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([name, value]) => [name, String(value)]));
}

const SENDER_ID = "000000000000";

/** Those with one of the names, or that begin like one that ends in `.*`; undefined if there are none. */
function requested(attributes: MessageAttributes, names: readonly string[]): MessageAttributes | undefined {
  const isRequested = (name: string) =>
    names.some((each) => each === name || (each.endsWith(".*") && name.startsWith(each.slice(0, -2))));
  const isAll = ["All", "*", ".*"].some((each) => names.includes(each));
  const found = Object.entries(attributes).filter(([name]) => isAll || isRequested(name));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

export const messageActions = {
  ChangeMessageVisibility: single(changeVisibility),
  ChangeMessageVisibilityBatch: batch("ChangeMessageVisibilityBatch", changeVisibility),
  DeleteMessage: single(deleteMessage),
  DeleteMessageBatch: batch("DeleteMessageBatch", deleteMessage),
  ReceiveMessage: receiveMessage,
  SendMessage: sendMessage,
  SendMessageBatch: batch("SendMessageBatch", send, messageEntriesIn),
} satisfies Record<string, Action>;
