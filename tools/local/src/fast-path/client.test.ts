// The licence of the short way: a service gets by it what the whole SDK gets over HTTP from an equal
// endpoint.

import { DescribeTableCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateEventBusCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetSendQuotaCommand, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { CreateQueueCommand, GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Call } from "@order-saga/emulator";
import { type AwsEndpoint, startAwsEndpoint } from "@order-saga/emulator";
import { orderRecord } from "@order-saga/protocol/records";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { provisionTable } from "../provision.ts";
import { throughLoopback } from "./client.ts";
import {
  byScript,
  type Clients,
  type Command,
  clientsAt,
  handingOver,
  outcomeOf,
  type Script,
  type Service,
} from "./compare-transports.ts";

const TableName = "orders";
const QueueUrl = "http://127.0.0.1:4566/000000000000/parked";

let endpoints: [AwsEndpoint, AwsEndpoint];
let wire: Clients;
let handed: Clients;
let calls: Call[];
const forms: [object[], object[]] = [[], []];
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  const start = (told: object[]) =>
    startAwsEndpoint({
      port: 0,
      directory: undefined,
      now: () => 1_750_000_000_000,
      ses: { verified: ["shop@example.com"], configurationSets: ["shop"] },
      observer: { mailed: ({ form }) => void told.push(form) },
    });
  endpoints = [await start(forms[0]), await start(forms[1])];
  const [first, second] = endpoints;
  wire = clientsAt(first.url);
  const handing = handingOver(clientsAt(second.url), second.call);
  handed = handing.clients;
  calls = handing.calls;
  closers.push(handing.close, first.stop, second.stop);
  for (const { dynamodb, eventbridge, sqs } of [wire, handed]) {
    const table = {
      indexes: { list: { partitionKey: "listPk", sortKey: "listSk", projection: "keys" } },
    } as const;
    await provisionTable({ name: TableName, table }, dynamodb as never);
    await eventbridge.send(new CreateEventBusCommand({ Name: "orders" }) as never);
    await sqs.send(new CreateQueueCommand({ QueueName: "parked" }) as never);
  }
});
afterAll(async () => {
  for (const close of closers) await close();
});

/** Both outcomes are the same; `by` is how many requests were handed over for it. */
async function same(service: Service, command: () => Command, by = 1) {
  const before = calls.length;
  const [theirs, ours] = [
    await outcomeOf(wire[service].send(command() as never)),
    await outcomeOf(handed[service].send(command() as never)),
  ];
  expect(ours).toEqual(theirs);
  expect(calls.length - before).toBe(by);
  return ours as { name?: string; result?: Record<string, unknown>; fields?: Record<string, unknown> };
}

const key = orderRecord.key;
const item = (orderId: string, more: object = {}) => ({ ...key(orderId), version: 1, ...more });
const put =
  (Item: object, more: object = {}) =>
  () =>
    new PutCommand({ TableName, Item: Item as never, ...more });

