// Clients, and ports in memory, refuse a function what its manifest does not grant, in the words of AWS.
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import type { ClientKind, ExecutionEnvironment } from "./execution-environment.ts";
import { grantedEnvironment } from "./granted-environment.ts";
import { grantedPorts } from "./granted-ports.ts";
import { grantsOf } from "./grants.ts";
import { dueIndex, routeManifest, type ServiceManifest, scheduleManifest } from "./manifest.ts";
import { anEvent } from "./testing.ts";

const reader = routeManifest({ name: "get", method: "GET", path: "/", scopes: [], table: "read" });
const writer = scheduleManifest({ name: "sweep", says: ["OrderPlaced"], environment: ["SECRET"] });
const none = routeManifest({ name: "health", method: "GET", path: "/", scopes: [], table: "none" });
const service: ServiceManifest = {
  name: "orders",
  table: { indexes: { due: dueIndex } },
  reactions: [],
  schedules: [writer],
  routes: [reader, none],
  settings: {},
  secrets: ["SECRET"],
};

/** An environment whose clients take everything, restricted to the function's grants. */
function environmentFor(manifest: typeof reader | typeof writer) {
  const everything: ExecutionEnvironment = {
    variable: (name) => `the ${name}`,
    now: () => 0,
    newId: () => "",
    pause: async () => {},
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

const Key = { pk: "1", sk: "1" };
const TableName = "orders";
const put = new PutCommand({ TableName, Item: Key });

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

test("a function that reads may get, get many and query, an index too, and may not scan", async () => {
  const { send } = environmentFor(reader);
  expect(await send("dynamodb", new GetCommand({ TableName, Key }))).toBe("done");
  const many = new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } });
  expect(await send("dynamodb", many)).toBe("done");
  expect(await send("dynamodb", new QueryCommand({ TableName, IndexName: "due" }))).toBe("done");
  await expect(send("dynamodb", new ScanCommand({ TableName }))).rejects.toThrow("dynamodb:Scan");
});

test("a function that writes may write", async () => {
  expect(await environmentFor(writer).send("dynamodb", put)).toBe("done");
});

test("a function without a table may not even read", async () => {
  const { send } = environmentFor(none);
  await expect(send("dynamodb", new GetCommand({ TableName, Key }))).rejects.toThrow("dynamodb:GetItem");
});

test("an event is refused whose type is not in `says`, or whose source is another service's", async () => {
  const { send } = environmentFor(writer);
  const entry = { EventBusName: "shop", Source: "shop.orders", DetailType: "OrderPlaced" };
  const entries = (...Entries: object[]) => send("eventbridge", new PutEventsCommand({ Entries }));
  expect(await entries(entry)).toBe("done");
  const refusal = {
    name: "AccessDeniedException",
    message: expect.stringContaining(
      "is not authorized to perform: events:PutEvents on resource: arn:aws:events:eu-west-1:000000000000:event-bus/shop",
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
  expect(env.variable("TABLE_NAME")).toBe("the TABLE_NAME");
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

test("ports in memory refuse alike: a store's methods write unless they are named as reads", async () => {
  const store = { load: async () => "loaded", save: async () => "saved", size: 2 };
  const reading = grantedPorts(service, reader).store(store, ["load"]);
  expect([await reading.load(), reading.size]).toEqual(["loaded", 2]);
  await expect(reading.save()).rejects.toThrow("dynamodb:PutItem");
  expect(await grantedPorts(service, writer).store(store, ["load"]).save()).toBe("saved");
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

test("no function is granted a scan or a deletion", () => {
  const actions = service.schedules
    .flatMap((each) => grantsOf(service, each))
    .flatMap((each) => each.actions);
  expect(actions.filter((action) => /Scan|Delete/.test(action))).toEqual([]);
});
