// The names, ranges and sizes that SQS allows (SQS API reference; SQS guide, "Message quotas").

export type Range = { readonly minimum: number; readonly maximum: number };

type QueueAttribute = Partial<Range> & {
  /** What a queue has that was created without it. */
  readonly default?: string;
  /** Reported by the queue; no client sets it. */
  readonly isReadOnly?: true;
  /** FIFO queues alone have it: a standard queue does not know it, or says what it is for. */
  readonly isFifoOnly?: "unknown" | "named";
  readonly values?: readonly string[];
};

const MAXIMUM_MESSAGE_BYTES = 1024 * 1024;

/** In the order in which GetQueueAttributes answers "All". */
export const queueAttributes: Readonly<Record<string, QueueAttribute>> = {
  QueueArn: { isReadOnly: true },
  VisibilityTimeout: { default: "30", minimum: 0, maximum: 43_200 },
  DelaySeconds: { default: "0", minimum: 0, maximum: 900 },
  MaximumMessageSize: {
    default: String(MAXIMUM_MESSAGE_BYTES),
    minimum: 1024,
    maximum: MAXIMUM_MESSAGE_BYTES,
  },
  MessageRetentionPeriod: { default: "345600", minimum: 60, maximum: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { default: "0", minimum: 0, maximum: 20 },
  ApproximateNumberOfMessages: { isReadOnly: true },
  ApproximateNumberOfMessagesNotVisible: { isReadOnly: true },
  ApproximateNumberOfMessagesDelayed: { isReadOnly: true },
  CreatedTimestamp: { isReadOnly: true },
  LastModifiedTimestamp: { isReadOnly: true },
  RedrivePolicy: {},
  Policy: {},
  KmsMasterKeyId: {},
  KmsDataKeyReusePeriodSeconds: { minimum: 60, maximum: 86_400 },
  FifoQueue: { isFifoOnly: "unknown" },
  ContentBasedDeduplication: { isFifoOnly: "unknown" },
  DeduplicationScope: { isFifoOnly: "named" },
  FifoThroughputLimit: { isFifoOnly: "named" },
  SqsManagedSseEnabled: { values: ["true", "false"] },
  RedriveAllowPolicy: {},
};

/** Numbers in requests, with the reason that SQS gives when one is outside of its range. */
export const parameters = {
  DelaySeconds: { minimum: 0, maximum: 900, reason: "DelaySeconds must be >= 0 and <= 900." },
  MaxNumberOfMessages: { minimum: 1, maximum: 10, reason: "Must be between 1 and 10, if provided." },
  VisibilityTimeout: { minimum: 0, maximum: 43_200, reason: "Must be between 0 and 43200, if provided." },
  WaitTimeSeconds: { minimum: 0, maximum: 20, reason: "Must be >= 0 and <= 20, if provided." },
} satisfies Record<string, Range & { reason: string }>;

/** What a receive may ask of a message; the names of a queue's attributes are read, and mean nothing here. */
export const systemAttributes: readonly string[] = [
  ...["All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp"],
  ...["SequenceNumber", "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader"],
  "DeadLetterQueueSourceArn",
];

/** Of the lists of queues and of move tasks, on a page. */
export const mostQueues: Range = { minimum: 1, maximum: 1000 };
export const mostTasks: Range = { minimum: 1, maximum: 10 };

/** SQS guide, "Amazon SQS message quotas". */
export const MOST_IN_FLIGHT = 120_000;
/** From the receive on, however often it is changed (SQS guide, "Visibility timeout"). */
export const LONGEST_IN_FLIGHT_MILLISECONDS = 43_200_000;

/** SQS guide, "Cost allocation tags": quotas of tags. */
export const tags = { most: 50, longestKey: 128, longestValue: 256 };

export const queueName = /^[\w-]{1,80}$/;

export const batch = {
  maximumEntries: 10,
  maximumBytes: MAXIMUM_MESSAGE_BYTES,
  entryId: /^[\w-]{1,80}$/,
};

export const message = {
  /** Every character that XML 1.0 does not allow. */
  forbiddenCharacter: /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u,
  maximumAttributes: 10,
  /** SQS API reference, "SendMessage", MessageGroupId. */
  groupId: /^[!-~]{1,128}$/,
  attributeName: /^[\w.-]+$/,
  reservedName: /^(aws|amazon)\.|^\.|\.$|\.\./i,
  attributeType: /^(String|Number|Binary)(\.|$)/,
  /** Of an attribute's name, and of its type. */
  maximumAttributeBytes: 256,
};

export const maxReceiveCount: Range = { minimum: 1, maximum: 1000 };

/** SQS moves up to 500 messages a second (SQS API reference, "StartMessageMoveTask"). */
export const maxMovesPerSecond: Range = { minimum: 1, maximum: 500 };

/** A redrive allow policy names no more (SQS API reference, "SetQueueAttributes"). */
export const maximumSourceQueues = 10;
export const queueArn = /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]{1,80}(\.fifo)?$/;