describe("tables", () => {
  test("an item is put, read and put again under a condition that fails", async () => {
    const lines = [{ sku: "TEA", quantity: 2, unitPrice: 9.9, note: undefined, gone: null, last: true }];
    await same("dynamodb", () => new GetCommand({ TableName, Key: key("1"), ConsistentRead: true }));
    await same(
      "dynamodb",
      put(item("1", { lines, contact: { email: "ä@example.com", name: "" }, none: [] })),
    );
    const read = await same("dynamodb", () => new GetCommand({ TableName, Key: key("1") }));
    expect(read.result?.Item).toMatchObject({ version: 1, contact: { name: "" } });
    const isNew = { ConditionExpression: "attribute_not_exists(pk)" };
    const refused = await same("dynamodb", put(item("1"), isNew));
    expect(refused.name).toBe("ConditionalCheckFailedException");
    const values = { ConditionExpression: "version = :v", ExpressionAttributeValues: { ":v": 7 } };
    const old = { ...values, ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    expect((await same("dynamodb", put(item("1"), old))).fields?.Item).toMatchObject({ version: { N: "1" } });
    await same("dynamodb", put(item("1", { version: 2 }), { ReturnValues: "ALL_OLD" }));
  });
});

describe("tables: several items at once", () => {
  test("an update answers with what it wrote, or with its condition", async () => {
    const update = (more: object) => () =>
      new UpdateCommand({
        TableName,
        Key: key("updated"),
        UpdateExpression: "SET answer = if_not_exists(answer, :answer) ADD hits :one",
        ExpressionAttributeValues: { ":answer": { sku: "TEA", available: 3 }, ":one": 1 },
        ...more,
      });
    expect((await same("dynamodb", update({ ReturnValues: "ALL_NEW" }))).result?.Attributes).toMatchObject({
      answer: { available: 3 },
      hits: 1,
    });
    await same("dynamodb", update({ ReturnValues: "UPDATED_OLD" }));
    await same("dynamodb", update({ ConditionExpression: "attribute_not_exists(pk)" }));
    await same("dynamodb", update({ UpdateExpression: "SET" }));
  });

  test("a list is read page by page, and its items at once", async () => {
    for (const id of ["a", "b", "c"]) await same("dynamodb", put(item(id, { listPk: "ada", listSk: id })));
    const page = (after?: object) => () =>
      new QueryCommand({
        TableName,
        IndexName: "list",
        KeyConditionExpression: "listPk = :list",
        ExpressionAttributeValues: { ":list": "ada" },
        Limit: 2,
        ScanIndexForward: false,
        ExclusiveStartKey: after as never,
      });
    const first = await same("dynamodb", page());
    expect(first.result).toMatchObject({ Count: 2, LastEvaluatedKey: { listSk: "b" } });
    await same("dynamodb", page(first.result?.LastEvaluatedKey as object));
    // One of them, because a batch comes in any order.
    const Keys = ["a", "nobody"].map(key);
    const batch = await same(
      "dynamodb",
      () => new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
    );
    expect(batch.result).toMatchObject({ Responses: { [TableName]: { length: 1 } } });
  });

  test("a transaction is carried out, or says for each item why not", async () => {
    const reserve = (quantity: number) => () =>
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: item(`res-${quantity}`),
              ConditionExpression: "attribute_not_exists(pk)",
            },
          },
          {
            Update: {
              TableName,
              Key: key("stock"),
              UpdateExpression: "SET #a = #a - :q",
              ConditionExpression: "#a >= :q",
              ExpressionAttributeNames: { "#a": "available" },
              ExpressionAttributeValues: { ":q": quantity },
              ReturnValuesOnConditionCheckFailure: "ALL_OLD",
            },
          },
        ],
      });
    await same("dynamodb", put({ ...key("stock"), available: 5 }));
    expect((await same("dynamodb", reserve(2))).result).toBeDefined();
    const short = await same("dynamodb", reserve(4));
    expect(short.fields?.CancellationReasons).toMatchObject([
      { Code: "None" },
      { Code: "ConditionalCheckFailed", Item: { available: { N: "3" } } },
    ]);
    await same("dynamodb", () => new TransactWriteCommand({ TransactItems: [] }));
  });

  test("what AWS refuses is refused in its words", async () => {
    await same("dynamodb", () => new GetCommand({ TableName: "nowhere", Key: key("1") }));
    await same("dynamodb", () => new GetCommand({ TableName, Key: { pk: "alone" } }));
    await same("dynamodb", put({ ...key("1"), pk: 7 }));
    await same("dynamodb", () => new GetCommand({ TableName, Key: {} }));
    await same("dynamodb", () => new QueryCommand({ TableName, KeyConditionExpression: "pk = :none" }));
  });
});

describe("tables: what the SDK does by itself", () => {
  test("what is not plain, and a command that is not known, go by the SDK", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await same("dynamodb", put(item("odd", { bytes, tags: new Set(["a"]), long: 12n })), 0);
    // Asked once in the short way; the SDK reads the answer.
    await same("dynamodb", () => new GetCommand({ TableName, Key: key("odd") }));
    await same("dynamodb", put(item("odd", { at: new Date(0) })), 0);
    await same("dynamodb", put(item("odd", { amount: Number.NaN })), 0);
    await same("dynamodb", () => new DeleteCommand({ TableName, Key: key("odd") }), 0);
    await same(
      "dynamodb",
      () => new GetItemCommand({ TableName, Key: { pk: { S: "x" }, sk: { S: "y" } } }),
      0,
    );
    await same("dynamodb", () => new DescribeTableCommand({ TableName: "nowhere" }), 0);
    await same("ses", () => new GetSendQuotaCommand({}), 0);
    await same("sqs", () => new GetQueueUrlCommand({ QueueName: "nobody" }), 0);
  });

  test("a client that translates in another way keeps to the wire", async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: endpoints[0].url }), {
      marshallOptions: { removeUndefinedValues: true, convertEmptyValues: true },
    });
    const { send } = client;
    expect(throughLoopback("dynamodb", client, endpoints[0].call).send).toBe(send);
  });
});

