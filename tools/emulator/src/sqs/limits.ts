// The names, ranges and sizes that SQS allows (SQS API reference; SQS guide, "Message quotas").

export type Range = { readonly minimum: number; readonly maximum: number };

type QueueAttribute = Partial<Range> & {
  /** What a queue has that was created without it. */
  readonly default?: string;
  /** Reported by the queue; no client sets it. */
  readonly isReadOnly?: true;
  /** SQS takes it for FIFO queues alone, which this endpoint does not have. */
  readonly isFifoOnly?: true;
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
  KmsDataKeyReusePeriodSeconds: {},
  FifoQueue: {},
  ContentBasedDeduplication: { isFifoOnly: true },
  DeduplicationScope: { isFifoOnly: true },
  FifoThroughputLimit: { isFifoOnly: true },
  SqsManagedSseEnabled: {},
  RedriveAllowPolicy: {},
};

/** Numbers in requests, with the reason that SQS gives when one is outside of its range. */
export const parameters = {
  DelaySeconds: { minimum: 0, maximum: 900, reason: "DelaySeconds must be >= 0 and <= 900." },
  MaxNumberOfMessages: { minimum: 1, maximum: 10, reason: "Must be between 1 and 10, if provided." },
  VisibilityTimeout: { minimum: 0, maximum: 43_200, reason: "Must be between 0 and 43200." },
  WaitTimeSeconds: { minimum: 0, maximum: 20, reason: "Must be >= 0 and <= 20, if provided." },
} satisfies Record<string, Range & { reason: string }>;

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
  attributeType: /^(String|Number|Binary)(\.|$)/,
};

/** This emulator's receipt handles are UUIDs. */
export const receiptHandle = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export const maxReceiveCount: Range = { minimum: 1, maximum: 1000 };

/** SQS moves up to 500 messages a second (SQS API reference, "StartMessageMoveTask"). */
export const maxMovesPerSecond: Range = { minimum: 1, maximum: 500 };

/** A redrive allow policy names no more (SQS API reference, "SetQueueAttributes"). */
export const maximumSourceQueues = 10;
export const queueArn = /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]{1,80}(\.fifo)?$/;
