// Keeps the messages of all queues in SQLite; the changes of one turn of the event loop are one transaction.
import type { DatabaseSync } from "node:sqlite";
import { createGroupCommit } from "../group-commit.ts";
import type { Message } from "./message.ts";

export type MessageFile = {
  /** Schedules the message to be written as it is at the end of the turn. */
  note(message: Message): void;
  /** Resolves when all noted messages are in the file, and rejects if that fails; undefined if they are. */
  written(): Promise<void> | undefined;
  /** Writes the noted messages at once. */
  flush(): void;
  /** The messages of a queue, in the order of their arrival. */
  read(queueName: string): Message[];
};

const SCHEMA = `CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL,
  group_id TEXT, sent_at INTEGER NOT NULL, delay_until INTEGER, source_arn TEXT,
  receive_count INTEGER NOT NULL, first_received_at INTEGER, receipt_handle TEXT, visible_at INTEGER,
  trace_header TEXT)`;

export function openMessageFile(
  database: Pick<DatabaseSync, "exec" | "prepare" | "isTransaction">,
): MessageFile {
  database.exec(SCHEMA);
  addTraceHeaders(database);
  const insert = database.prepare(
    "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const update = database.prepare(
    `UPDATE messages SET queue = ?, source_arn = ?, receive_count = ?, first_received_at = ?, receipt_handle = ?,
     visible_at = ? WHERE id = ?`,
  );
  const remove = database.prepare("DELETE FROM messages WHERE id = ?");
  const select = database.prepare("SELECT * FROM messages WHERE queue = ? ORDER BY id");
  const latest = database.prepare("SELECT max(id) AS id FROM messages").get();
  let nextRow = Number(latest?.id ?? 0) + 1;
  const noted = new Set<Message>();

  const group = createGroupCommit(database, {
    write: () => noted.forEach(write),
    written() {
      for (const message of noted) message.isWritten = true;
      noted.clear();
    },
  });

  /** As it is now; of a message that came and went within a turn there is nothing to write. */
  function write(message: Message): void {
    const { isWritten, queueName, row = 0, sourceArn = null } = message;
    if (queueName === undefined) {
      if (isWritten) remove.run(row);
      return;
    }
    const { firstReceivedAt = null, receiptHandle = null, receiveCount, visibleAt = null } = message;
    if (isWritten) {
      update.run(queueName, sourceArn, receiveCount, firstReceivedAt, receiptHandle, visibleAt, row);
      return;
    }
    const { attributes, body, delayedUntil = null, groupId = null, id, sentAt, traceHeader = null } = message;
    insert.run(
      ...[row, queueName, id, body, JSON.stringify(attributes), groupId, sentAt, delayedUntil, sourceArn],
      ...[receiveCount, firstReceivedAt, receiptHandle, visibleAt, traceHeader],
    );
  }

  return {
    note(message) {
      message.row ??= nextRow++;
      noted.add(message);
      group.due();
    },
    written: group.done,
    flush: group.now,
    read: (queueName) => select.all(queueName).map(readMessage),
  };
}

/** To a file that was made before messages had one. */
function addTraceHeaders(database: Pick<DatabaseSync, "exec" | "prepare">): void {
  const columns = database.prepare("PRAGMA table_info(messages)").all();
  if (columns.some(({ name }) => name === "trace_header")) return;
  database.exec("ALTER TABLE messages ADD COLUMN trace_header TEXT");
}

function readMessage(row: Record<string, unknown>): Message {
  const number = (name: string) => (row[name] === null ? undefined : Number(row[name]));
  const text = (name: string) => (row[name] === null ? undefined : String(row[name]));
  return {
    id: String(row.message_id),
    body: String(row.body),
    attributes: JSON.parse(String(row.attributes)),
    groupId: text("group_id"),
    traceHeader: text("trace_header"),
    sentAt: Number(row.sent_at),
    delayedUntil: number("delay_until"),
    sourceArn: text("source_arn"),
    receiveCount: Number(row.receive_count),
    firstReceivedAt: number("first_received_at"),
    receiptHandle: text("receipt_handle"),
    visibleAt: number("visible_at"),
    queueName: String(row.queue),
    row: Number(row.id),
    isWritten: true,
  };
}
