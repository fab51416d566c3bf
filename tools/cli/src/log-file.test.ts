import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogFile } from "./log-file.ts";

let folder = "";
let warnings: string[] = [];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "order-saga-")), "logs");
  warnings = [];
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
const clock = { now: 0 };
const logFile = () =>
  createLogFile(
    folder,
    (message) => warnings.push(message),
    () => clock.now,
  );

test("nothing is made before the first line, and lines are added to those of an earlier start", async () => {
  const first = logFile();
  expect(existsSync(folder)).toBe(false);
  first("one");
  const content = () => existsSync(folder) && readFileSync(join(folder, "functions.ndjson"), "utf8");
  await expect.poll(content).toBe("one\n");
  logFile()("two");
  await expect.poll(content).toBe("one\ntwo\n");
  expect(warnings).toEqual([]);
});

test.each([
  ["a file in the folder's place", () => writeFileSync(folder, "precious"), "is a file, not a folder"],
  [
    "a link in the file's place",
    () => {
      mkdirSync(folder);
      symlinkSync(join(folder, "elsewhere"), join(folder, "functions.ndjson"));
    },
    "is a link, which is not followed: put the file itself in its place",
  ],
  [
    "a folder in the file's place",
    () => mkdirSync(join(folder, "functions.ndjson"), { recursive: true }),
    "cannot be written (EISDIR)",
  ],
])("%s is said once, and nothing breaks", async (_, hinder, why) => {
  hinder();
  const write = logFile();
  write("one");
  const said = `${folder} ${why}. What the functions log is not kept.`;
  await expect.poll(() => warnings).toEqual([said]);
  write("two");
  expect(warnings).toEqual([said]);
});

test("once the file can be written again the lines go on in it, and how many it lacks is said", async () => {
  writeFileSync(folder, "in the way");
  const write = logFile();
  for (const line of ["one", "two", "three"]) write(line);
  await expect.poll(() => warnings).toHaveLength(1);
  rmSync(folder);
  write("too early");
  expect(existsSync(folder)).toBe(false);
  clock.now += 6000;
  write("four");
  const file = join(folder, "functions.ndjson");
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8").trim()).toBe("four");
  await expect.poll(() => warnings).toHaveLength(2);
  expect(warnings[1]).toBe(`${folder} is written again; the functions' log lacks 4 lines.`);
  write("five");
  await expect.poll(() => readFileSync(file, "utf8").trim().split("\n")).toEqual(["four", "five"]);
});
