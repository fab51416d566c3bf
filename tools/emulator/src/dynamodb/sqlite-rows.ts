// The same ordered key-value store in one SQLite file, with the latest values in memory.
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { leaveNoRemains } from "../leave-no-remains.ts";
import { transact } from "../sqlite-transaction.ts";
import type { Change, Rows } from "./rows.ts";

/** The cache holds at least this many values, and at most twice as many. */
const RECENT = 4000;

export function createSqliteRows(database: DatabaseSync): Rows {
  database.exec(
    "CREATE TABLE IF NOT EXISTS rows (space INTEGER, key TEXT, value TEXT, PRIMARY KEY (space, key))",
  );
  const sql = {
    get: database.prepare("SELECT value FROM rows WHERE space = ? AND key = ?"),
    put: database.prepare(
      "INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    ),
    remove: database.prepare("DELETE FROM rows WHERE space = ? AND key = ?"),
    clear: database.prepare("DELETE FROM rows WHERE space = ?"),
  };
  const ordered = (order: "ASC" | "DESC") =>
    database.prepare(
      `SELECT key, value FROM rows WHERE space = ? AND key >= ? AND key < ? ORDER BY key ${order}`,
    );
  const [forwards, backwards] = [ordered("ASC"), ordered("DESC")];
  const recent = createRecent();

  function apply(change: Change): void {
    if ("clear" in change) sql.clear.run(change.space);
    else if ("remove" in change) sql.remove.run(change.space, change.key);
    else sql.put.run(change.space, change.key, JSON.stringify(change.value));
  }

  function remember(change: Change): void {
    if ("clear" in change) recent.clear();
    else recent.set(idOf(change.space, change.key), "remove" in change ? undefined : change.value);
  }

  return {
    get(space, key) {
      const id = idOf(space, key);
      const known = recent.get(id);
      if (known !== undefined) return known;
      const row = sql.get.get(space, key);
      const value = row && parse(row.value);
      if (value !== undefined) recent.set(id, value);
      return value;
    },
    *range(space, { from, to }, isBackwards = false) {
      const rows = (isBackwards ? backwards : forwards).iterate(space, from, to);
      for (const { key, value } of rows) yield [String(key), parse(value)];
    },
    commit(changes) {
      // One statement is a transaction by itself.
      if (changes.length === 1) changes.forEach(apply);
      else transact(database, () => changes.forEach(apply));
      changes.forEach(remember);
    },
    leaveNoRemains: () => leaveNoRemains(database),
    close: () => database.close(),
  };
}

const idOf = (space: number, key: string) => `${space}/${key}`;

const parse = (value: SQLOutputValue | undefined): unknown => JSON.parse(String(value));

/** A cache of two generations: when the younger is full, the older is dropped. */
function createRecent() {
  let [young, old] = [new Map<string, unknown>(), new Map<string, unknown>()];
  function set(id: string, value: unknown): void {
    if (value === undefined) {
      young.delete(id);
      old.delete(id);
      return;
    }
    young.set(id, value);
    if (young.size > RECENT) [young, old] = [new Map(), young];
  }
  return {
    get(id: string): unknown {
      const found = young.get(id);
      if (found !== undefined) return found;
      const older = old.get(id);
      if (older !== undefined) set(id, older);
      return older;
    },
    set,
    clear() {
      young.clear();
      old.clear();
    },
  };
}
