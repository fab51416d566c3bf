// Any item, plain or not: the table holds the same by either way, and either way reads the same out of it.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type AwsEndpoint, startAwsEndpoint } from "@order-saga/emulator";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { provisionTable } from "../provision.ts";
import { clientsAt, handingOver, outcomeOf } from "./compare-transports.ts";

const TableName = "items";
const Key = { pk: "1", sk: "1" };

let aws: AwsEndpoint;
beforeAll(async () => {
  aws = await startAwsEndpoint({ port: 0, directory: undefined });
});
afterAll(() => aws.stop());

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "__proto__", "constructor"),
);
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 1e-7, 2 ** 53, 1e21),
);
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const odd = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
  fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }).map((all) => new Set(all)),
  fc.uniqueArray(fc.integer(), { maxLength: 3 }).map((all) => new Set(all)),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }).map((all) => new Map(Object.entries(all))),
  fc.date(),
  fc.constant(() => 1),
);
const item = fc.dictionary(text, fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: odd }), {
  maxKeys: 6,
  noNullPrototype: true,
});

test("any item is written and read the same by either way", { timeout: 60_000 }, async () => {
  const raw = new DynamoDBClient({
    endpoint: aws.url,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await provisionTable({ name: TableName, table: { indexes: {} } }, raw);
  const wire = clientsAt(aws.url);
  const handed = handingOver(clientsAt(aws.url), aws.call);
  const shortWays = { taken: 0, left: 0 };
  const both = async (command: () => object) => {
    const theirs = await outcomeOf(wire.dynamodb.send(command() as never));
    const stored = await raw.send(new GetItemCommand({ TableName, Key: { pk: { S: "1" }, sk: { S: "1" } } }));
    const before = handed.calls.length;
    const ours = await outcomeOf(handed.clients.dynamodb.send(command() as never));
    const storedByUs = await raw.send(
      new GetItemCommand({ TableName, Key: { pk: { S: "1" }, sk: { S: "1" } } }),
    );
    shortWays[handed.calls.length > before ? "taken" : "left"]++;
    expect(ours).toEqual(theirs);
    expect(storedByUs.Item).toEqual(stored.Item);
  };
  await fc.assert(
    fc.asyncProperty(item, async (values) => {
      await both(() => new PutCommand({ TableName, Item: { ...values, ...Key } }));
      await both(() => new GetCommand({ TableName, Key }));
    }),
    { numRuns: 150 },
  );
  expect(shortWays.taken).toBeGreaterThan(150);
  expect(shortWays.left).toBeGreaterThan(10);
  handed.close();
});
