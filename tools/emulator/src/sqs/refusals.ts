// What SQS refuses and fauxqs lets pass; refused here before it has an effect, alone where it is one entry of a batch.
// Source: SQS API reference, "SendMessage", "CreateQueue", "DeleteMessage", "GetQueueAttributes".
import { sqsError } from "./fauxqs.ts";
import type { Store } from "./store.ts";

type Input = Record<string, unknown>;
type Check = (input: Input, store: Store) => void;

const LONGEST_DELAY_SECONDS = 900;
const MOST_ATTRIBUTES = 10;
const MOST_RECEIVES = 1000;

/** Throws the SqsFailure with which SQS refuses the request as a whole. */
export function refuse(action: string, input: Input, store: Store): void {
  checks[action]?.(input, store);
}

const checks: Record<string, Check> = {
  CreateQueue({ QueueName, Attributes }, store) {
    const { FifoQueue } = (Attributes ?? {}) as Input;
    if (FifoQueue === "true" || String(QueueName).endsWith(".fifo")) {
      throw sqsError("UnsupportedOperation", "FIFO queues are not served here; only standard queues are.");
    }
    if (!/^[\w-]{1,80}$/.test(String(QueueName))) {
      throw invalid("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    checkRedrive(Attributes, store);
    const existing = store.getQueueByName(String(QueueName))?.attributes;
    const added = existing && Object.keys(Attributes ?? {}).find((name) => !(name in existing));
    if (added !== undefined) {
      const message = `A queue already exists with the same name and a different value for attribute ${added}`;
      throw sqsError("QueueNameExists", message);
    }
  },
  SetQueueAttributes: ({ Attributes }, store) => checkRedrive(Attributes, store),
  GetQueueAttributes({ AttributeNames }) {
    const unknown = ((AttributeNames ?? []) as string[]).find((name) => !attributeNames.has(name));
    if (unknown !== undefined) throw sqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  },
  SendMessage: checkMessage,
  DeleteMessage: checkHandle,
  ChangeMessageVisibility: checkHandle,
};

const entryChecks: Record<string, (entry: Input) => void> = {
  SendMessageBatch: checkMessage,
  DeleteMessageBatch: checkHandle,
};

type Failed = { Id: unknown; SenderFault: true; Code: string; Message: string };

/** The entries of a batch that are refused, and those that are left; undefined for what is no batch. */
export function refuseEntries(action: string, input: Input): { failed: Failed[]; left: Input[] } | undefined {
  const check = Object.hasOwn(entryChecks, action) ? entryChecks[action] : undefined;
  if (!check || !Array.isArray(input.Entries)) return undefined;
  const failed: Failed[] = [];
  const left: Input[] = [];
  for (const entry of input.Entries as Input[]) {
    try {
      check(entry);
      left.push(entry);
    } catch (error) {
      const { code, message } = error as Error & { code: string };
      failed.push({ Id: entry.Id, SenderFault: true, Code: code, Message: message });
    }
  }
  return { failed, left };
}

function checkMessage({ MessageBody, DelaySeconds, MessageAttributes }: Input): void {
  if (typeof MessageBody !== "string" || MessageBody === "") {
    throw sqsError("MissingParameter", "The request must contain the parameter MessageBody.");
  }
  const delay = Number(DelaySeconds ?? 0);
  if (!(delay >= 0 && delay <= LONGEST_DELAY_SECONDS)) {
    throw invalid(
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  const attributes = Object.entries((MessageAttributes ?? {}) as Record<string, Input>);
  if (attributes.length > MOST_ATTRIBUTES) {
    throw invalid(`Number of message attributes [${attributes.length}] exceeds the allowed maximum [10].`);
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of attributes) {
    if (!/^(String|Number|Binary)(\.|$)/.test(String(DataType))) {
      throw invalid(`The type of message (user) attribute '${name}' is invalid.`);
    }
    if (!StringValue && !BinaryValue) {
      throw invalid(`Message (user) attribute '${name}' must contain a non-empty value.`);
    }
  }
}

/** fauxqs's receipt handles are UUIDs. */
function checkHandle({ ReceiptHandle }: Input): void {
  if (typeof ReceiptHandle === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(ReceiptHandle))
    return;
  if (ReceiptHandle === undefined) {
    throw sqsError("MissingParameter", "The request must contain the parameter ReceiptHandle.");
  }
  throw sqsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
  );
}

/** A dead-letter queue that is not there would hold a poisonous message in its source for ever, and say nothing. */
function checkRedrive(attributes: unknown, store: Store): void {
  const { RedrivePolicy } = (attributes ?? {}) as { RedrivePolicy?: string };
  if (!RedrivePolicy) return;
  const refused = (why: string) =>
    invalid(`Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ${why}`);
  const { deadLetterTargetArn, maxReceiveCount } = parsed(RedrivePolicy, refused);
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > MOST_RECEIVES) {
    throw refused(`maxReceiveCount must be an integer from 1 to ${MOST_RECEIVES}.`);
  }
  if (!store.getQueueByArn(String(deadLetterTargetArn))) throw refused("Dead letter target does not exist.");
}

function parsed(policy: string, refused: (why: string) => Error): Input {
  try {
    return Object(JSON.parse(policy));
  } catch {
    throw refused("it is not JSON.");
  }
}

const invalid = (message: string) => sqsError("InvalidParameterValue", message);

const attributeNames = new Set([
  "All",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "ContentBasedDeduplication",
  "CreatedTimestamp",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "LastModifiedTimestamp",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "Policy",
  "QueueArn",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
]);
