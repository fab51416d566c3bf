// DynamoDB over the wire with the real client: single writes, their conditions, indexes and what survives.
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListBackupsCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ResourceNotFoundException,
  ScanCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { clientsOf, createStock, directoryForTest, startForTest } from "../testing.ts";

const TableName = "stock";
const tea = { id: { S: "tea" }, state: { S: "open" }, available: { N: "2" } };
const key = { id: { S: "tea" } };

async function started(directory?: string) {
  const endpoint = await startForTest({ directory });
  return { endpoint, dynamodb: clientsOf(endpoint).dynamodb };
}

const idsIn = async (dynamodb: DynamoDBClient, state: string) => {
  const found = await dynamodb.send(
    new QueryCommand({
      TableName,
      IndexName: "byState",
      KeyConditionExpression: "#s = :s",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":s": { S: state } },
    }),
  );
  return found.Items?.map((item) => item.id?.S);
};

test("an item is put, updated, found by its index, and deleted", async () => {
  const { dynamodb } = await started();
  await createStock(dynamodb);
  await dynamodb.send(new PutItemCommand({ TableName, Item: tea }));
  expect(await idsIn(dynamodb, "open")).toEqual(["tea"]);
  const updated = await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: key,
      UpdateExpression: "SET #s = :closed ADD available :n",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":closed": { S: "closed" }, ":n": { N: "3" } },
      ReturnValues: "ALL_NEW",
    }),
  );
  expect(updated.Attributes).toEqual({ ...tea, state: { S: "closed" }, available: { N: "5" } });
  expect(await idsIn(dynamodb, "open")).toEqual([]);
  expect(await idsIn(dynamodb, "closed")).toEqual(["tea"]);
  await dynamodb.send(new DeleteItemCommand({ TableName, Key: key }));
  expect((await dynamodb.send(new GetItemCommand({ TableName, Key: key }))).Item).toBeUndefined();
  expect(await idsIn(dynamodb, "closed")).toEqual([]);
});

test("an update of an item that is not there makes it", async () => {
  const { dynamodb } = await started();
  await createStock(dynamodb);
  const input = { TableName, Key: key, ExpressionAttributeValues: { ":n": { N: "1" } } };
  await dynamodb.send(new UpdateItemCommand({ ...input, UpdateExpression: "ADD available :n" }));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: key }));
  expect(Item).toEqual({ ...key, available: { N: "1" } });
});

test.each([
  ["put", new PutItemCommand({ ...failing(), Item: key })],
  ["update", new UpdateItemCommand({ ...failing(), Key: key, UpdateExpression: "REMOVE available" })],
  ["delete", new DeleteItemCommand({ ...failing(), Key: key })],
])("a %s whose condition fails changes nothing and answers with the item if asked to", async (_, command) => {
  const { dynamodb } = await started();
  await createStock(dynamodb);
  await dynamodb.send(new PutItemCommand({ TableName, Item: tea }));
  const error = await dynamodb.send(command as PutItemCommand).catch((e) => e);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  expect(error.Item).toEqual(tea);
  expect((await dynamodb.send(new GetItemCommand({ TableName, Key: key }))).Item).toEqual(tea);
});

function failing() {
  return {
    TableName,
    ConditionExpression: "attribute_not_exists(id)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } as const;
}

test("a failed condition keeps the item to itself unless asked", async () => {
  const { dynamodb } = await started();
  await createStock(dynamodb);
  await dynamodb.send(new PutItemCommand({ TableName, Item: tea }));
  const condition = { ConditionExpression: "attribute_not_exists(id)" };
  const error = await dynamodb
    .send(new PutItemCommand({ TableName, Item: tea, ...condition }))
    .catch((e) => e);
  expect(error).toBeInstanceOf(ConditionalCheckFailedException);
  expect(error.Item).toBeUndefined();
});

test("increments at the same time are all counted", async () => {
  const { dynamodb } = await started();
  await createStock(dynamodb);
  const input = {
    TableName,
    Key: key,
    UpdateExpression: "ADD available :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  };
  await Promise.all(Array.from({ length: 50 }, () => dynamodb.send(new UpdateItemCommand(input))));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: key }));
  expect(Item?.available).toEqual({ N: "50" });
});

test("a batch of writes puts and deletes", async () => {
  const { dynamodb } = await started();
  await createStock(dynamodb);
  await dynamodb.send(new PutItemCommand({ TableName, Item: tea }));
  const puts = Array.from({ length: 24 }, (_, index) => ({
    PutRequest: { Item: { id: { S: `s${index}` } } },
  }));
  const stock = [...puts, { DeleteRequest: { Key: key } }];
  const answer = await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { stock } }));
  expect(answer.UnprocessedItems).toEqual({});
  const { Items } = await dynamodb.send(new ScanCommand({ TableName }));
  expect(Items?.map((item) => item.id?.S).toSorted()).toEqual(
    puts.map(({ PutRequest }) => PutRequest.Item.id.S).toSorted(),
  );
  const twice = [{ DeleteRequest: { Key: key } }, { DeleteRequest: { Key: key } }];
  await expect(dynamodb.send(new BatchWriteItemCommand({ RequestItems: { stock: twice } }))).rejects.toThrow(
    "duplicates",
  );
});

