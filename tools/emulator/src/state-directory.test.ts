// A state that is damaged, exchanged or in use is refused by name and left as it is.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isInUse, startAwsEndpoint } from "./endpoint.ts";
import { StateError } from "./state-directory.ts";
import { clientsOf, createStock, directoryForTest, startForTest } from "./testing.ts";

/** Items and a message. */
async function fill(directory: string): Promise<void> {
  const endpoint = await startAwsEndpoint({ port: 0, directory });
  const { dynamodb, sqs } = clientsOf(endpoint);
  await createStock(dynamodb);
  const filler = { S: "x".repeat(3000) };
  for (let id = 0; id < 40; id++)
    await dynamodb.send(new PutItemCommand({ TableName: "stock", Item: { id: { S: `${id}` }, filler } }));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  await endpoint.stop();
  await (await open(directory)).stop();
}

let whole = "";
beforeAll(async () => {
  whole = join(mkdtempSync(join(tmpdir(), "emulator-")), "state");
  await fill(whole);
});
afterAll(() => rmSync(join(whole, ".."), { recursive: true }));

function aCopy(): string {
  const directory = join(directoryForTest(), "state");
  cpSync(whole, directory, { recursive: true });
  return directory;
}

const open = (directory: string) => startAwsEndpoint({ port: 0, directory });

const cutShort = (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2));
const garble = (file: string) => writeFileSync(file, readFileSync(file).fill(7, 16));
const remove = (file: string) => rmSync(file, { recursive: true });
/** Except for the first page, which identifies the file. */
const garblePage = (file: string) => {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(7, Math.floor(bytes.length * 0.3), Math.floor(bytes.length * 0.6)));
};
const replaceByFile = (path: string) => {
  remove(path);
  writeFileSync(path, "x");
};
const replaceByFolder = (path: string) => {
  remove(path);
  mkdirSync(path);
};
const tables = (directory: string) => join(directory, "dynamodb/tables.sqlite");

const damages: [string, (directory: string) => void, RegExp][] = [
  ["the tables' file is cut short", (at) => cutShort(tables(at)), /tables\.sqlite/],
  [
    "the tables' file lost its last bytes",
    (at) => truncateSync(tables(at), statSync(tables(at)).size - 2),
    /tables/,
  ],
  ["the tables' file is empty", (at) => truncateSync(tables(at), 0), /tables\.sqlite is damaged/],
  ["the tables' file is garbled", (at) => garble(tables(at)), /tables\.sqlite/],
  ["a page of the tables is garbled", (at) => garblePage(tables(at)), /tables\.sqlite is damaged/],
  ["the tables' file is gone", (at) => remove(tables(at)), /tables\.sqlite is missing/],
  ["the tables' file is a folder", (at) => replaceByFolder(tables(at)), /tables\.sqlite/],
  ["the tables' folder is gone", (at) => remove(join(at, "dynamodb")), /tables\.sqlite is missing/],
  ["the tables' folder is a file", (at) => replaceByFile(join(at, "dynamodb")), /dynamodb/],
  ["the queues' file is cut short", (at) => cutShort(join(at, "sqs/fauxqs.db")), /fauxqs\.db/],
  ["the queues' file is empty", (at) => truncateSync(join(at, "sqs/fauxqs.db"), 0), /fauxqs\.db/],
  ["the queues' file is garbled", (at) => garble(join(at, "sqs/fauxqs.db")), /fauxqs\.db/],
  ["a page of the queues is garbled", (at) => garblePage(join(at, "sqs/fauxqs.db")), /fauxqs\.db/],
  ["the queues' file is gone", (at) => remove(join(at, "sqs")), /fauxqs\.db is missing/],
  ["the queues' folder is a file", (at) => replaceByFile(join(at, "sqs")), /fauxqs/],
  [
    "the mailbox is no database",
    (at) => writeFileSync(join(at, "ses.sqlite"), "x".repeat(9000)),
    /ses\.sqlite/,
  ],
  ["the payments are gone", (at) => remove(join(at, "payments.sqlite")), /payments\.sqlite is missing/],
  ["the rules are a folder", (at) => replaceByFolder(join(at, "eventbridge.sqlite")), /eventbridge\.sqlite/],
  [
    "the state is of another version",
    (at) => writeFileSync(join(at, "aws.json"), '{"format":1,"starts":3}'),
    /aws\.json has format 1; this version reads 2/,
  ],
  [
    "the state's own file is no JSON",
    (at) => truncateSync(join(at, "aws.json"), 3),
    /aws\.json cannot be read/,
  ],
];

