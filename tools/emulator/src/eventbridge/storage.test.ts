// The file: what is written lies in SQLite's write-ahead log, and a happy delivery writes nothing at all.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { BUS, createWorld, entry } from "./testing.ts";

test("the database is in write-ahead mode, which survives a kill", () => {
  const file = join(directoryForTest(), "bridge.sqlite");
  createWorld({ file });
  const database = new DatabaseSync(file, { readOnly: true });
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  database.close();
});

test("an event that is delivered leaves no record, unless an archive keeps it", async () => {
  const file = join(directoryForTest(), "bridge.sqlite");
  const world = createWorld({ file });
  await world.addRule();
  // Seen from outside, a connection's data_version moves with every commit of another.
  const outside = new DatabaseSync(file, { readOnly: true });
  const version = () => outside.prepare("PRAGMA data_version").get()?.data_version;
  const before = version();
  await world.put(entry);
  expect(world.delivered).toHaveLength(1);
  expect(version()).toBe(before);
  await world.arrange("CreateArchive", { ArchiveName: "all", EventSourceArn: BUS });
  const archived = version();
  await world.put(entry);
  expect(version()).not.toBe(archived);
  outside.close();
});
