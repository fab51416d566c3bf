// CreateTable's input: keys, sparse indexes, and each attribute defined once and only if a key uses it.
import { expect, test } from "vitest";
import { createTableInput } from "./table.ts";

test("a table without indexes has its two keys and no index list, which DynamoDB refuses when empty", () => {
  expect(createTableInput("orders", { indexes: {} })).toEqual({
    TableName: "orders",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  });
});

test("indexes carry their keys and projection, and shared attributes are defined once", () => {
  const input = createTableInput("orders", {
    indexes: {
      due: { partitionKey: "dueShard", sortKey: "dueAt", projection: "keys" },
      byPrincipal: { partitionKey: "principal", sortKey: "sk", projection: "all" },
      flat: { partitionKey: "dueShard", projection: "keys" },
    },
  });
  expect(input.AttributeDefinitions?.map((each) => each.AttributeName)).toEqual([
    "pk",
    "sk",
    "dueShard",
    "dueAt",
    "principal",
  ]);
  expect(input.GlobalSecondaryIndexes).toEqual([
    {
      IndexName: "due",
      KeySchema: [
        { AttributeName: "dueShard", KeyType: "HASH" },
        { AttributeName: "dueAt", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
    {
      IndexName: "byPrincipal",
      KeySchema: [
        { AttributeName: "principal", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
    {
      IndexName: "flat",
      KeySchema: [{ AttributeName: "dueShard", KeyType: "HASH" }],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ]);
});