describe("bus, queues and mail", () => {
  const entry = {
    EventBusName: "orders",
    Source: "shop.orders",
    DetailType: "OrderPlaced",
    Detail: '{"a":1}',
  };
  const events =
    (...Entries: object[]) =>
    () =>
      new PutEventsCommand({ Entries: Entries as never });

  test("events are taken with their times, refused one by one, or all of them", async () => {
    const heard: unknown[][] = [[], []];
    for (const [index, endpoint] of endpoints.entries())
      endpoint.onEvent(({ id: _, ...event }) => heard[index]?.push(event));
    const Time = new Date("2026-11-27T08:30:00.250Z");
    await same("eventbridge", events({ ...entry, Time, Resources: ["ord_1"] }, entry));
    await same("eventbridge", events({ ...entry, Source: "" }, { ...entry, Detail: "no JSON" }));
    await same("eventbridge", events());
    await same("eventbridge", events({ ...entry, Time: "yesterday" }), 0);
    expect(heard[0]).toHaveLength(2);
    expect(heard[1]).toEqual(heard[0]);
  });

  test("a message is parked with its reason, or its queue is not there", async () => {
    const message =
      (more: object = {}) =>
      () =>
        new SendMessageCommand({
          QueueUrl,
          MessageBody: "not JSON",
          MessageAttributes: {
            errorName: { DataType: "String", StringValue: "ContractError" },
            attempts: { DataType: "Number", StringValue: "1" },
          },
          ...more,
        });
    await same("sqs", message());
    const strange = { bytes: { DataType: "Binary", BinaryValue: new Uint8Array([1]) } };
    await same("sqs", message({ MessageAttributes: strange }), 0);
    expect((await same("sqs", message({ MessageBody: "" }))).name).toBeDefined();
    const [theirs, ours] = endpoints.map(({ queues }) =>
      queues.messages("parked").map(({ attributes, body }) => ({ attributes, body })),
    );
    expect(theirs).toHaveLength(2);
    expect(ours).toEqual(theirs);
  });

  test("a mail goes out byte by byte, or SES refuses it", async () => {
    const Data = Buffer.from(
      "Subject: =?utf-8?q?=C3=A4?=\r\nTo: ada@example.com\r\n\r\nHello \u{1f375} & <all>\r\n",
    );
    const mail =
      (more: object = {}) =>
      () =>
        new SendRawEmailCommand({
          Source: "shop@example.com",
          Destinations: ["ada@example.com"],
          RawMessage: { Data },
          ConfigurationSetName: "shop",
          ...more,
        });
    await same("ses", mail());
    await same("ses", mail({ Destinations: Array.from({ length: 51 }, (_, each) => `${each}@example.com`) }));
    await same("ses", mail({ Destinations: [] }), 0);
    await same("ses", mail({ Tags: [{ Name: "a", Value: "b" }] }));
    expect(forms[0].length).toBeGreaterThan(1);
    expect(forms[1]).toEqual(forms[0]);
    const [theirs, ours] = endpoints.map((each) => each.mails().map(({ id: _, ...kept }) => kept));
    expect(ours).toEqual(theirs);
  });
});

const get = () => new GetCommand({ TableName, Key: key("1") });
const write = () => new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: key("1") } }] });
const batch = () => new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [key("1"), key("2")] } } });
const events = () => new PutEventsCommand({ Entries: [{ Source: "shop" }, { Source: "shop" }] });
const park = () => new SendMessageCommand({ QueueUrl, MessageBody: "x" });
const mail = () =>
  new SendRawEmailCommand({ Destinations: ["a@example.com"], RawMessage: { Data: Buffer.from("x") } });
