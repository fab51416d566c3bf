// Clients, and ports in memory, refuse a function what its manifest does not grant, in the words of AWS.
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { ClientKind, ExecutionEnvironment } from "./execution-environment.ts";
import { grantedEnvironment } from "./granted-environment.ts";
import { grantedPorts } from "./granted-ports.ts";
import { grantsOf } from "./grants.ts";
import {
  dueIndex,
  type FunctionManifest,
  reactionManifest,
  routeManifest,
  type ServiceManifest,
  scheduleManifest,
} from "./manifest.ts";
import { plainArns } from "./plain-arns.ts";
import { anEvent } from "./testing.ts";

const route = { method: "GET", path: "/", scopes: [] } as const;
const reader = routeManifest({ ...route, name: "get", table: { get: ["ORDER#*"], batchGet: ["ORDER#*"] } });
const lister = routeManifest({ ...route, name: "list", table: { query: { list: ["PRINCIPAL#*"] } } });
const writer = scheduleManifest({ name: "sweep", says: ["OrderPlaced"], environment: ["SECRET"] });
const none = routeManifest({ ...route, name: "health", table: "none" });
const heard = reactionManifest({ name: "hear", hears: ["OrderPlaced"] });
const stopper = reactionManifest({ name: "mail", hears: ["OrderConfirmed"], personalData: "stop" });
const service: ServiceManifest = {
  name: "orders",
  table: {
    record: "ORDER#*",
    indexes: { due: dueIndex, list: { partitionKey: "listPk", projection: "keys" } },
  },
  reactions: [heard],
  schedules: [writer],
  routes: [reader, lister, none],
  settings: {},
  secrets: ["SECRET"],
};

/** An environment whose clients take everything, restricted to the function's grants. */
function environmentFor(manifest: FunctionManifest) {
  const everything: ExecutionEnvironment = {
    variable: (name) => (name === "TABLE_NAME" ? TableName : `the ${name}`),
    now: () => 0,
    newId: () => "",
    random: (bytes) => new Uint8Array(bytes),
    pause: async () => {},
    wait: async () => {},
    write() {},
    client: <T>() => ({ region: "eu-west-1", send: async () => "done" }) as T,
  };
  const env = grantedEnvironment(everything, service, manifest);
  const client = (kind: ClientKind) =>
    env.client<{ region: string; send(command: unknown): Promise<unknown> }>(kind, () => {
      throw new TypeError("the environment has its own clients");
    });
  return { env, client, send: (kind: ClientKind, command: unknown) => client(kind).send(command) };
}

const Key = { pk: "ORDER#1", sk: "ORDER" };
const product = { pk: "PRODUCT#TEA", sk: "PRODUCT" };
const TableName = "orders";
const put = new PutCommand({ TableName, Item: Key });

const queryOf = (IndexName: string, key: string) =>
  new QueryCommand({
    TableName,
    IndexName,
    KeyConditionExpression: "#key = :key AND dueAt < :now",
    ExpressionAttributeNames: { "#key": IndexName === "due" ? "dueShard" : "listPk" },
    ExpressionAttributeValues: { ":key": key, ":now": "2026" },
  });

test("a function that only reads is refused its write, in DynamoDB's own words", async () => {
  const { send } = environmentFor(reader);
  await expect(send("dynamodb", put)).rejects.toMatchObject({
    name: "AccessDeniedException",
    message:
      "User: arn:aws:sts::000000000000:assumed-role/orders-get/orders-get is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:000000000000:table/orders because no identity-based policy allows the dynamodb:PutItem action",
    $metadata: { httpStatusCode: 400 },
  });
  const transaction = new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: Key } }] });
  await expect(send("dynamodb", transaction)).rejects.toThrow("dynamodb:PutItem");
});

test("a function may use the operations of its manifest, and no other", async () => {
  const { send } = environmentFor(reader);
  expect(await send("dynamodb", new GetCommand({ TableName, Key }))).toBe("done");
  const many = new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } });
  expect(await send("dynamodb", many)).toBe("done");
  await expect(send("dynamodb", queryOf("list", "PRINCIPAL#ada"))).rejects.toThrow("dynamodb:Query");
  await expect(send("dynamodb", new ScanCommand({ TableName }))).rejects.toThrow("dynamodb:Scan");
});

test("a function may use them on keys of its manifest's patterns, in a batch and a transaction too", async () => {
  const { send } = environmentFor(reader);
  await expect(send("dynamodb", new GetCommand({ TableName, Key: product }))).rejects.toThrow("GetItem");
  const mixed = new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key, product] } } });
  await expect(send("dynamodb", mixed)).rejects.toThrow("dynamodb:BatchGetItem");
  const putBoth = [Key, product].map((Item) => ({ Put: { TableName, Item } }));
  const transaction = new TransactWriteCommand({ TransactItems: putBoth });
  await expect(environmentFor(writer).send("dynamodb", transaction)).rejects.toThrow("dynamodb:PutItem");
  const [own] = putBoth;
  const ownOnly = new TransactWriteCommand({ TransactItems: own ? [own] : [] });
  expect(await environmentFor(writer).send("dynamodb", ownOnly)).toBe("done");
});