test.each(damages)("%s: refused, and named", async (_, damage, named) => {
  const directory = aCopy();
  damage(directory);
  for (const _attempt of [1, 2]) {
    const error = await open(directory).then(
      (endpoint) => endpoint.stop(),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StateError);
    expect((error as StateError).message).toContain(directory);
    expect((error as StateError).message).toMatch(named);
    expect((error as StateError).message).not.toContain("\n");
    expect((error as StateError).isInUse).toBe(false);
  }
});

test("a state of before there were uploads opens, and from then on their store is missed", async () => {
  const directory = aCopy();
  const { starts } = JSON.parse(readFileSync(join(directory, "aws.json"), "utf8"));
  writeFileSync(join(directory, "aws.json"), JSON.stringify({ format: 2, starts }));
  remove(join(directory, "s3.sqlite"));
  for (const _start of [1, 2]) await (await open(directory)).stop();
  remove(join(directory, "s3.sqlite"));
  await expect(open(directory)).rejects.toThrow("s3.sqlite is missing");
});

test("a store of an earlier day among newer ones is noticed", async () => {
  const directory = aCopy();
  for (let day = 0; day < 3; day++) await (await open(directory)).stop();
  for (const store of ["sqs", "dynamodb"]) {
    const mixed = join(directoryForTest(), "state");
    cpSync(directory, mixed, { recursive: true });
    remove(join(mixed, store));
    cpSync(join(whole, store), join(mixed, store), { recursive: true });
    await expect(open(mixed)).rejects.toThrow("has lost what was written to it");
  }
});

test("a store of an earlier moment of the same start is noticed", async () => {
  /** One start more, in which this was sent. */
  const grown = async (MessageBody: string) => {
    const directory = aCopy();
    const endpoint = await open(directory);
    const { dynamodb, sqs } = clientsOf(endpoint);
    const QueueUrl = `${endpoint.url}/000000000000/orders`;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const Item = { id: { S: MessageBody }, state: { S: "new" } };
    await dynamodb.send(new PutItemCommand({ TableName: "stock", Item }));
    await endpoint.stop();
    return directory;
  };
  const [one, other] = [await grown("one"), await grown("other")];
  for (const store of ["sqs", "dynamodb"]) {
    const mixed = join(directoryForTest(), "state");
    cpSync(one, mixed, { recursive: true });
    remove(join(mixed, store));
    cpSync(join(other, store), join(mixed, store), { recursive: true });
    await expect(open(mixed)).rejects.toThrow(/has lost what was written to it: it is not the one/);
  }
  await (await open(one)).stop();
});

test("a state that another process has open is not touched, and free again when that one stops", async () => {
  const directory = aCopy();
  const first = await open(directory);
  const before = readFileSync(join(directory, "aws.json"), "utf8");
  await expect(open(directory)).rejects.toMatchObject({ name: "StateError", isInUse: true });
  expect(readFileSync(join(directory, "aws.json"), "utf8")).toBe(before);
  expect(await isInUse(directory)).toBe(true);
  await first.stop();
  expect(await isInUse(directory)).toBe(false);
  await (await open(directory)).stop();
});

test("a state whose opening was refused opens as soon as what was missing is back", async () => {
  const directory = aCopy();
  const moved = join(directoryForTest(), "payments.sqlite");
  cpSync(join(directory, "payments.sqlite"), moved);
  remove(join(directory, "payments.sqlite"));
  await expect(open(directory)).rejects.toThrow(StateError);
  await expect(open(directory)).rejects.toThrow(StateError);
  expect(existsSync(join(directory, "payments.sqlite"))).toBe(false);
  cpSync(moved, join(directory, "payments.sqlite"));
  const endpoint = await startForTest({ directory });
  const { Count } = await clientsOf(endpoint).dynamodb.send(
    new ScanCommand({ TableName: "stock", Select: "COUNT" }),
  );
  expect(Count).toBeGreaterThan(0);
  expect(endpoint.queues.messages("orders").map(({ body }) => body)).toEqual(["hello"]);
});