const fails = (type: string, more: object = {}, status = 400, headers = {}) => ({
  status,
  headers,
  body: { __type: type, message: "No.", ...more },
});
const database = (type: string, more: object = {}) => fails(`com.amazonaws.dynamodb.v20120810#${type}`, more);
const xml = (code: string) => ({
  status: 400,
  body: `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>No &amp; never.</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});
const ok = (body: unknown) => ({ status: 200, body });
const found = ok({ Item: { pk: { S: "ORDER#1" } } });
const reasons = {
  CancellationReasons: [{ Code: "TransactionConflict", Message: "Now." }, { Code: "None" }],
};
const unprocessed = ok({
  Responses: { [TableName]: [{ pk: { S: "1" } }] },
  UnprocessedKeys: {
    [TableName]: { Keys: [{ pk: { S: "2" }, n: { N: "9007199254740993" } }], ConsistentRead: true },
  },
});

const cases: [string, Service, () => Command, Script, number][] = [
  ["a lost answer is asked for again", "dynamodb", get, ["lost", found], 2],
  ["answers are lost for good", "dynamodb", get, ["lost"], 4],
  ["a table throttles once", "dynamodb", get, [database("ProvisionedThroughputExceededException"), found], 2],
  ["a table throttles for good", "dynamodb", get, [database("ThrottlingException")], 4],
  ["a table is out of order", "dynamodb", get, [fails("InternalServerError", {}, 500)], 4],
  ["a transaction under way", "dynamodb", write, [database("TransactionInProgressException"), ok({})], 2],
  ["a conflict of transactions", "dynamodb", write, [database("TransactionCanceledException", reasons)], 1],
  ["a transaction whose answer is lost", "dynamodb", write, ["lost", ok({})], 2],
  ["a conflict with a transaction", "dynamodb", get, [database("TransactionConflictException")], 1],
  ["an error without a class", "dynamodb", get, [fails("TimeTravelException", { detail: { a: 1 } })], 1],
  ["an error without words", "dynamodb", get, [{ status: 400, body: {} }], 1],
  ["keys that are left", "dynamodb", batch, [unprocessed], 1],
  [
    "some events are refused",
    "eventbridge",
    events,
    [
      ok({
        FailedEntryCount: 1,
        Entries: [{ EventId: "e" }, { ErrorCode: "InternalFailure", ErrorMessage: "No." }],
      }),
    ],
    1,
  ],
  [
    "the bus throttles once",
    "eventbridge",
    events,
    [fails("ThrottlingException"), ok({ FailedEntryCount: 0, Entries: [] })],
    2,
  ],
  ["the bus's answers are lost", "eventbridge", events, ["lost"], 3],
  ["the bus is out of order", "eventbridge", events, [fails("InternalException", {}, 500)], 3],
  [
    "no such queue",
    "sqs",
    park,
    [
      fails("com.amazonaws.sqs#QueueDoesNotExist", {}, 400, {
        "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
      }),
    ],
    1,
  ],
  [
    "a queue's answer is lost",
    "sqs",
    park,
    ["lost", ok('{"MessageId":"m","MD5OfMessageBody":"9dd4e461268c8034f5c8564e155c67a6"}')],
    2,
  ],
  ["a mail is rejected", "ses", mail, [xml("MessageRejected")], 1],
  ["mails are throttled", "ses", mail, [xml("Throttling")], 1],
  ["a mail's answer is lost", "ses", mail, ["lost"], 1],
  [
    "a mail's answer is odd",
    "ses",
    mail,
    [ok("<SendRawEmailResponse><SendRawEmailResult/></SendRawEmailResponse>")],
    1,
  ],
];

describe("answers that an engine seldom gives", () => {
  test.concurrent.each(cases)(
    "%s",
    async (_, service, command, script, times) => {
      const { asked, capacities, outcomes } = await byScript(service, command, script);
      const [theirs, ours] = outcomes;
      expect(ours).toEqual(theirs);
      expect(capacities[1]).toBe(capacities[0]);
      expect(asked).toEqual([times, times]);
    },
    60_000,
  );

  test("after a failure, successes give back what the retry strategy has spent", async () => {
    const script: Script = ["lost", "lost", "lost", "lost", found];
    const { capacities, outcomes } = await byScript("dynamodb", get, script, 4);
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(capacities).toEqual([500 - 3 * 14 + 3, 500 - 3 * 14 + 3]);
  });
});
