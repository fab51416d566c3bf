// Transactions over the wire with the real client.
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  IdempotentParameterMismatchException,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { clientsOf, createStock, directoryForTest, startForTest } from "../testing.ts";
import { createTables } from "./tables.ts";

const TableName = "stock";
const key = (id: string) => ({ id: { S: id } });
const item = (id: string, n: number, state = "open") => ({
  ...key(id),
  n: { N: String(n) },
  state: { S: state },
});
const put = (id: string, n: number): TransactWriteItem => ({ Put: { TableName, Item: item(id, n) } });
const take = (id: string, quantity: number): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(id),
    UpdateExpression: "ADD n :minus",
    ConditionExpression: "n >= :q",
    ExpressionAttributeValues: { ":q": { N: String(quantity) }, ":minus": { N: String(-quantity) } },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  },
});

async function started(options: { directory?: string; now?: () => number } = {}) {
  const endpoint = await startForTest(options);
  const { dynamodb } = clientsOf(endpoint);
  const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
    dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
  /** All items by id, with the number each holds. */
  const stock = async () => {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
    return Object.fromEntries(Items.map(({ id, n }) => [id?.S, Number(n?.N)]));
  };
  return { endpoint, dynamodb, transact, stock };
}

const reasonsOf = async (transaction: Promise<unknown>) => {
  const error = await transaction.then(
    () => expect.fail("The transaction was not cancelled."),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(TransactionCanceledException);
  return (error as TransactionCanceledException).CancellationReasons ?? [];
};

test("put, update, delete and check happen together, with their index entries", async () => {
  const { dynamodb, transact, stock } = await started();
  await createStock(dynamodb);
  await transact([put("tea", 5), put("coffee", 7), put("milk", 1)]);
  await transact([
    take("tea", 2),
    { Delete: { TableName, Key: key("coffee") } },
    { Put: { TableName, Item: item("cocoa", 9, "new") } },
    { ConditionCheck: { TableName, Key: key("milk"), ConditionExpression: "attribute_exists(id)" } },
  ]);
  expect(await stock()).toEqual({ tea: 3, milk: 1, cocoa: 9 });
  const query = new QueryCommand({
    TableName,
    IndexName: "byState",
    KeyConditionExpression: "#s = :s",
    ExpressionAttributeNames: { "#s": "state" },
    ExpressionAttributeValues: { ":s": { S: "open" } },
  });
  const { Items } = await dynamodb.send(query);
  expect(Items?.map((each) => each.id?.S).toSorted()).toEqual(["milk", "tea"]);
});

test("one failed condition cancels everything, and every item has its reason in order", async () => {
  const { dynamodb, transact, stock } = await started();
  await createStock(dynamodb);
  await transact([put("tea", 5), put("coffee", 1)]);
  const reasons = await reasonsOf(transact([take("tea", 2), take("coffee", 2), put("cocoa", 1)]));
  expect(reasons).toEqual([
    { Code: "None" },
    { Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: item("coffee", 1) },
    { Code: "None" },
  ]);
  expect(await stock()).toEqual({ tea: 5, coffee: 1 });
});

test("a failed condition keeps the item to itself unless asked; an absent item has none", async () => {
  const { dynamodb, transact } = await started();
  await createStock(dynamodb);
  await transact([put("tea", 5)]);
  const ConditionExpression = "attribute_not_exists(id)";
  const quiet = { Put: { TableName, Item: item("tea", 1), ConditionExpression } };
  const reasons = await reasonsOf(transact([quiet, take("nothing", 1)]));
  expect(reasons.map((reason) => [reason.Code, reason.Item])).toEqual([
    ["ConditionalCheckFailed", undefined],
    ["ConditionalCheckFailed", undefined],
  ]);
});

test("an update that cannot be applied is a validation error of its item", async () => {
  const { dynamodb, transact, stock } = await started();
  await createStock(dynamodb);
  await transact([put("tea", 5)]);
  const addToText = {
    Update: {
      TableName,
      Key: key("tea"),
      UpdateExpression: "ADD #s :one",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":one": { N: "1" } },
    },
  };
  const reasons = await reasonsOf(transact([addToText, put("coffee", 1)]));
  expect(reasons.map((reason) => reason.Code)).toEqual(["ValidationError", "None"]);
  expect(await stock()).toEqual({ tea: 5 });
});

test.each<[string, TransactWriteItem[], string]>([
  ["no items", [], "less than or equal to 100"],
  ["101 items", Array.from({ length: 101 }, (_, index) => put(`s${index}`, 1)), "less than or equal to 100"],
  ["one item twice", [put("tea", 1), take("tea", 1)], "multiple operations on one item"],
  ["two operations in one", [{ ...put("tea", 1), ...take("coffee", 1) }], "can only contain one of"],
  ["an item of no key", [{ Put: { TableName, Item: { n: { N: "1" } } } }], "Missing the key id in the item"],
  [
    "more than 4 MB",
    Array.from({ length: 11 }, (_, index) => ({
      Put: { TableName, Item: { ...key(`s${index}`), text: { S: "x".repeat(390_000) } } },
    })),
    "cannot exceed 4 MB",
  ],
])("%s is refused as invalid", async (_, items, message) => {
  const { dynamodb, transact, stock } = await started();
  await createStock(dynamodb);
  const refused = transact(items);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toMatchObject({ name: "ValidationException" });
  expect(await stock()).toEqual({});
});

test("a hundred items are accepted", async () => {
  const { dynamodb, transact, stock } = await started();
  await createStock(dynamodb);
  await transact(Array.from({ length: 100 }, (_, index) => put(`s${index}`, 1)));
  expect(Object.keys(await stock())).toHaveLength(100);
});