test("an unknown table and an unknown operation are refused by name", async () => {
  const { dynamodb } = await started();
  await expect(dynamodb.send(new PutItemCommand({ TableName, Item: tea }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
  await expect(dynamodb.send(new ListBackupsCommand({}))).rejects.toMatchObject({
    name: "UnknownOperationException",
  });
});

test("tables, items and indexes survive a restart; a deleted table leaves nothing", async () => {
  const directory = directoryForTest();
  const before = await started(directory);
  await createStock(before.dynamodb);
  await before.dynamodb.send(new PutItemCommand({ TableName, Item: tea }));
  await before.endpoint.stop();

  const { dynamodb } = await started(directory);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    TableArn: "arn:aws:dynamodb:eu-west-1:000000000000:table/stock",
  });
  expect(await idsIn(dynamodb, "open")).toEqual(["tea"]);
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await dynamodb.send(new DescribeTableCommand({ TableName }));
  await createStock(dynamodb);
  expect(await idsIn(dynamodb, "open")).toEqual([]);
});

test("an index that is made later has the items there are, and one that is taken away has none", async () => {
  const directory = directoryForTest();
  const { dynamodb, endpoint } = await started(directory);
  await createStock(dynamodb);
  await dynamodb.send(new PutItemCommand({ TableName, Item: tea }));
  const made = await dynamodb.send(
    new UpdateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "available", AttributeType: "N" }],
      GlobalSecondaryIndexUpdates: [
        { Delete: { IndexName: "byState" } },
        {
          Create: {
            IndexName: "byAvailable",
            KeySchema: [{ AttributeName: "available", KeyType: "HASH" }],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        },
      ],
    }),
  );
  expect(made.TableDescription?.GlobalSecondaryIndexes?.map((each) => each.IndexName)).toEqual([
    "byAvailable",
  ]);
  const ask = (client: DynamoDBClient) =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName: "byAvailable",
        KeyConditionExpression: "available = :n",
        ExpressionAttributeValues: { ":n": { N: "2" } },
      }),
    );
  await dynamodb.send(new DescribeTableCommand({ TableName }));
  expect((await ask(dynamodb)).Items).toEqual([{ id: { S: "tea" }, available: { N: "2" } }]);
  await expect(idsIn(dynamodb, "open")).rejects.toThrow("does not have the specified index: byState");
  await endpoint.stop();
  const again = await started(directory);
  expect((await ask(again.dynamodb)).Count).toBe(1);
});

test("a local index has the table's partitions in another order, and is read consistently", async () => {
  const { dynamodb } = await started();
  const schema = (RANGE: string) => [
    { AttributeName: "id", KeyType: "HASH" as const },
    { AttributeName: RANGE, KeyType: "RANGE" as const },
  ];
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: schema("place"),
      AttributeDefinitions: ["id", "place", "name"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      LocalSecondaryIndexes: [
        { IndexName: "byName", KeySchema: schema("name"), Projection: { ProjectionType: "KEYS_ONLY" } },
      ],
    }),
  );
  await dynamodb.send(new DescribeTableCommand({ TableName }));
  for (const [place, name] of [
    ["1", "tea"],
    ["2", "coffee"],
  ] as const)
    await dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: { id: { S: "a" }, place: { S: place }, name: { S: name }, more: { S: "x" } },
      }),
    );
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      IndexName: "byName",
      KeyConditionExpression: "id = :a",
      ExpressionAttributeValues: { ":a": { S: "a" } },
      ConsistentRead: true,
    }),
  );
  expect(Items.map(({ name }) => name?.S)).toEqual(["coffee", "tea"]);
  expect(Items.map(({ more }) => more)).toEqual([undefined, undefined]);
});

test("tags are kept, and tables are listed page by page", async () => {
  const { dynamodb } = await started();
  await createStock(dynamodb);
  const ResourceArn = "arn:aws:dynamodb:eu-west-1:000000000000:table/stock";
  const Tags = [
    { Key: "team", Value: "shop" },
    { Key: "cost", Value: "low" },
  ];
  await dynamodb.send(new TagResourceCommand({ ResourceArn, Tags }));
  await dynamodb.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["cost"] }));
  expect((await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual(
    Tags.slice(0, 1),
  );
  for (const TableName of ["orders", "payments"])
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      }),
    );
  const first = await dynamodb.send(new ListTablesCommand({ Limit: 2 }));
  expect(first).toMatchObject({ TableNames: ["orders", "payments"], LastEvaluatedTableName: "payments" });
  const next = await dynamodb.send(new ListTablesCommand({ ExclusiveStartTableName: "payments" }));
  expect([next.TableNames, next.LastEvaluatedTableName]).toEqual([["stock"], undefined]);
});

test("a second process is refused the state that is in use", async () => {
  const directory = directoryForTest();
  await started(directory);
  await expect(startForTest({ directory })).rejects.toThrow("is in use by another process");
});
