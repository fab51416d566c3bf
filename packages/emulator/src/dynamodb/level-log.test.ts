import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StateError } from "../stores.ts";
import { directoryForTest } from "../testing.ts";
import { openStore } from "./dynalite.ts";
import { assertWholeLogs, crc32c, damageIn } from "./level-log.ts";

/** A LevelDB whose log has records that end within a block, fill one, and span several. */
async function aLog(): Promise<{ directory: string; file: string; bytes: Buffer }> {
  const directory = directoryForTest();
  const { db } = openStore(directory);
  await db.open();
  for (const [index, length] of [10, 3000, 32_768 - 7, 100_000, 1, 29_000, 70_000].entries())
    await db.batch([{ type: "put", key: `key-${index}`, value: "x".repeat(length) }]);
  await db.close();
  const file = join(directory, readdirSync(directory).find((name) => name.endsWith(".log")) ?? "");
  return { directory, file, bytes: readFileSync(file) };
}

test("the checksum is Castagnoli's (RFC 3720, B.4)", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

test("a log as LevelDB writes it is whole, and so is one that ends anywhere in the middle of a record", async () => {
  const { bytes, directory } = await aLog();
  expect(bytes.length).toBeGreaterThan(200_000);
  expect(() => assertWholeLogs(directory)).not.toThrow();
  expect(damageIn(bytes)).toBeUndefined();
  for (let length = 0; length < bytes.length; length += 997)
    expect(damageIn(bytes.subarray(0, length)), `cut at ${length}`).toBeUndefined();
});

test("one wrong bit anywhere is noticed, at its record or before", async () => {
  const { bytes, directory, file } = await aLog();
  for (let at = 0; at < bytes.length; at += 1499) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    expect(damageIn(damaged), `byte ${at}`).toBeLessThanOrEqual(at);
    writeFileSync(file, damaged);
  }
  expect(() => assertWholeLogs(directory)).toThrow(StateError);
  expect(() => assertWholeLogs(directory)).toThrow(file);
});

test("a folder that is not there, or is none, is left to LevelDB", () => {
  expect(() => assertWholeLogs(join(directoryForTest(), "nowhere"))).not.toThrow();
});
