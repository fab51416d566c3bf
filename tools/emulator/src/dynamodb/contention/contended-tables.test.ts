// Contended tables over the wire: the shipped SDK's client meets conflicts and throttling as in AWS.
import {
  BatchGetItemCommand,
  DynamoDBClient,
  type DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, onTestFinished, test, vi } from "vitest";
import { clientsOf, createStock, startForTest } from "../../testing.ts";
import type { TableContention } from "./contended-tables.ts";
import { published } from "./throughput.ts";

const TableName = "stock";
const key = (id: string) => ({ id: { S: id } });
const item = (id: string, more = {}) => ({ ...key(id), n: { N: "1" }, ...more });
const narrow = { ...published, partition: { read: 2, write: 2 }, warm: { read: 2, write: 2 } };

/** An endpoint whose tables are contended so from now on, and whose clock stands still unless it is moved. */
async function contended(given: Partial<TableContention>) {
  let time = 0;
  let on = false;
  const state = { asked: 0 };
  const contention: TableContention = {
    transactionMilliseconds: 1,
    throughput: published,
    refuses() {
      state.asked++;
      return true;
    },
    ...given,
  };
  const endpoint = await startForTest({
    now: () => time,
    faults: { contention: () => (on ? contention : undefined) },
  });
  await createStock(clientsOf(endpoint).dynamodb);
  on = true;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const once = new DynamoDBClient({
    endpoint: endpoint.url,
    region: "eu-west-1",
    credentials,
    maxAttempts: 1,
  });
  const thrice = new DynamoDBClient({
    endpoint: endpoint.url,
    region: "eu-west-1",
    credentials,
    maxAttempts: 3,
  });
  onTestFinished(() => {
    once.destroy();
    thrice.destroy();
  });
  const pass = (milliseconds: number) => {
    time += milliseconds;
  };
  return { once, thrice, state, pass };
}

const nameOf = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => "done",
    (error: DynamoDBServiceException) => error.name,
  );
const reasonOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error) => error.throttlingReasons?.[0]?.reason,
  );
const codesOf = (asking: Promise<unknown>) =>
  asking.then(
    () => "done",
    (error) => error.CancellationReasons?.map(({ Code }: { Code: string }) => Code),
  );
const put = (id: string, more = {}) => new PutItemCommand({ TableName, Item: item(id, more) });
const both = (...ids: string[]) =>
  new TransactWriteItemsCommand({ TransactItems: ids.map((id) => ({ Put: { TableName, Item: item(id) } })) });

test("a transaction holds its items for its time, against transactions and single writes", async () => {
  const { once } = await contended({ transactionMilliseconds: 300 });
  const first = once.send(both("a", "b"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const [second, single, reading, other] = await Promise.all([
    codesOf(once.send(both("c", "a"))),
    nameOf(once.send(put("b"))),
    codesOf(
      once.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key("a") } }] })),
    ),
    nameOf(once.send(put("c"))),
  ]);
  expect([second, single, reading, other]).toEqual([
    ["None", "TransactionConflict"],
    "TransactionConflictException",
    ["TransactionConflict"],
    "done",
  ]);
  await first;
  expect(await nameOf(once.send(put("a")))).toBe("done");
});

test("the same request finds its transaction in progress", async () => {
  const { once } = await contended({ transactionMilliseconds: 300 });
  const input = { TransactItems: [{ Put: { TableName, Item: item("a") } }], ClientRequestToken: "token" };
  const first = once.send(new TransactWriteItemsCommand(input));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const again = once.send(new TransactWriteItemsCommand(input));
  expect(await nameOf(again)).toBe("TransactionInProgressException");
  await first;
  expect(await nameOf(once.send(new TransactWriteItemsCommand(input)))).toBe("done");
});

test("writes and reads beyond a partition are throttled, until a second has passed", async () => {
  const { once, pass } = await contended({ throughput: { ...narrow, warm: published.warm } });
  const get = () => once.send(new GetItemCommand({ TableName, Key: key("a") }));
  for (const send of [() => once.send(put("a")), get]) {
    expect([await nameOf(send()), await nameOf(send()), await nameOf(send())]).toEqual([
      "done",
      "done",
      "ThrottlingException",
    ]);
  }
  expect(await reasonOf(once.send(put("a")))).toBe("TableWriteKeyRangeThroughputExceeded");
  expect(await reasonOf(get())).toBe("TableReadKeyRangeThroughputExceeded");
  pass(1000);
  expect(await nameOf(once.send(put("a")))).toBe("done");
});

test("many keys beyond a table's ramp are throttled, and a batch leaves what there is no room for", async () => {
  const { once } = await contended({ throughput: { ...narrow, partition: published.partition } });
  const names = [];
  for (const id of ["a", "b", "c"]) names.push(await nameOf(once.send(put(id))));
  expect(names).toEqual(["done", "done", "ThrottlingException"]);
  const Keys = ["a", "b", "c"].map(key);
  const batch = () => once.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
  expect((await batch()).UnprocessedKeys?.[TableName]?.Keys).toEqual([key("c")]);
  expect(await nameOf(batch())).toBe("ThrottlingException");
});

test("an index without room throttles the write, and a query takes its room too", async () => {
  const { once } = await contended({ throughput: { ...narrow, warm: published.warm } });
  const open = { state: { S: "open" } };
  const names = [];
  for (const id of ["a", "b", "c"]) names.push(await reasonOf(once.send(put(id, open))));
  expect(names).toEqual([undefined, undefined, "IndexWriteKeyRangeThroughputExceeded"]);
  const transaction = { TransactItems: [{ Put: { TableName, Item: item("d", open) } }] };
  expect(await codesOf(once.send(new TransactWriteItemsCommand(transaction)))).toEqual(["ThrottlingError"]);
  const query = new QueryCommand({
    TableName,
    IndexName: "byState",
    KeyConditionExpression: "#state = :open",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":open": { S: "open" } },
  });
  const reasons = [];
  for (let count = 0; count < 5; count++) reasons.push(await reasonOf(once.send(query)));
  expect(reasons.at(-1)).toBe("IndexReadKeyRangeThroughputExceeded");
});

test("what is too much is let through if the caller says so", async () => {
  const { once } = await contended({ throughput: narrow, refuses: () => false });
  for (let count = 0; count < 5; count++) expect(await nameOf(once.send(put("a")))).toBe("done");
});

test("the SDK's client repeats what is throttled twice, and never a cancelled transaction", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0); // Its pauses are a random part of up to two seconds.
  onTestFinished(() => void vi.restoreAllMocks());
  const { state, thrice } = await contended({ throughput: narrow });
  expect(await nameOf(thrice.send(both("a")))).toBe("done");
  state.asked = 0;
  expect(await nameOf(thrice.send(put("a")))).toBe("ThrottlingException");
  expect(state.asked).toBe(3);
  state.asked = 0;
  expect(await codesOf(thrice.send(both("a")))).toEqual(["ThrottlingError"]);
  expect(state.asked).toBe(1);
});
