// Whole and damaged logs are told apart, by logs that SQLite wrote.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openTablesFile } from "./dynamodb/open-file.ts";
import { createSqliteRows } from "./dynamodb/sqlite-rows.ts";
import { openStore } from "./sqlite-settings.ts";
import { StateError } from "./state-error.ts";
import { directoryForTest } from "./testing.ts";
import { assertWholeLog, damageIn } from "./write-ahead-log.ts";

const HEADER = 32;
const FRAME = 24 + 4096;

/** A file and its log as a killed process leaves them; `values` are committed one by one. */
function leftBehind(values: number, perCommit = 1) {
  const directory = directoryForTest();
  const running = join(directory, "running.sqlite");
  const database = openStore(running, 1000);
  const rows = createSqliteRows(database);
  for (let key = 0; key < values; key += perCommit)
    rows.commit(
      Array.from({ length: perCommit }, (_, n) => ({ space: 1, key: `${key + n}`, value: "x".repeat(700) })),
    );
  const file = join(directory, "left.sqlite");
  for (const ending of ["", "-wal"]) copyFileSync(running + ending, file + ending);
  database.close();
  return { file, log: `${file}-wal`, bytes: readFileSync(`${file}-wal`) };
}

const valuesIn = (file: string) => {
  const database = new DatabaseSync(file);
  const count = Number(database.prepare("SELECT count(*) AS n FROM rows").get()?.n);
  database.close();
  return count;
};

test("a log as SQLite writes it is whole, and so is one that ends anywhere in the middle of a frame", () => {
  const { bytes, log } = leftBehind(40);
  expect(bytes.length).toBeGreaterThan(40 * FRAME);
  expect(() => assertWholeLog(log)).not.toThrow();
  for (let length = 0; length < bytes.length; length += 997)
    expect(damageIn(bytes.subarray(0, length)), `cut at ${length}`).toBeUndefined();
});

test("one wrong bit is noticed wherever a frame follows, and SQLite alone would forget what is behind it", () => {
  const { bytes, file, log } = leftBehind(40);
  const last = bytes.length - FRAME;
  for (let at = 0; at < last; at += 1499) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const frame = at < HEADER ? 0 : at - ((at - HEADER) % FRAME);
    expect(damageIn(damaged), `byte ${at}`).toBe(frame);
  }
  bytes[HEADER + 20 * FRAME + 1000] = 7;
  writeFileSync(log, bytes);
  for (const _attempt of [1, 2]) {
    expect(() => openTablesFile(file, { starts: 0 })).toThrow(StateError);
    expect(() => openTablesFile(file, { starts: 0 })).toThrow(`${log} is damaged at byte`);
  }
  expect(valuesIn(file)).toBeLessThan(40);
});

test("a log that was begun anew has frames of an earlier round behind its end, and is whole", () => {
  // A thousand pages are moved to the file at a time, and then the log is written from its beginning.
  const { bytes, file, log } = leftBehind(1500);
  const rounds = new Set<string>();
  for (let at = HEADER; at < bytes.length; at += FRAME) rounds.add(bytes.toString("hex", at + 8, at + 16));
  expect(rounds.size).toBe(2);
  expect(() => assertWholeLog(log)).not.toThrow();
  expect(valuesIn(file)).toBe(1500);
});

test("a process that is killed in the middle of a commit leaves its beginning, which the next one writes over", () => {
  const { bytes, file, log } = leftBehind(200, 100);
  // The second commit has several frames; the last is missing.
  writeFileSync(log, bytes.subarray(0, bytes.length - FRAME));
  for (const starts of [0, 1, 2]) {
    const database = openTablesFile(file, { starts });
    expect(createSqliteRows(database).get(1, "99")).toBeDefined();
    expect(createSqliteRows(database).get(1, "100")).toBeUndefined();
    // What this process leaves if it is killed now.
    const log = readFileSync(`${file}-wal`);
    expect(damageIn(log)).toBeUndefined();
    database.close();
  }
});

test("no log is whole", () => {
  expect(() => assertWholeLog(join(directoryForTest(), "nowhere-wal"))).not.toThrow();
});