test("an unknown table is refused", async () => {
  const { transact } = await started();
  await expect(transact([put("tea", 1)])).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test("the same request with the same token has no second effect, for ten minutes and over a restart", async () => {
  const directory = directoryForTest();
  let now = 1_000_000;
  const first = await started({ directory, now: () => now });
  await createStock(first.dynamodb);
  await first.transact([put("tea", 9)]);
  await first.transact([take("tea", 2)], "token");
  await first.transact([take("tea", 2)], "token");
  expect(await first.stock()).toEqual({ tea: 7 });
  await expect(first.transact([take("tea", 3)], "token")).rejects.toBeInstanceOf(
    IdempotentParameterMismatchException,
  );
  await first.endpoint.stop();

  const second = await started({ directory, now: () => now });
  await second.transact([take("tea", 2)], "token");
  expect(await second.stock()).toEqual({ tea: 7 });
  now += 10 * 60_000;
  await second.transact([take("tea", 2)], "token");
  expect(await second.stock()).toEqual({ tea: 5 });
});

test("a cancelled request does not use up its token", async () => {
  const { dynamodb, transact, stock } = await started();
  await createStock(dynamodb);
  await reasonsOf(transact([take("tea", 2)], "token"));
  await transact([put("tea", 2)]);
  await transact([take("tea", 2)], "token");
  expect(await stock()).toEqual({ tea: 0 });
});

test("transactions on one item at once either happen or conflict, and nothing is half done", async () => {
  // Without the wire between them, so that they really are at once.
  const tables = await createTables({
    directory: undefined,
    region: "eu-west-1",
    accountId: "000000000000",
    now: () => 0,
  });
  await tables.handle("CreateTable", {
    TableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await tables.handle("DescribeTable", { TableName });
  await tables.handle("PutItem", { TableName, Item: item("tea", 100) });
  await tables.handle("PutItem", { TableName, Item: item("coffee", 0) });
  const TransactItems = [take("tea", 1), take("coffee", -1)];
  const input = () => structuredClone({ TransactItems });
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => tables.handle("TransactWriteItems", input())),
  );
  const happened = answers.filter(({ status }) => status === 200).length;
  expect(happened).toBeGreaterThan(0);
  expect(happened).toBeLessThan(30);
  for (const { body } of answers.filter(({ status }) => status !== 200)) {
    const { CancellationReasons: reasons } = body as { CancellationReasons: { Code: string }[] };
    expect(reasons.map(({ Code }) => Code)).toEqual(["TransactionConflict", "TransactionConflict"]);
  }
  const count = async (id: string) => {
    const { body } = await tables.handle("GetItem", { TableName, Key: key(id) });
    return Number((body as { Item: { n: { N: string } } }).Item.n.N);
  };
  expect([await count("tea"), await count("coffee")]).toEqual([100 - happened, happened]);
  await tables.close();
});

test("single writes during a transaction conflict or wait, and none is lost", async () => {
  const { dynamodb, transact, stock } = await started();
  await createStock(dynamodb);
  await transact([put("tea", 100)]);
  const single = () =>
    dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: item("tea", 100),
        ConditionExpression: "n = :all",
        ExpressionAttributeValues: { ":all": { N: "100" } },
      }),
    );
  const writes = Array.from({ length: 20 }, (_, index) =>
    index % 2 === 0 ? single() : transact([take("tea", 1)]),
  );
  const outcomes = await Promise.allSettled(writes);
  for (const [index, outcome] of outcomes.entries()) {
    if (index % 2 !== 0 || outcome.status === "fulfilled") continue;
    const { reason } = outcome;
    expect(
      reason instanceof TransactionConflictException || reason instanceof ConditionalCheckFailedException,
    ).toBe(true);
  }
  const taken = outcomes.filter(({ status }, index) => index % 2 === 1 && status === "fulfilled").length;
  expect(await stock()).toEqual({ tea: 100 - taken });
});

test("TransactGetItems answers in order, with an empty place for what is not there", async () => {
  const { dynamodb, transact } = await started();
  await createStock(dynamodb);
  await transact([put("tea", 1), put("coffee", 2)]);
  const TransactItems = ["coffee", "nothing", "tea"].map((id) => ({ Get: { TableName, Key: key(id) } }));
  const { Responses } = await dynamodb.send(new TransactGetItemsCommand({ TransactItems }));
  expect(Responses).toEqual([{ Item: item("coffee", 2) }, {}, { Item: item("tea", 1) }]);
});

test("TransactGetItems never sees half of a transaction", async () => {
  const { dynamodb, transact } = await started({ directory: directoryForTest() });
  await createStock(dynamodb);
  await transact([put("tea", 0), put("coffee", 0)]);
  const TransactItems = ["tea", "coffee"].map((id) => ({ Get: { TableName, Key: key(id) } }));
  const reading = async () => {
    const answer = await dynamodb.send(new TransactGetItemsCommand({ TransactItems })).catch((error) => {
      expect(error).toBeInstanceOf(TransactionCanceledException);
      return undefined;
    });
    const [tea, coffee] = answer?.Responses?.map(({ Item }) => Item?.n?.N) ?? [];
    expect(tea).toBe(coffee);
  };
  const writing = async (n: number) => {
    await transact([put("tea", n), put("coffee", n)]).catch((error) =>
      expect(error).toBeInstanceOf(TransactionCanceledException),
    );
  };
  for (let n = 1; n <= 20; n++) {
    await Promise.all([reading(), writing(n), reading(), reading(), writing(n + 100), reading()]);
  }
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: key("tea") }));
  expect(Number(Item?.n?.N)).toBeGreaterThan(0);
});
