// Stale reads by a seeded share, and what they never show: half of a commit, or a table's old indexes.
import {
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { clientsOf, createStock, startForTest } from "../testing.ts";
import { createReplicas } from "./replicas.ts";
import { createMemoryRows } from "./rows.ts";
import { staleReadsAt } from "./stale-reads.ts";

test("a share of the reads is older, never by more than asked, and the same for the same seed", () => {
  const drawn = (seed: number) => {
    const stale = staleReadsAt(seed, 0.25, 1000)();
    return Array.from({ length: 4000 }, () => stale?.ageMilliseconds() ?? -1);
  };
  const older = drawn(7).filter((age) => age > 0);
  expect(older.length / 4000).toBeGreaterThan(0.22);
  expect(older.length / 4000).toBeLessThan(0.28);
  expect(Math.max(...older)).toBeLessThanOrEqual(1000);
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(8)).not.toEqual(drawn(7));
});

test("a read of what has not changed is never drawn for", () => {
  let drawn = 0;
  const ageMilliseconds = () => ++drawn;
  const stale = () => ({ withinMilliseconds: 1000, ageMilliseconds });
  let time = 0;
  const { replica, rows } = createReplicas(createMemoryRows(), stale, () => time);
  rows.commit([{ space: 1, key: "a", value: 1 }]);
  time += 999;
  replica(2);
  replica(1, "b");
  expect(drawn).toBe(0);
  replica(1);
  replica(1, "a");
  expect(drawn).toBe(2);
  time += 1;
  replica(1, "a");
  expect(drawn).toBe(2);
});

test("an older state has all of a commit or nothing of it", () => {
  let time = 0;
  const stale = () => ({ withinMilliseconds: 1000, ageMilliseconds: () => 500 });
  const { replica, rows } = createReplicas(createMemoryRows(), stale, () => time);
  const write = (value: number) => rows.commit(["a", "b"].map((key) => ({ space: 1, key, value })));
  write(1);
  time = 400;
  write(2);
  time = 800;
  write(3);
  const seen = () => [...replica(1).range(1, { from: "a", to: "c" })].map(([, value]) => value);
  expect(seen()).toEqual([1, 1]);
  time = 900;
  expect(seen()).toEqual([2, 2]);
});

test("an index that has just been made shows every item, whatever its replicas lag", async () => {
  const ageMilliseconds = () => 1000;
  const endpoint = await startForTest({
    now: () => 0,
    faults: { staleReads: () => ({ withinMilliseconds: 1000, ageMilliseconds }) },
  });
  const { dynamodb } = clientsOf(endpoint);
  await createStock(dynamodb);
  const TableName = "stock";
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "a" }, name: { S: "tea" } } }));
  await dynamodb.send(
    new UpdateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "name", AttributeType: "S" }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: "byName",
            KeySchema: [{ AttributeName: "name", KeyType: "HASH" }],
            Projection: { ProjectionType: "ALL" },
          },
        },
      ],
    }),
  );
  await dynamodb.send(new DescribeTableCommand({ TableName }));
  const { Items } = await dynamodb.send(
    new QueryCommand({
      TableName,
      IndexName: "byName",
      KeyConditionExpression: "#n = :n",
      ExpressionAttributeNames: { "#n": "name" },
      ExpressionAttributeValues: { ":n": { S: "tea" } },
    }),
  );
  expect(Items).toHaveLength(1);
});
