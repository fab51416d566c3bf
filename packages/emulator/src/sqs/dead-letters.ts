// Which queue a dead letter came from: fauxqs forgets it, so it is kept beside the messages.
// Source: SQS API reference, "ReceiveMessage" (DeadLetterQueueSourceArn) and "StartMessageMoveTask".
import type { Persistence, SqsMessage, SqsQueue, SqsStore } from "./fauxqs.ts";

export type DeadLetterSources = {
  /** Carries out a receive, in which messages of the queue may move to its dead-letter queue. */
  during<T>(queue: SqsQueue | undefined, receive: () => T): T;
  /** The ARN of the queue in which the message became a dead letter. */
  of(message: SqsMessage): string | undefined;
};

export function createDeadLetterSources(
  store: SqsStore,
  persistence: Persistence | undefined,
): DeadLetterSources {
  const sources = new WeakMap<SqsMessage, string>();
  const save = persistence && openTable(persistence, store, sources);
  const find = store.getQueueByArn.bind(store);
  let receivingFrom: SqsQueue | undefined;

  // The action of a receive asks for the dead-letter queue in this way, and puts a message on it.
  store.getQueueByArn = (arn) => {
    const deadLetterQueue = find(arn);
    const from = receivingFrom;
    if (!deadLetterQueue || !from) return deadLetterQueue;
    const enqueue = (message: SqsMessage) => {
      sources.set(message, from.arn);
      deadLetterQueue.enqueue(message);
      save?.(message.messageId, from.arn);
    };
    return { enqueue } as SqsQueue;
  };

  return {
    during(queue, receive) {
      receivingFrom = queue;
      try {
        return receive();
      } finally {
        receivingFrom = undefined;
      }
    },
    of: (message) => sources.get(message),
  };
}

/** Reads what is known of the messages that are there, and returns how to add to it. */
function openTable({ db }: Persistence, store: SqsStore, sources: WeakMap<SqsMessage, string>) {
  db.exec(`CREATE TABLE IF NOT EXISTS dead_letter_sources (message_id TEXT PRIMARY KEY, source_arn TEXT NOT NULL);
    DELETE FROM dead_letter_sources WHERE message_id NOT IN (SELECT message_id FROM sqs_messages);`);
  const rows = db.prepare("SELECT message_id, source_arn FROM dead_letter_sources").all();
  const known = new Map(rows.map((row) => [row.message_id, String(row.source_arn)]));
  for (const queue of store.allQueues()) {
    const inFlight = [...queue.inflightMessages.values()].map(({ message }) => message);
    for (const message of [...queue.messages, ...inFlight]) {
      const source = known.get(message.messageId);
      if (source !== undefined) sources.set(message, source);
    }
  }
  const insert = db.prepare(
    "INSERT OR REPLACE INTO dead_letter_sources (message_id, source_arn) VALUES (?, ?)",
  );
  return (messageId: string, sourceArn: string) => void insert.run(messageId, sourceArn);
}

const ATTRIBUTE = "DeadLetterQueueSourceArn";

/** Adds the source to the messages of an answer, if the request asks for it. */
export function tellSources(
  queue: SqsQueue,
  input: Record<string, unknown>,
  result: unknown,
  of: DeadLetterSources["of"],
): void {
  const wanted = [input.AttributeNames, input.MessageSystemAttributeNames].flat();
  if (!wanted.includes("All") && !wanted.includes(ATTRIBUTE)) return;
  type Received = { ReceiptHandle: string; Attributes?: Record<string, string> };
  const { Messages = [] } = (result ?? {}) as { Messages?: Received[] };
  for (const received of Messages) {
    const message = queue.inflightMessages.get(received.ReceiptHandle)?.message;
    const source = message && of(message);
    if (source !== undefined) received.Attributes = { ...received.Attributes, [ATTRIBUTE]: source };
  }
}
