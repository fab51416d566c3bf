// What the stores keep is the user's alone, and a link in a file's place leads no write elsewhere.
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startAwsEndpoint } from "./endpoint.ts";
import { replaceJson } from "./json-file.ts";
import { makePrivateFolder, openPrivate } from "./private-files.ts";
import { clientsOf, createStock, directoryForTest } from "./testing.ts";

test("every file and folder of a state is its owner's alone, its logs too", async () => {
  const directory = join(directoryForTest(), "state");
  const endpoint = await startAwsEndpoint({ port: 0, directory });
  const { dynamodb } = clientsOf(endpoint);
  await createStock(dynamodb);
  await dynamodb.send(new PutItemCommand({ TableName: "stock", Item: { id: { S: "1" } } }));
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  expect(names.some((name) => name.endsWith("-wal"))).toBe(true);
  const open = ["", ...names].filter((name) => (statSync(join(directory, name)).mode & 0o077) !== 0);
  await endpoint.stop();
  expect(open).toEqual([]);
});

test("a link in the place of a store, of a log or of an unfinished file is not written through", async () => {
  const directory = directoryForTest();
  const precious = join(directory, "precious");
  writeFileSync(precious, "precious");
  symlinkSync(precious, join(directory, "record.json.unfinished"));
  replaceJson(join(directory, "record.json"), { a: 1 });
  symlinkSync(precious, join(directory, "log"));
  expect(() => openPrivate(join(directory, "log"))).toThrow("ELOOP");
  symlinkSync(join(directory, "elsewhere"), join(directory, "ses.sqlite"));
  await expect(startAwsEndpoint({ port: 0, directory })).rejects.toMatchObject({
    message: `${join(directory, "ses.sqlite")} is a link, which is not followed: put the file itself in its place`,
    isRefused: true,
  });
  expect(existsSync(join(directory, "elsewhere"))).toBe(false);
  expect(readFileSync(precious, "utf8")).toBe("precious");
});

test("a folder of another user is refused, and below a file there is none", () => {
  const directory = directoryForTest();
  const other = (process.getuid?.() ?? 0) + 1;
  expect(() => makePrivateFolder(directory, other)).toThrow("belongs to another user");
  writeFileSync(join(directory, "file"), "");
  expect(() => makePrivateFolder(join(directory, "file"))).toThrow("is a file, not a folder");
  expect(() => makePrivateFolder(join(directory, "file", "a", "b"))).toThrow("ENOTDIR");
  expect(() => makePrivateFolder("/proc/a/b/c")).toThrow(/ENOENT|EACCES/);
});
