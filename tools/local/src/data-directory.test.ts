import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StateError } from "@order-saga/emulator";
import { refusedBySystem } from "@order-saga/emulator/private-files";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import {
  DataDirectoryError,
  deleteDataDirectory,
  openDataDirectory,
  openRecord,
  unusable,
} from "./data-directory.ts";
import { openFaultBoard } from "./faults/board.ts";
import { openClock } from "./persistent-clock.ts";
import { openSigningKey } from "./tokens/issuer.ts";

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
  expect(() => openDataDirectory(join(file, "data"))).toThrow(/is below a file: move the file away/);
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
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ format: 1, aheadMilliseconds: 6000 });
});

test("reset deletes the folder, and says when there was none", () => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  expect(deleteDataDirectory(directory)).toEqual([directory]);
  expect(existsSync(directory)).toBe(false);
  expect(deleteDataDirectory(directory)).toEqual([]);
});

test("what a link leads to is deleted with the link, and said", () => {
  const [target, link] = [join(folder, "target"), join(folder, "link")];
  symlinkSync(target, link);
  expect(() => openDataDirectory(link)).toThrow(`${link} is a link to what is not there`);
  openDataDirectory(target);
  expect(openDataDirectory(link)).toEqual(openDataDirectory(target));
  expect(deleteDataDirectory(link)).toEqual([join(realpathSync(folder), "target"), link]);
  expect([existsSync(target), existsSync(link)]).toEqual([false, false]);
});

test("no other user can read the folder, nor one that was open to others before", () => {
  const directory = join(folder, "above", "data");
  openDataDirectory(directory);
  expect(statSync(join(folder, "above")).mode & 0o777).toBe(0o700);
  chmodSync(directory, 0o755);
  openDataDirectory(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("another user's folder is refused, made by them before or since", () => {
  const directory = join(folder, "data");
  mkdirSync(directory);
  const other = (process.getuid?.() ?? 0) + 1;
  const refused = `${directory} belongs to another user (${other - 1}), or choose another folder with --data.`;
  expect(() => openDataDirectory(directory, other)).toThrow(refused);
  openDataDirectory(directory);
  expect(() => openDataDirectory(directory, other)).toThrow(refused);
});

test("where the system makes no folder it is said at once", () => {
  expect(() => openDataDirectory("/proc/order-saga/data")).toThrow(
    /^\/proc\/order-saga\/data (cannot be made|may not)/,
  );
});

test("a folder that lost its marker is known, said what it lacks, and can be reset", () => {
  const directory = join(folder, "data");
  mkdirSync(join(directory, "dynamodb"), { recursive: true });
  for (const name of ["aws.json", "payments.sqlite"]) writeFileSync(join(directory, name), "");
  expect(() => openDataDirectory(directory)).toThrow(
    /order-saga\.json is missing.* Restore it, or start anew/,
  );
  expect(deleteDataDirectory(directory)).toEqual([directory]);
});

test.each([9e15, 3e14])(
  "a clock that is ahead of what can be written is damaged: %d",
  (aheadMilliseconds) => {
    const directory = join(folder, "data");
    openDataDirectory(directory);
    writeFileSync(join(directory, "clock.json"), JSON.stringify({ format: 1, aheadMilliseconds }));
    expect(() => openClock(directory)).toThrow(/clock\.json does not hold what it should/);
  },
);

test.each<[string, (key: Record<string, string>) => object]>([
  ["no number", (key) => ({ ...key, n: "" })],
  ["bytes for its number", (key) => ({ ...key, n: "AAAA" })],
  [
    "the public half of another key",
    ({ n = "", ...key }) => ({ ...key, n: `${n.startsWith("z") ? "y" : "z"}${n.slice(1)}` }),
  ],
])("an issuer's key with %s is damaged", async (_, damage) => {
  const directory = join(folder, "data");
  openDataDirectory(directory);
  await openSigningKey(directory);
  expect(await openSigningKey(directory)).toMatchObject({ kid: "local" });
  const file = join(directory, "issuer.json");
  const { checksum: _sum, ...key } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(damage(key)));
  await expect(openSigningKey(directory)).rejects.toThrow(
    /issuer\.json holds a key that cannot sign\. Restore it/,
  );
});

/** As the system and SQLite refuse; a test that runs as root cannot be refused otherwise. */
test.each([
  [{ code: "EACCES" }, /may not be read and written by you: change its permissions/],
  [{ code: "EROFS" }, /read-only/],
  [{ code: "ENOSPC" }, /full: make room/],
  [{ code: "ELOOP" }, /is a link, which is not followed/],
  [{ errcode: 13 }, /full: make room/],
  [{ errcode: 8 | (3 << 8) }, /read-only/],
  [{ code: "EIO" }, undefined],
])("%o has its own advice", (error, said) => {
  const refused = refusedBySystem(error);
  if (said === undefined) expect(refused).toBeUndefined();
  else expect(refused).toMatch(said);
  const state = new StateError("x", { isRefused: true });
  expect(unusable("data", state).message).not.toContain("reset");
});

// Not the marker: its secrets are rotated by hand.
test.each(["clock.json", "issuer.json"])(
  "%s with other letters in a text, or other digits in a number, is not as it was written",
  async (name) => {
    const directory = join(folder, "data");
    openDataDirectory(directory);
    openClock(directory).advance(1_234_567);
    await openSigningKey(directory);
    const file = join(directory, name);
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      name === "clock.json" ? text.replace("345", "999") : text.replace(/(?<=: ?")[\w-]{9}/, "ZZZZZZZZZ"),
    );
    expect(readFileSync(file, "utf8")).not.toBe(text);
    const open = async () => [
      openDataDirectory(directory),
      openClock(directory),
      await openSigningKey(directory),
    ];
    await expect(open()).rejects.toThrow(new RegExp(`${name} is not as it was written\\. Restore it`));
  },
);
