// Buckets, versions of objects and the events that are still to be told, in one SQLite file: an object and
// its event are one transaction.
import type { DatabaseSync } from "node:sqlite";
import { type OpenStore, openStore } from "../sqlite-settings.ts";
import { transact } from "../sqlite-transaction.ts";

export type Bucket = {
  readonly name: string;
  /** Milliseconds. */
  readonly createdAt: number;
  /** A bucket that never had versions keeps one object under each key. */
  readonly hasVersions: boolean;
  /** Whether EventBridge is told of its objects. */
  readonly tellsEventBridge: boolean;
  readonly cors: readonly CorsRule[];
};

export type CorsRule = {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: number | undefined;
};

export type Version = {
  /** Grows with each write of the store. */
  readonly row: number;
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  readonly size: number;
  /** Without its quotation marks. */
  readonly etag: string;
  readonly modifiedAt: number;
  /** What is answered with the object: its content type, metadata and such. */
  readonly headers: Readonly<Record<string, string>>;
  /** The checksum that the object came with, by the name of its header. */
  readonly checksums: Readonly<Record<string, string>>;
};

export type NewVersion = Omit<Version, "row">;

export type Storage = {
  buckets(): Bucket[];
  bucket(name: string): Bucket | undefined;
  save(bucket: Bucket): void;
  remove(bucket: string): void;
  /** Runs it whole or not at all. */
  transact<T>(run: () => T): T;
  /** Returns the row of the new version. */
  add(bucket: string, version: NewVersion, bytes: Uint8Array): number;
  /** The latest version under the key, which may be a delete marker. */
  latest(bucket: string, key: string): Version | undefined;
  version(bucket: string, key: string, versionId: string): Version | undefined;
  drop(row: number): void;
  read(row: number, from: number, to: number): Uint8Array;
  /** All versions under keys with the prefix, by key, the latest first. */
  list(bucket: string, prefix: string): Version[];
  note(event: object): void;
  noted(): { id: number; event: unknown }[];
  told(id: number): void;
  close(): void;
};

/** Small enough that a range reads little more than it asks for. */
const CHUNK_BYTES = 256 * 1024;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, document TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS versions (row INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL,
    key TEXT NOT NULL, version_id TEXT NOT NULL, document TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS versions_by_key ON versions (bucket, key, row);
  CREATE TABLE IF NOT EXISTS chunks (row INTEGER, number INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (row, number));
  CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);`;

/** `file` is a path or `:memory:`. */
export function openStorage(file: string, open: OpenStore = openStore): Storage {
  const database = open(file);
  database.exec(SCHEMA);
  const versions = versionsIn(database);
  const select = database.prepare("SELECT document FROM buckets WHERE name = ?");
  const all = database.prepare("SELECT document FROM buckets ORDER BY name");
  const put = database.prepare("INSERT OR REPLACE INTO buckets (name, document) VALUES (?, ?)");
  const remove = database.prepare("DELETE FROM buckets WHERE name = ?");
  const note = database.prepare("INSERT INTO events (event) VALUES (?)");
  const noted = database.prepare("SELECT id, event FROM events ORDER BY id");
  const told = database.prepare("DELETE FROM events WHERE id = ?");
  return {
    ...versions,
    buckets: () => all.all().map(({ document }) => JSON.parse(String(document))),
    bucket(name) {
      const row = select.get(name);
      return row && JSON.parse(String(row.document));
    },
    save: (bucket) => void put.run(bucket.name, JSON.stringify(bucket)),
    remove: (name) => void remove.run(name),
    transact: (run) => transact(database, run),
    note: (event) => void note.run(JSON.stringify(event)),
    noted: () => noted.all().map(({ event, id }) => ({ id: Number(id), event: JSON.parse(String(event)) })),
    told: (id) => void told.run(id),
    close: () => database.close(),
  };
}

type VersionStore = Pick<Storage, "add" | "drop" | "latest" | "list" | "read" | "version">;

function versionsIn(database: DatabaseSync): VersionStore {
  const insert = database.prepare(
    "INSERT INTO versions (bucket, key, version_id, document) VALUES (?, ?, ?, ?)",
  );
  const insertChunk = database.prepare("INSERT INTO chunks (row, number, bytes) VALUES (?, ?, ?)");
  const latest = database.prepare(
    "SELECT row, document FROM versions WHERE bucket = ? AND key = ? ORDER BY row DESC LIMIT 1",
  );
  const one = database.prepare(
    "SELECT row, document FROM versions WHERE bucket = ? AND key = ? AND version_id = ?",
  );
  const list = database.prepare(
    `SELECT row, document FROM versions WHERE bucket = ? AND substr(key, 1, ?) = ? ORDER BY key, row DESC`,
  );
  const chunks = database.prepare(
    "SELECT bytes FROM chunks WHERE row = ? AND number BETWEEN ? AND ? ORDER BY number",
  );
  const remove = database.prepare("DELETE FROM versions WHERE row = ?");
  const removeChunks = database.prepare("DELETE FROM chunks WHERE row = ?");
  return {
    add(bucket, version, bytes) {
      const { key, versionId } = version;
      const row = Number(insert.run(bucket, key, versionId, JSON.stringify(version)).lastInsertRowid);
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
        insertChunk.run(row, at / CHUNK_BYTES, bytes.subarray(at, at + CHUNK_BYTES));
      return row;
    },
    latest: (bucket, key) => asVersion(latest.get(bucket, key)),
    version: (bucket, key, versionId) => asVersion(one.get(bucket, key, versionId)),
    drop(row) {
      remove.run(row);
      removeChunks.run(row);
    },
    read(row, from, to) {
      const first = Math.floor(from / CHUNK_BYTES);
      const found = chunks.all(row, first, Math.floor(to / CHUNK_BYTES));
      const bytes = Buffer.concat(found.map((chunk) => chunk.bytes as Uint8Array));
      return bytes.subarray(from - first * CHUNK_BYTES, to - first * CHUNK_BYTES);
    },
    list: (bucket, prefix) =>
      list.all(bucket, [...prefix].length, prefix).flatMap((row) => asVersion(row) ?? []),
  };
}

function asVersion(row: Record<string, unknown> | undefined): Version | undefined {
  return row && { ...JSON.parse(String(row.document)), row: Number(row.row) };
}