test("a query is allowed on the index that the manifest names, and its own partition keys", async () => {
  const { send } = environmentFor(lister);
  expect(await send("dynamodb", queryOf("list", "PRINCIPAL#ada"))).toBe("done");
  await expect(send("dynamodb", queryOf("list", "CATALOGUE"))).rejects.toThrow("table/orders/index/list");
  await expect(send("dynamodb", queryOf("due", "0"))).rejects.toThrow("table/orders/index/due");
});

test("another service's table is refused", async () => {
  const foreign = new PutCommand({ TableName: "payment", Item: Key });
  await expect(environmentFor(writer).send("dynamodb", foreign)).rejects.toThrow("table/payment");
});

test("by default a function reads and puts its service's record, and a schedule asks what is due", async () => {
  for (const manifest of [writer, heard]) {
    const { send } = environmentFor(manifest);
    expect(await send("dynamodb", new GetCommand({ TableName, Key }))).toBe("done");
    expect(await send("dynamodb", put)).toBe("done");
    const update = new UpdateCommand({ TableName, Key });
    await expect(send("dynamodb", update)).rejects.toThrow("dynamodb:UpdateItem");
  }
  expect(await environmentFor(writer).send("dynamodb", queryOf("due", "7"))).toBe("done");
  await expect(environmentFor(heard).send("dynamodb", queryOf("due", "7"))).rejects.toThrow("dynamodb:Query");
});

test("a function that stops mail marks a customer's key, and may change nothing else of it", async () => {
  const { env, send } = environmentFor(stopper);
  const update = (UpdateExpression: string, pk = "CUSTOMER#a") =>
    send(
      "dynamodb",
      new UpdateCommand({
        TableName: env.variable("KEYS_TABLE_NAME"),
        Key: { pk, sk: "KEY" },
        UpdateExpression,
        ConditionExpression: "id = :key",
      }),
    );
  expect(await update("SET stop_1 = :why")).toBe("done");
  for (const [expression, pk] of [
    ["SET stop_1 = :why, bytes = :b"],
    ["REMOVE id, bytes"],
    ["SET stop_1 = :why", "ORDER#1"],
  ] as const)
    await expect(update(expression, pk)).rejects.toThrow("dynamodb:UpdateItem");
  const Item = { pk: "CUSTOMER#a", sk: "KEY", bytes: "" };
  const whole = new PutCommand({ TableName: env.variable("KEYS_TABLE_NAME"), Item });
  await expect(send("dynamodb", whole)).rejects.toThrow("dynamodb:PutItem");
});

test("a function without a table may not even read", async () => {
  const { send } = environmentFor(none);
  await expect(send("dynamodb", new GetCommand({ TableName, Key }))).rejects.toThrow("dynamodb:GetItem");
});

test("an event is refused whose type is not in `says`, or whose source is another service's", async () => {
  const { send } = environmentFor(writer);
  const entry = { EventBusName: "the BUS_NAME", Source: "shop.orders", DetailType: "OrderPlaced" };
  const entries = (...Entries: object[]) => send("eventbridge", new PutEventsCommand({ Entries }));
  expect(await entries(entry)).toBe("done");
  const refusal = {
    name: "AccessDeniedException",
    message: expect.stringContaining(
      "is not authorized to perform: events:PutEvents on resource: arn:aws:events:eu-west-1:000000000000:event-bus/the BUS_NAME",
    ),
  };
  await expect(entries(entry, { ...entry, DetailType: "OrderConfirmed" })).rejects.toMatchObject(refusal);
  await expect(entries({ ...entry, Source: "shop.payment" })).rejects.toMatchObject(refusal);
});

test("a mail is refused where the manifest sends none, in SES's own words", async () => {
  class SendRawEmailCommand {
    readonly input = { Source: "shop@example.com" };
  }
  await expect(environmentFor(writer).send("ses", new SendRawEmailCommand())).rejects.toMatchObject({
    name: "AccessDenied",
    message:
      "User `arn:aws:sts::000000000000:assumed-role/orders-sweep/orders-sweep' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:000000000000:identity/shop@example.com'",
    $metadata: { httpStatusCode: 403 },
  });
});

test("a variable is there if the manifest asks for it or what it grants needs it", () => {
  const { env } = environmentFor(writer);
  expect(env.variable("SECRET")).toBe("the SECRET");
  expect(env.variable("TABLE_NAME")).toBe(TableName);
  expect(env.variable("BUS_NAME")).toBe("the BUS_NAME");
  expect(env.variable("ORDER_ID_SECRET")).toBeUndefined();
  const { env: without } = environmentFor(none);
  for (const name of ["SECRET", "TABLE_NAME", "BUS_NAME", "DEAD_LETTER_QUEUE_URL"])
    expect(without.variable(name), name).toBeUndefined();
});

test("what needs no grant of a manifest is handed through, a client's other properties too", async () => {
  const { client, send } = environmentFor(none);
  expect(await send("stripe", {})).toBe("done");
  expect(client("dynamodb").region).toBe("eu-west-1");
});

