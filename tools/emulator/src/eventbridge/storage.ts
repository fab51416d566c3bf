// EventBridge's records in SQLite: small JSON documents by kind and key, and archived events by time.
import { createGroupCommit } from "../group-commit.ts";
import { type OpenStore, openShared } from "../sqlite-settings.ts";
import { parseExactly } from "./lossless-json.ts";
import type { BusEvent } from "./model.ts";

export type Storage = {
  /** Every document of a kind, oldest key first. */
  all<T>(kind: string): T[];
  put(kind: string, key: string, document: object): void;
  delete(kind: string, key: string): void;
  /**
   * Resolves when the event, given as JSON, is kept; those of one turn of the event loop share a transaction.
   * In memory nothing is kept longer than the process, so nothing is waited for.
   */
  archive(archiveName: string, eventJson: string, at: number): Promise<void>;
  /** Archived events after a place in the archive, whose time is from `from` to `to`, in milliseconds. */
  archived(archiveName: string, after: number, from: number, to: number, limit: number): Archived[];
  archiveSize(archiveName: string): { count: number; bytes: number };
  deleteArchived(archiveName: string, before?: number): void;
  close(): void;
};

/** An archived event and its place in the order of archiving. */
export type Archived = { id: number; at: number; event: BusEvent };

/** `file` is a path or `:memory:`. */
export function openStorage(file: string, open: OpenStore = openShared): Storage {
  const database = open(file);
  database.exec(`
    CREATE TABLE IF NOT EXISTS documents (kind TEXT, key TEXT, document TEXT NOT NULL, PRIMARY KEY (kind, key));
    CREATE TABLE IF NOT EXISTS archived (id INTEGER PRIMARY KEY, archive TEXT, at INTEGER, event TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS archived_by_time ON archived (archive, at);`);
  const select = database.prepare("SELECT document FROM documents WHERE kind = ? ORDER BY key");
  const put = database.prepare("INSERT OR REPLACE INTO documents (kind, key, document) VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM documents WHERE kind = ? AND key = ?");
  const insert = database.prepare("INSERT INTO archived (archive, at, event) VALUES (?, ?, ?)");
  const range = database.prepare(
    `SELECT id, at, event FROM archived
     WHERE archive = ? AND id > ? AND at >= ? AND at <= ? ORDER BY id LIMIT ?`,
  );
  const size = database.prepare(
    "SELECT count(*) AS count, coalesce(sum(length(event)), 0) AS bytes FROM archived WHERE archive = ?",
  );
  const purge = database.prepare("DELETE FROM archived WHERE archive = ? AND at < ?");
  let pending: [archiveName: string, at: number, event: string][] = [];
  const group = createGroupCommit(database, {
    write: () => {
      for (const row of pending) insert.run(...row);
    },
    written: () => {
      pending = [];
    },
  });
  return {
    all: <T>(kind: string) => select.all(kind).map((row) => JSON.parse(String(row.document)) as T),
    put: (kind, key, document) => void put.run(kind, key, JSON.stringify(document)),
    delete: (kind, key) => void remove.run(kind, key),
    async archive(archiveName, eventJson, at) {
      pending.push([archiveName, at, eventJson]);
      group.due();
      if (file !== ":memory:") await group.done();
    },
    archived(archiveName, after, from, to, limit) {
      group.now();
      return range.all(archiveName, after, from, to, limit).map(({ id, at, event }) => ({
        id: Number(id),
        at: Number(at),
        event: parseExactly(String(event)) as BusEvent,
      }));
    },
    archiveSize(archiveName) {
      group.now();
      const row = size.get(archiveName);
      return { count: Number(row?.count ?? 0), bytes: Number(row?.bytes ?? 0) };
    },
    deleteArchived(archiveName, before = Number.MAX_SAFE_INTEGER) {
      group.now();
      purge.run(archiveName, before);
    },
    close() {
      group.now();
      database.close();
    },
  };
}
