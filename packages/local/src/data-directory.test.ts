import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataDirectoryError, deleteDataDirectory, openDataDirectory } from "./data-directory.ts";

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

test("a folder with somebody else's files is neither used nor deleted", () => {
  const file = join(folder, "thesis.txt");
  writeFileSync(file, "precious");
  expect(() => openDataDirectory(folder)).toThrow(DataDirectoryError);
  expect(() => deleteDataDirectory(folder)).toThrow(DataDirectoryError);
  expect(readFileSync(file, "utf8")).toBe("precious");
});

test.each([
  ["not JSON at all", "{"],
  ["another format", '{"format":99,"secrets":{}}'],
  ["no secrets", '{"format":1}'],
])("a damaged marker is a clear error, never a silent reset: %s", (_, content) => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  const marker = join(directory, "order-saga.json");
  writeFileSync(marker, content);
  expect(() => openDataDirectory(directory)).toThrow(/pnpm reset/);
  expect(readFileSync(marker, "utf8")).toBe(content);
});

test("reset deletes the folder, and says when there was none", () => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  expect(deleteDataDirectory(directory)).toBe(true);
  expect(existsSync(directory)).toBe(false);
  expect(deleteDataDirectory(directory)).toBe(false);
});