test("ports in memory refuse alike, by what each method of the store asks of the table", async () => {
  const store = { load: async (_: string) => "loaded", rename: async (_: string) => "renamed", size: 2 };
  const renames = { rename: (id: string) => [["UpdateItem", `ORDER#${id}`]] as const };
  const reading = grantedPorts(service, reader).store(store, renames);
  expect([await reading.load("1"), reading.size]).toEqual(["loaded", 2]);
  await expect(reading.rename("1")).rejects.toThrow("dynamodb:UpdateItem");
  const renamer = routeManifest({ ...route, name: "rename", table: { update: ["ORDER#*"] } });
  expect(await grantedPorts(service, renamer).store(store, renames).rename("1")).toBe("renamed");
  expect(() => grantedPorts(service, renamer).store(store).rename("1")).toThrow("rename asks of the table");
});

test("publisher and mailer in memory refuse what the manifest does not grant", async () => {
  const published: unknown[] = [];
  const publish = grantedPorts(service, writer).publish(async (events) => void published.push(...events));
  await publish([anEvent("OrderPlaced")]);
  await expect(publish([anEvent("OrderPlaced"), anEvent("OrderConfirmed")])).rejects.toThrow(
    "events:PutEvents",
  );
  expect(published).toHaveLength(1);
  const mailer = grantedPorts(service, writer).mailer({ send: async () => "sent" });
  await expect(mailer.send()).rejects.toThrow("ses:SendRawEmail");
});

test("operations on the same keys share a statement, each index has its own", () => {
  const table = { get: ["A#*"], put: ["A#*"], update: ["B#*"], query: { due: ["*"], list: ["L"] } };
  const grants = grantsOf(service, { ...reader, table }, plainArns(service, reader));
  const like = (...values: string[]) => [
    { operator: "ForAllValues:StringLike", key: "dynamodb:LeadingKeys", values },
  ];
  expect(
    grants.filter(({ on }) => on === "table" || on === "index").map(({ on, resources, ...rest }) => rest),
  ).toEqual([
    { actions: ["dynamodb:GetItem", "dynamodb:PutItem"], conditions: like("A#*") },
    { actions: ["dynamodb:UpdateItem"], conditions: like("B#*") },
    { actions: ["dynamodb:Query"], conditions: [] },
    { actions: ["dynamodb:Query"], conditions: like("L") },
  ]);
});

test("a function decrypts only its own variables, and only if one of them is a secret", () => {
  const keyOf = (manifest: FunctionManifest) =>
    grantsOf(service, manifest, plainArns(service, manifest)).filter(({ on }) => on === "key");
  expect(keyOf(writer)).toEqual([
    {
      on: "key",
      actions: ["kms:Decrypt"],
      resources: ["arn:aws:kms:eu-west-1:000000000000:key/key"],
      conditions: [
        {
          operator: "StringLike",
          key: "kms:EncryptionContext:aws:lambda:FunctionArn",
          values: [
            "arn:aws:lambda:eu-west-1:000000000000:function:orders-sweep",
            "arn:aws:lambda:eu-west-1:000000000000:function:orders-sweep:*",
          ],
        },
      ],
    },
  ]);
  expect(keyOf(reader)).toEqual([]);
});

test("tasks and objects: exactly the queues and keys that the manifest names", () => {
  const bucket = { name: "feeds", prefix: "feeds/", expiresDays: 30 };
  const form = routeManifest({ ...route, name: "form", sends: ["hear"], objects: { put: ["feeds/*"] } });
  const reading = { ...form, objects: { get: ["feeds/*"] } };
  const withBucket = { ...service, bucket };
  const grantsFor = (manifest: FunctionManifest) =>
    grantsOf(withBucket, manifest, plainArns(withBucket, manifest));
  const onKey = {
    operator: "StringEquals",
    key: "kms:EncryptionContext:aws:s3:arn",
    values: ["arn:aws:s3:::feeds"],
  };
  const key = ["arn:aws:kms:eu-west-1:000000000000:key/key"];
  const objects = { on: "bucket", resources: ["arn:aws:s3:::feeds/feeds/*"], conditions: [] };
  const found = (manifest: FunctionManifest) =>
    grantsFor(manifest).filter(({ on }) => ["task-queue", "bucket", "key"].includes(on));
  const tasks = {
    on: "task-queue",
    actions: ["sqs:SendMessage"],
    resources: ["arn:aws:sqs:eu-west-1:000000000000:orders-hear"],
    conditions: [],
  };
  expect(found(form)).toEqual([
    tasks,
    { ...objects, actions: ["s3:PutObject"] },
    { on: "key", actions: ["kms:GenerateDataKey"], resources: key, conditions: [onKey] },
  ]);
  expect(found(reading)).toEqual([
    tasks,
    { ...objects, actions: ["s3:GetObjectVersion"] },
    { on: "key", actions: ["kms:Decrypt"], resources: key, conditions: [onKey] },
    { ...objects, actions: ["s3:ListBucket"], resources: ["arn:aws:s3:::feeds"] },
  ]);
  expect(() => grantsOf(service, form, plainArns(service, form))).toThrow("no bucket");
});
