// fauxqs's SQS engine without its web server: its package exports only a server that listens on every interface.
import type { DatabaseSync } from "node:sqlite";
import type { buildApp, MessageAttributeValue } from "fauxqs";

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;
type TheirQueue = NonNullable<ReturnType<Stores["sqsStore"]["getQueueByName"]>>;
export type SqsMessage = TheirQueue["messages"][number];
export type ReceivedMessage = ReturnType<TheirQueue["dequeue"]>[number];
export type { MessageAttributeValue };

/** As much of a queue as actions use; what is about messages is replaced in `queue.ts`. */
export type FauxQueue = Pick<
  TheirQueue,
  | "name"
  | "url"
  | "arn"
  | "createdTimestamp"
  | "lastModifiedTimestamp"
  | "attributes"
  | "tags"
  | "setAttributes"
> & {
  persistence?: Persistence | undefined;
  inflightMessages: Map<string, { message: SqsMessage; receiptHandle: string; visibilityDeadline: number }>;
  getAttribute(name: Parameters<TheirQueue["getAttribute"]>[0]): string | undefined;
  enqueue(message: SqsMessage): void;
  dequeue(
    most: number,
    visibilityTimeout?: number,
    queueOf?: (arn: string) => FauxQueue | undefined,
  ): ReceivedMessage[];
  deleteMessage(receiptHandle: string): boolean;
  changeVisibility(receiptHandle: string, seconds: number): void;
  purge(): void;
  cancelWaiters(): void;
};
type NewQueue = [
  name: string,
  url: string,
  arn: string,
  attributes?: Record<string, string>,
  tags?: Record<string, string>,
];

/** As much of the store as is used, of queues of a kind. */
export type FauxStore<Queue extends FauxQueue> = {
  host: string;
  region: string | undefined;
  persistence: Persistence | undefined;
  queues: Map<string, Queue>;
  queuesByName: Map<string, Queue>;
  queuesByArn: Map<string, Queue>;
  createQueue(...queue: NewQueue): Queue;
  deleteQueue(url: string): boolean;
  getQueue(url: string): Queue | undefined;
  getQueueByName(name: string): Queue | undefined;
  getQueueByArn(arn: string): Queue | undefined;
  allQueues(): Iterable<Queue>;
  listQueues(): { queues: Queue[] };
  shutdown(): void;
};

/** What an SQS action takes: its JSON input, the store, and the request's headers. */
export type SqsAction = (
  input: Record<string, unknown>,
  store: FauxStore<FauxQueue>,
  request: { headers: Record<string, string | undefined> },
) => unknown;

/** An error of the SQS protocol, as fauxqs throws it. */
export type SqsFailure = Error & {
  code: string;
  queryCode: string;
  statusCode: number;
  toJSON(): object;
};

export type Persistence = {
  db: DatabaseSync;
  insertQueue(queue: FauxQueue): void;
  deleteQueue(name: string): void;
  loadSqsMessages(queue: FauxQueue): void;
  loadSqsAndSns(sqs: FauxStore<FauxQueue>, sns: unknown): void;
  close(): void;
};

// Its files are imported by their place beside the package's entry, which is pinned to one exact version.
const part = async <T>(path: string): Promise<T> =>
  (await import(new URL(path, import.meta.resolve("fauxqs")).href)) as T;

export const { SqsQueue: FauxQueue, SqsStore: FauxStore } = await part<{
  SqsQueue: new (...queue: NewQueue) => FauxQueue;
  SqsStore: { new <Queue extends FauxQueue>(): FauxStore<Queue>; createMessage: unknown };
}>("./sqs/sqsStore.js");
export const { SnsStore } = await part<{ SnsStore: new () => unknown }>("./sns/snsStore.js");
export const { PersistenceManager } = await part<{
  PersistenceManager: new (directory: string) => Persistence;
}>("./persistence.js");
export const { md5OfMessageAttributes } = await part<{
  md5OfMessageAttributes: (attributes: Record<string, MessageAttributeValue>) => string;
}>("./common/md5.js");
const { SqsError } = await part<{ SqsError: new (code: string, message: string) => SqsFailure }>(
  "./common/errors.js",
);

const { INVALID_MESSAGE_BODY_CHAR: forbidden } = await part<{ INVALID_MESSAGE_BODY_CHAR: RegExp }>(
  "./sqs/sqsTypes.js",
);
/** SQS allows what XML 1.0 does (API reference, "SendMessage"); fauxqs forgets the characters beyond the first plane. */
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
forbidden.test = (body) => notXml.test(body);

export const sqsError = (code: string, message: string): SqsFailure => new SqsError(code, message);

/** The codes that the query protocol, and so the header of its compatible errors, has a prefix for (SQS API model). */
const prefixed = new Set([
  "BatchEntryIdsNotDistinct",
  "BatchRequestTooLong",
  "EmptyBatchRequest",
  "InvalidBatchEntryId",
  "MessageNotInflight",
  "NonExistentQueue",
  "PurgeQueueInProgress",
  "QueueDeletedRecently",
  "TooManyEntriesInBatchRequest",
  "UnsupportedOperation",
]);

/** The header after which SDKs name an error that has no class of its own. */
export function queryErrorOf({ code, queryCode }: SqsFailure): string {
  const named = code === "QueueDoesNotExist" ? "NonExistentQueue" : queryCode;
  return `${prefixed.has(named) ? "AWS.SimpleQueueService." : ""}${named};Sender`;
}

export function isSqsFailure(error: unknown): error is SqsFailure {
  return error instanceof SqsError;
}

const names = [
  "createQueue",
  "deleteQueue",
  "getQueueUrl",
  "listQueues",
  "getQueueAttributes",
  "setQueueAttributes",
  "purgeQueue",
  "sendMessage",
  "receiveMessage",
  "deleteMessage",
  "sendMessageBatch",
  "deleteMessageBatch",
  "changeMessageVisibility",
  "changeMessageVisibilityBatch",
  "tagQueue",
  "untagQueue",
  "listQueueTags",
] as const;

/** Actions by their name on the wire, such as `SendMessage`. */
export const actions: ReadonlyMap<string, SqsAction> = new Map(
  await Promise.all(
    names.map(async (name): Promise<[string, SqsAction]> => {
      const module = await part<Record<string, SqsAction>>(`./sqs/actions/${name}.js`);
      const action = module[name];
      if (!action) throw new Error(`fauxqs has no action ${name}; its version is not the pinned one.`);
      return [name.charAt(0).toUpperCase() + name.slice(1), action];
    }),
  ),
);
