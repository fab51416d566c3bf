// The queues, in memory or in a SQLite file.
import { join } from "node:path";
import { makePrivateFolder } from "../private-files.ts";
import { type OpenStore, openStore as openSqlite } from "../sqlite-settings.ts";
import { type MessageFile, openMessageFile } from "./message-file.ts";
import { MessageQueue, type QueueDescription } from "./queue.ts";
import type { UnpromisedAt } from "./unpromised.ts";

export type QueueStore = {
  create(description: QueueDescription): MessageQueue;
  /** Writes the queue's attributes and tags. */
  save(queue: MessageQueue): void;
  remove(queue: MessageQueue): void;
  named(name: string): MessageQueue | undefined;
  withArn(arn: string): MessageQueue | undefined;
  all(): readonly MessageQueue[];
  /** Resolves when the file is up to date; undefined if it is already. */
  written(): Promise<void> | undefined;
  close(): void;
};

/** Named after a library that once wrote this file, so that older data folders still open. */
export const QUEUES_FILE = "fauxqs.db";

const SCHEMA = `CREATE TABLE IF NOT EXISTS sqs_queues (
  name TEXT PRIMARY KEY, url TEXT NOT NULL, arn TEXT NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL,
  created_timestamp INTEGER NOT NULL, last_modified_timestamp INTEGER NOT NULL,
  sequence_counter INTEGER NOT NULL DEFAULT 0)`;

export function openStore(
  directory: string | undefined,
  unpromised: UnpromisedAt,
  open: OpenStore = openSqlite,
): QueueStore {
  const disk = directory === undefined ? undefined : openDisk(directory, open);
  const queues = new Map<string, MessageQueue>();
  const queueOf = (arn: string) => {
    const queue = queues.get(arn.slice(arn.lastIndexOf(":") + 1));
    return queue?.arn === arn ? queue : undefined;
  };

  function add(description: QueueDescription): MessageQueue {
    const queue = new MessageQueue(description, { file: disk?.messages, queueOf, unpromised });
    queues.set(queue.name, queue);
    return queue;
  }

  for (const description of disk?.queues() ?? []) {
    const queue = add(description);
    for (const message of disk?.messages.read(queue.name) ?? []) queue.adopt(message);
  }

  return {
    create(description) {
      const queue = add(description);
      disk?.save(queue);
      return queue;
    },
    save: (queue) => disk?.save(queue),
    remove(queue) {
      queue.purge();
      disk?.remove(queue.name);
      queues.delete(queue.name);
      queue.close();
    },
    named: (name) => queues.get(name),
    withArn: queueOf,
    all: () => [...queues.values()],
    written: () => disk?.messages.written(),
    close() {
      for (const queue of queues.values()) queue.close();
      disk?.close();
    },
  };
}

type Disk = {
  readonly messages: MessageFile;
  queues(): QueueDescription[];
  save(queue: MessageQueue): void;
  remove(name: string): void;
  close(): void;
};

function openDisk(directory: string, open: OpenStore): Disk {
  makePrivateFolder(directory);
  const database = open(join(directory, QUEUES_FILE));
  database.exec(SCHEMA);
  const messages = openMessageFile(database);
  const insert = database.prepare(
    `INSERT OR REPLACE INTO sqs_queues
     (name, url, arn, attributes, tags, created_timestamp, last_modified_timestamp) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = database.prepare("DELETE FROM sqs_queues WHERE name = ?");
  const select = database.prepare("SELECT * FROM sqs_queues");
  return {
    messages,
    queues: () => select.all().map(readQueue),
    save({ arn, attributes, createdAt, modifiedAt, name, tags, url }) {
      insert.run(name, url, arn, JSON.stringify(attributes), JSON.stringify(tags), createdAt, modifiedAt);
    },
    remove: (name) => void remove.run(name),
    close() {
      messages.flush();
      database.close();
    },
  };
}

function readQueue(row: Record<string, unknown>): QueueDescription {
  return {
    name: String(row.name),
    url: String(row.url),
    arn: String(row.arn),
    attributes: JSON.parse(String(row.attributes)),
    tags: JSON.parse(String(row.tags)),
    createdAt: Number(row.created_timestamp),
    modifiedAt: Number(row.last_modified_timestamp),
  };
}
