import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { DataDirectoryError, deleteDataDirectory, openDataDirectory, openRecord } from "./data-directory.ts";
import { openFaultBoard } from "./faults/board.ts";
import { openClock } from "./persistent-clock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-saga-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a new folder gets secrets of its own that are the same when it is opened again", () => {
  const directory = join(folder, "data");
  const secrets = openDataDirectory(directory);
  expect(openDataDirectory(directory)).toEqual(secrets);
  expect(statSync(join(directory, "order-saga.json")).mode & 0o077).toBe(0);
  expect(openDataDirectory(join(folder, "other"))).not.toEqual(secrets);
});

test("a folder with foreign files is neither used nor deleted", () => {
  const file = join(folder, "thesis.txt");
  writeFileSync(file, "precious");
  expect(() => openDataDirectory(folder)).toThrow(DataDirectoryError);
  expect(() => deleteDataDirectory(folder)).toThrow(DataDirectoryError);
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test.each([
  ["not JSON at all", "{"],
  ["another format", '{"format":99,"secrets":{}}'],
  ["the format of an earlier version", '{"format":2,"secrets":{"ORDER_ID_SECRET":"s","STRIPE_API_KEY":"k"}}'],
  ["no secrets", '{"format":4}'],
])("a damaged marker is a clear error, never a silent reset: %s", (_, content) => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  const marker = join(directory, "order-saga.json");
  writeFileSync(marker, content);
  const remedy = `pnpm reset --data ${directory}`;
  expect(() => openDataDirectory(directory)).toThrow(marker);
  expect(() => openDataDirectory(directory)).toThrow(remedy);
  expect(readFileSync(marker, "utf8")).toBe(content);
});

test("a process killed while it made the folder leaves nothing that is in the way", () => {
  const directory = join(folder, "data");
  mkdirSync(directory);
  writeFileSync(join(directory, "order-saga.json.unfinished"), '{"format":');
  expect(openDataDirectory(directory)).toEqual(openDataDirectory(directory));
});

test("a file in the folder's place is named, neither used nor deleted", () => {
  const file = join(folder, "data");
  writeFileSync(file, "precious");
  for (const act of [openDataDirectory, deleteDataDirectory]) {
    expect(() => act(file)).toThrow(DataDirectoryError);
    expect(() => act(file)).toThrow(`${file} is a file`);
  }
  expect(() => openDataDirectory(join(file, "data"))).toThrow(/cannot be used \(ENOTDIR\)/);
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test("a record of the folder is there when it is opened again", () => {
  const open = (directory: string | undefined) =>
    openRecord(directory, "count.json", z.strictObject({ count: z.int() }));
  openDataDirectory(join(folder, "data"));
  for (const directory of [undefined, join(folder, "data")]) {
    const record = open(directory);
    expect(record.read()).toBeUndefined();
    record.write({ count: 3 });
    expect(record.read()).toEqual({ count: 3 });
  }
  expect(open(join(folder, "data")).read()).toEqual({ count: 3 });
});

test.each(["", "{", "[]", '{"count":"many"}'])("a damaged record is named with its remedy: %j", (content) => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  const file = join(directory, "count.json");
  writeFileSync(file, content);
  const record = openRecord(directory, "count.json", z.strictObject({ count: z.int() }));
  expect(() => record.read()).toThrow(DataDirectoryError);
  expect(() => record.read()).toThrow(file);
  expect(() => record.read()).toThrow("pnpm reset");
});

test.each(["clock.json", "faults.json"])(
  "another version's %s is told from a damaged one, and kept",
  (name) => {
    const directory = join(folder, "data");
    openDataDirectory(directory);
    const file = join(directory, name);
    const content = '{"format":2,"of":"tomorrow"}';
    writeFileSync(file, content);
    const open = () => (name === "clock.json" ? openClock(directory) : openFaultBoard(directory));
    expect(open).toThrow(DataDirectoryError);
    expect(open).toThrow(
      `${file} has format 2, and this version reads 1. Use the version that wrote it, choose another folder with --data, or start anew with \`pnpm reset --data ${directory}\`.`,
    );
    expect(readFileSync(file, "utf8")).toBe(content);
  },
);

test("a record from before formats were written is read, and says its format once it is written", () => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  const file = join(directory, "clock.json");
  writeFileSync(file, '{"aheadMilliseconds":5000}');
  const clock = openClock(directory);
  expect(clock.ahead()).toBe(5000);
  clock.advance(1000);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ format: 1, aheadMilliseconds: 6000 });
});

test("reset deletes the folder, and says when there was none", () => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  expect(deleteDataDirectory(directory)).toBe(true);
  expect(existsSync(directory)).toBe(false);
  expect(deleteDataDirectory(directory)).toBe(false);
});
