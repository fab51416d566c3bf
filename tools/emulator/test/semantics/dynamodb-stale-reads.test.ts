// What reads show while the replicas of a table and its indexes lag behind the latest write.
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  ScanCommand,
  TransactGetItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import { aTable, byId, fill, type Item, key, n, newTable, places, s } from "./tables.ts";

onAnEndpoint();

const CONSISTENCY = "DynamoDB guide: Read consistency";
const needs = { needs: "emulator" } as const;

/** What is done first is old enough for every replica; what comes then has reached none. */
async function behind(world: World, first: () => Promise<unknown>, then: () => Promise<unknown>) {
  world.replicas.lagMilliseconds = 1000;
  await first();
  await world.passSeconds(2);
  await then();
}

/** Runs with replicas that lag, and lets them catch up whatever comes of it. */
const lagging = (check: (world: World) => Promise<void>) => (world: World) =>
  check(world).finally(() => {
    world.replicas.lagMilliseconds = 0;
  });

/** The item 0 is changed, 2 deleted and 3 new, which no replica knows. */
async function changedTable(world: World) {
  const table = await aTable(world);
  const id = world.unique("changed");
  const { TableName } = table;
  await behind(
    world,
    () => fill(table, id, 3, { state: s("before") }),
    async () => {
      await table.put({ ...key(id, "0"), state: s("after") });
      await world.dynamodb.send(new DeleteItemCommand({ TableName, Key: key(id, "2") }));
      await table.transact([{ Put: { TableName, Item: { ...key(id, "3"), state: s("after") } } }]);
    },
  );
  return { ...table, id };
}
const states = ({ Items }: { Items?: Item[] | undefined }) =>
  Items?.map(({ nr, state }) => `${nr?.N} ${state?.S}`);
const [former, latest] = [
  ["0 before", "1 before", "2 before"],
  ["0 after", "1 before", "3 after"],
];

behaviour(
  "A GetItem shows an item as it was before a write that was answered, unless it is consistent",
  CONSISTENCY,
  lagging(async (world) => {
    const { TableName, id } = await changedTable(world);
    const get = async (nr: string, ConsistentRead?: boolean) => {
      const { Item } = await world.dynamodb.send(
        new GetItemCommand({ TableName, Key: key(id, nr), ConsistentRead }),
      );
      return Item?.state?.S;
    };
    expect([await get("0"), await get("2"), await get("3")]).toEqual(["before", "before", undefined]);
    expect([await get("0", true), await get("2", true), await get("3", true)]).toEqual([
      "after",
      undefined,
      "after",
    ]);
  }),
  needs,
);

behaviour(
  "A Query that is not consistent has what was deleted, and not what is new, in both directions",
  CONSISTENCY,
  lagging(async (world) => {
    const { id, query } = await changedTable(world);
    expect(states(await query(byId(id)))).toEqual(former);
    expect(states(await query({ ...byId(id), ScanIndexForward: false }))).toEqual(former?.toReversed());
    expect(states(await query({ ...byId(id), ConsistentRead: true }))).toEqual(latest);
  }),
  needs,
);

behaviour(
  "A Scan that is not consistent shows the table as it was",
  CONSISTENCY,
  lagging(async (world) => {
    const { id, TableName } = await changedTable(world);
    const scan = (ConsistentRead: boolean) =>
      world.dynamodb.send(
        new ScanCommand({
          TableName,
          ConsistentRead,
          FilterExpression: "#s IN (:before, :after) AND attribute_exists(#s)",
          ExpressionAttributeNames: { "#s": "state" },
          ExpressionAttributeValues: { ":before": s("before"), ":after": s("after") },
        }),
      );
    const own = ({ Items = [] }: { Items?: Item[] | undefined }) =>
      states({ Items: Items.filter((item) => item.id?.S === id) });
    expect(own(await scan(false))).toEqual(former);
    expect(own(await scan(true))).toEqual(latest);
  }),
  needs,
);

