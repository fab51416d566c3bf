// A data folder that cannot be used ends `pnpm start` with one sentence that says why and what to do, and
// stays as it is.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { interrupt, run, start } from "../src/testing/process.ts";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "order-saga-"));
  expect(await interrupt(await start(join(folder, "whole")))).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function aCopy(name: string): string {
  const data = join(folder, name);
  cpSync(join(folder, "whole"), data, { recursive: true });
  return data;
}

/** Every file with its size. */
const contents = (data: string) =>
  statSync(data).isFile()
    ? [statSync(data).size]
    : readdirSync(data, { recursive: true, encoding: "utf8" })
        .filter((name) => statSync(join(data, name)).isFile() && !/^logs/.test(name))
        .map((name) => `${name} ${statSync(join(data, name)).size}`)
        .sort();

const cutShort = (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2));
const tables = (data: string) => join(data, "dynamodb/tables.sqlite");

const damages: [string, (data: string) => void, RegExp][] = [
  [
    "of another version",
    (data) => writeFileSync(join(data, "order-saga.json"), '{"format":1}'),
    /has format 1, and this version reads 4/,
  ],
  ["whose tables are cut short", (data) => cutShort(tables(data)), /tables\.sqlite/],
  [
    "whose tables have a log that is garbled",
    (data) => writeFileSync(`${tables(data)}-wal`, Buffer.alloc(9000, 7)),
    /tables\.sqlite-wal is damaged at byte 0/,
  ],
  ["whose clock is damaged", (data) => writeFileSync(join(data, "clock.json"), "{}"), /clock\.json/],
  ["whose tokens' key is gone", (data) => rmSync(join(data, "issuer.json")), /issuer\.json is missing/],
];

test.each(damages)("a folder %s is named with its remedy, and left alone", async (name, damage, said) => {
  const data = aCopy(name.replaceAll(" ", "-"));
  damage(data);
  const before = contents(data);
  const { code, output } = await run("start", ["--data", data]);
  expect(code).toBe(1);
  expect(output).toMatch(said);
  expect(output).toContain(`pnpm reset --data ${data}`);
  expect(output.trim().split("\n")).toHaveLength(1);
  expect(contents(data)).toEqual(before);

  expect(await run("reset", ["--data", data])).toMatchObject({ code: 0 });
  expect(existsSync(data)).toBe(false);
});

test("a file in the folder's place, and a folder of other files, are neither used nor deleted", async () => {
  const file = join(folder, "thesis.txt");
  writeFileSync(file, "precious");
  const foreign = mkdtempSync(join(folder, "foreign-"));
  writeFileSync(join(foreign, "thesis.txt"), "precious");
  for (const data of [file, foreign]) {
    const before = contents(data);
    for (const command of ["start", "reset"] as const) {
      const { code, output } = await run(command, ["--data", data]);
      expect(code).toBe(1);
      expect(output).toContain(data);
      expect(output.trim().split("\n")).toHaveLength(1);
    }
    expect(contents(data)).toEqual(before);
  }
});

test("a folder that another instance has open is refused, and reset leaves it alone", async () => {
  const data = aCopy("shared");
  const first = await start(data);
  onTestFinished(() => void first.process.kill("SIGKILL"));
  const second = await run("start", ["--data", data]);
  expect(second).toMatchObject({ code: 1, output: expect.stringContaining("in use by another process") });
  expect(second.output).toContain("--data");
  expect(second.output.trim().split("\n")).toHaveLength(1);
  expect(await run("reset", ["--data", data])).toMatchObject({
    code: 1,
    output: expect.stringContaining("in use"),
  });
  expect((await fetch(`${first.url}/health`)).status).toBe(200);
  expect(await interrupt(first)).toBe(0);
});
