// A record of the data folder that is lost, or of another time than the rest, is named with what to do.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { DataDirectoryError, openDataDirectory, openRecord } from "./data-directory.ts";
import { openFaultBoard } from "./faults/board.ts";
import { openClock } from "./persistent-clock.ts";
import { openSigningKey } from "./tokens/issuer.ts";

let folder = "";
let directory = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "order-saga-"));
  directory = join(folder, "data");
  openDataDirectory(directory);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const acts = () => openRecord(directory, "acts.json", z.strictObject({ count: z.int() }));
const fault = { kind: "limit", of: "mail", perSecond: 2 } as const;

/** Each with how it is opened, and what writes it once more. */
const records: [string, () => unknown, () => unknown][] = [
  ["clock.json", () => openClock(directory), () => openClock(directory).advance(60_000)],
  ["faults.json", () => openFaultBoard(directory), () => openFaultBoard(directory).set([fault])],
  ["acts.json", () => acts().read(), () => acts().write({ count: Date.now() })],
  ["issuer.json", () => openSigningKey(directory), () => openSigningKey(directory)],
];

const refusalOf = async (act: () => unknown): Promise<unknown> => {
  try {
    return await act();
  } catch (error) {
    return error;
  }
};

test.each(records)("%s that is deleted is missed, by name and with what to do", async (name, open, write) => {
  await write();
  await open();
  const copy = join(folder, "copy.json");
  copyFileSync(join(directory, name), copy);
  rmSync(join(directory, name));
  const refusal = await refusalOf(open);
  expect(refusal).toBeInstanceOf(DataDirectoryError);
  const remedy = `Restore it, or start anew with \`pnpm reset --data ${directory}\`.`;
  expect((refusal as Error).message).toBe(`${join(directory, name)} is missing. ${remedy}`);
  copyFileSync(copy, join(directory, name));
  expect(await refusalOf(open)).not.toBeInstanceOf(Error);
});

test.each(records.slice(0, 3))(
  "an older copy of %s among newer files is noticed",
  async (name, open, write) => {
    await write();
    const copy = join(folder, "copy.json");
    copyFileSync(join(directory, name), copy);
    await write();
    copyFileSync(copy, join(directory, name));
    const refusal = await refusalOf(open);
    expect((refusal as Error).message).toContain(
      `${join(directory, name)} is an older copy than the rest of the folder. Restore it`,
    );
  },
);

test("an older copy of the revisions themselves is noticed by a record, and a lost one too", async () => {
  const write = () => openClock(directory).advance(1000);
  write();
  const revisions = join(directory, "records.json");
  const older = readFileSync(revisions);
  for (let n = 0; n < 3; n++) write();
  writeFileSync(revisions, older);
  expect(() => openClock(directory)).toThrow(`clock.json is newer than ${revisions}`);
  rmSync(revisions);
  expect(() => openClock(directory)).toThrow(`clock.json is newer than ${revisions}`);
  writeFileSync(revisions, "{");
  expect(() => openClock(directory)).toThrow(`${revisions} cannot be read as JSON`);
});

test("a process killed between a record and its revision leaves one that opens, and is written on", () => {
  const clock = openClock(directory);
  clock.advance(1000);
  const revisions = join(directory, "records.json");
  const before = readFileSync(revisions);
  clock.advance(1000);
  writeFileSync(revisions, before);
  const again = openClock(directory);
  expect(again.ahead()).toBe(2000);
  again.advance(1000);
  expect(openClock(directory).ahead()).toBe(3000);
});

test("a record of before there were revisions opens, and is missed from its next writing on", () => {
  writeFileSync(join(directory, "clock.json"), '{"format":1,"aheadMilliseconds":5000}');
  const clock = openClock(directory);
  expect(clock.ahead()).toBe(5000);
  clock.advance(1);
  rmSync(join(directory, "clock.json"));
  expect(() => openClock(directory)).toThrow("clock.json is missing");
});