behaviour(
  "A BatchGetItem is consistent for the tables of which that is asked",
  "DynamoDB API: BatchGetItem",
  lagging(async (world) => {
    const { id, TableName } = await changedTable(world);
    const read = async (ConsistentRead: boolean) => {
      const Keys = ["0", "1", "2", "3"].map((nr) => key(id, nr));
      const RequestItems = { [TableName]: { Keys, ConsistentRead } };
      const { Responses } = await world.dynamodb.send(new BatchGetItemCommand({ RequestItems }));
      return states({ Items: Responses?.[TableName] })?.toSorted();
    };
    expect(await read(false)).toEqual(former);
    expect(await read(true)).toEqual(latest);
  }),
  needs,
);

behaviour(
  "A TransactGetItems never shows an older state",
  "DynamoDB guide: Transactions",
  lagging(async (world) => {
    const { id, TableName } = await changedTable(world);
    const TransactItems = ["0", "2", "3"].map((nr) => ({ Get: { TableName, Key: key(id, nr) } }));
    const { Responses } = await world.dynamodb.send(new TransactGetItemsCommand({ TransactItems }));
    expect(Responses?.map(({ Item }) => Item?.state?.S)).toEqual(["after", undefined, "after"]);
  }),
  needs,
);

behaviour(
  "A write's condition and its update see the latest item",
  "DynamoDB guide: Condition expressions",
  lagging(async (world) => {
    const { holds, id, update, get } = await changedTable(world);
    const isThere = "attribute_exists(id)";
    expect(await holds(key(id, "2"), isThere)).toBe(false);
    expect(await holds(key(id, "3"), isThere)).toBe(true);
    for (const _ of [1, 2])
      await update(key(id, "0"), "ADD amount :one", { ExpressionAttributeValues: { ":one": n(1) } });
    expect((await get(key(id, "0")))?.amount).toEqual(n(2));
  }),
  needs,
);

behaviour(
  "A global index shows an item under the key that it had, and the values it had",
  "DynamoDB guide: Global secondary indexes",
  lagging(async (world) => {
    const table = await aTable(world);
    const [id, open, closed] = [world.unique("moved"), world.unique("open"), world.unique("closed")];
    const inIndex = (value: string) =>
      table.query({
        IndexName: "byOpen",
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "open" },
        ExpressionAttributeValues: { ":o": s(value) },
      });
    await behind(
      world,
      () => table.put({ ...key(id), open: s(open), shown: n(1) }),
      () => table.put({ ...key(id), open: s(closed), shown: n(2) }),
    );
    expect((await inIndex(open)).Items).toEqual([{ ...key(id), open: s(open), shown: n(1) }]);
    expect((await inIndex(closed)).Items).toEqual([]);
    await world.passSeconds(1);
    expect((await inIndex(open)).Items).toEqual([]);
    expect((await inIndex(closed)).Items).toMatchObject([{ shown: n(2) }]);
  }),
  needs,
);

behaviour(
  "A local index shows an older state, unless the query is consistent",
  CONSISTENCY,
  lagging(async (world) => {
    const TableName = await newTable(world, {
      GlobalSecondaryIndexes: undefined,
      LocalSecondaryIndexes: [
        {
          IndexName: "byState",
          KeySchema: [
            { AttributeName: "id", KeyType: "HASH" },
            { AttributeName: "open", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
    const { put, query } = await aTable(world);
    const [id, IndexName] = [world.unique("local"), "byState"];
    await behind(
      world,
      () => put({ ...key(id), open: s("a") }, { TableName }),
      () => put({ ...key(id, "1"), open: s("b") }, { TableName }),
    );
    const asked = { ...byId(id), TableName, IndexName };
    expect(places(await query(asked))).toEqual([0]);
    expect(places(await query({ ...asked, ConsistentRead: true }))).toEqual([0, 1]);
  }),
  needs,
);

behaviour(
  "The same read shows the write a short time later",
  CONSISTENCY,
  lagging(async (world) => {
    const { id, query } = await changedTable(world);
    await world.passSeconds(1);
    expect(states(await query(byId(id)))).toEqual(latest);
  }),
  needs,
);
