// fauxqs's SQS engine without its web server: its package exports only a server that listens on every interface.
import type { buildApp, MessageAttributeValue } from "fauxqs";

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;
export type SqsStore = Stores["sqsStore"];
export type SqsQueue = NonNullable<ReturnType<SqsStore["getQueueByName"]>>;
export type SqsMessage = SqsQueue["messages"][number];
export type { MessageAttributeValue };

/** What an SQS action takes: its JSON input, the store, and the request's headers. */
export type SqsAction = (
  input: Record<string, unknown>,
  store: SqsStore,
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
  db: {
    exec(sql: string): void;
    prepare(sql: string): { run(...values: string[]): unknown; all(): Record<string, unknown>[] };
  };
  updateMessageReady(messageId: string): void;
  loadSqsAndSns(sqs: SqsStore, sns: unknown): void;
  close(): void;
};

// Its files are imported by their place beside the package's entry, which is pinned to one exact version.
const part = async <T>(path: string): Promise<T> =>
  (await import(new URL(path, import.meta.resolve("fauxqs")).href)) as T;

const { SqsStore: Store } = await part<{
  SqsStore: { new (): SqsStore; createMessage: CreateMessage };
}>("./sqs/sqsStore.js");
const { SnsStore } = await part<{ SnsStore: new () => unknown }>("./sns/snsStore.js");
const { PersistenceManager } = await part<{ PersistenceManager: new (directory: string) => Persistence }>(
  "./persistence.js",
);
const { SqsError } = await part<{ SqsError: new (code: string, message: string) => SqsFailure }>(
  "./common/errors.js",
);

const { INVALID_MESSAGE_BODY_CHAR: forbidden } = await part<{ INVALID_MESSAGE_BODY_CHAR: RegExp }>(
  "./sqs/sqsTypes.js",
);
/** SQS allows what XML 1.0 does (API reference, "SendMessage"); fauxqs forgets the characters beyond the first plane. */
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
forbidden.test = (body) => notXml.test(body);

type CreateMessage = (
  body: string,
  attributes?: Record<string, MessageAttributeValue>,
  delaySeconds?: number,
  messageGroupId?: string,
) => SqsMessage;
export const createMessage: CreateMessage = Store.createMessage;

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

/** A store in memory, or one that persists in the directory: SQLite, safe against the death of the process. */
export function openStore(directory: string | undefined): {
  store: SqsStore;
  persistence: Persistence | undefined;
} {
  const store = new Store();
  store.host = ""; // Queue URLs then carry the host of the request, which is ours.
  if (directory === undefined) return { store, persistence: undefined };
  const persistence = new PersistenceManager(directory);
  // A write-ahead log that is not flushed at each commit still survives kill -9; only a power cut can lose its end.
  persistence.db.exec("PRAGMA synchronous = NORMAL");
  // fauxqs would clear the receive count too, which its own table refuses: the message would be in nobody's hand, and lost.
  const makeReady = persistence.db.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  persistence.updateMessageReady = (messageId) => void makeReady.run(messageId);
  persistence.loadSqsAndSns(store, new SnsStore());
  const typed = persistence as unknown as SqsStore["persistence"] & object;
  store.persistence = typed;
  for (const queue of store.allQueues()) queue.persistence = typed;
  return { store, persistence };
}
