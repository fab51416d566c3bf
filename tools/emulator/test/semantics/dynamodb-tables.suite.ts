// The behaviours of DynamoDB's tables: their states, settings, tags, names and times to live.
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  type GlobalSecondaryIndexDescription,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  UpdateTimeToLiveCommand,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { behaviour, type World } from "./behaviour.ts";
import { definitionOf, invalid, key, n, newTable, s, untilActive } from "./tables.ts";

const atOnce = { notInDynamoDbLocal: "this copy's tables are there and gone at once" };
const young = { notInDynamoDbLocal: "this copy is older than that" };

/** Operations on a table of the behaviour's own. */
async function ownTable(world: World, definition: Partial<CreateTableCommandInput> = {}) {
  const { dynamodb } = world;
  const TableName = await newTable(world, definition);
  const describe = async () => (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  return {
    TableName,
    describe,
    arn: async () => (await describe())?.TableArn ?? "",
    remove: () => dynamodb.send(new DeleteTableCommand({ TableName })),
    update: (input: Partial<UpdateTableCommandInput>) =>
      dynamodb.send(new UpdateTableCommand({ TableName, ...input })),
    get: () => dynamodb.send(new GetItemCommand({ TableName, Key: key("a") })),
    put: (more = {}) => dynamodb.send(new PutItemCommand({ TableName, Item: { ...key("a"), ...more } })),
    live: (AttributeName: string | undefined, Enabled: boolean | undefined) =>
      dynamodb.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { AttributeName, Enabled },
        }),
      ),
    lives: async () =>
      (await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription,
    tags: async (ResourceArn: string) =>
      (await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags,
  };
}

behaviour(
  "A new table is CREATING, and has no items to read or write yet",
  "DynamoDB API: CreateTable",
  async (world) => {
    const { dynamodb } = world;
    const TableName = world.unique("creating");
    const created = await dynamodb.send(new CreateTableCommand(definitionOf(TableName)));
    expect(created.TableDescription).toMatchObject({ TableStatus: "CREATING" });
    expect(created.TableDescription?.GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe("CREATING");
    const get = () => dynamodb.send(new GetItemCommand({ TableName, Key: key("a") }));
    const put = () => dynamodb.send(new PutItemCommand({ TableName, Item: key("a") }));
    await expect(get()).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(put()).rejects.toBeInstanceOf(ResourceNotFoundException);
    const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
    expect(TableNames).toContain(TableName);
    await untilActive(dynamodb, TableName);
    await put();
    expect((await get()).Item).toEqual(key("a"));
  },
  atOnce,
);

behaviour(
  "A table that is CREATING cannot be changed or deleted, or made again",
  "DynamoDB API: DeleteTable",
  async (world) => {
    const { dynamodb } = world;
    const TableName = world.unique("busy");
    const create = () => dynamodb.send(new CreateTableCommand(definitionOf(TableName)));
    await create();
    await expect(create()).rejects.toBeInstanceOf(ResourceInUseException);
    await expect(dynamodb.send(new DeleteTableCommand({ TableName }))).rejects.toBeInstanceOf(
      ResourceInUseException,
    );
    const update = new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true });
    await expect(dynamodb.send(update)).rejects.toBeInstanceOf(ResourceInUseException);
    await untilActive(dynamodb, TableName);
  },
  atOnce,
);

behaviour(
  "A table becomes ACTIVE by itself, if nobody describes it",
  "DynamoDB API: CreateTable",
  async (world) => {
    const { dynamodb } = world;
    const TableName = world.unique("alone");
    await dynamodb.send(new CreateTableCommand(definitionOf(TableName)));
    await world.passSeconds(10);
    await dynamodb.send(new PutItemCommand({ TableName, Item: key("a") }));
  },
  { needs: "emulator" },
);

behaviour(
  "A table that is DELETING is still described and has no items, and then is gone",
  "DynamoDB API: DeleteTable",
  async (world) => {
    const { dynamodb } = world;
    const table = await ownTable(world);
    const { TableName } = table;
    await table.put();
    expect((await table.remove()).TableDescription?.TableStatus).toBe("DELETING");
    await expect(table.get()).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(dynamodb.send(new CreateTableCommand(definitionOf(TableName)))).rejects.toBeInstanceOf(
      ResourceInUseException,
    );
    expect((await table.remove()).TableDescription?.TableStatus).toBe("DELETING");
    expect((await table.describe())?.TableStatus).toBe("DELETING");
    await waitUntilTableNotExists(
      { client: dynamodb, maxWaitTime: 120, minDelay: 0.05, maxDelay: 2 },
      { TableName },
    );
    await expect(table.remove()).rejects.toBeInstanceOf(ResourceNotFoundException);
    await dynamodb.send(new CreateTableCommand(definitionOf(TableName)));
    await untilActive(dynamodb, TableName);
    expect((await table.get()).Item).toBeUndefined();
  },
  atOnce,
);

behaviour(
  "A table that is UPDATING takes reads and writes, and no other change",
  "DynamoDB API: UpdateTable",
  async (world) => {
    const table = await ownTable(world);
    const updated = await table.update({
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      GlobalSecondaryIndexUpdates: [
        {
          Update: {
            IndexName: "byOpen",
            ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
          },
        },
      ],
    });
    expect(updated.TableDescription?.TableStatus).toBe("UPDATING");
    await table.put();
    await expect(table.update({ DeletionProtectionEnabled: true })).rejects.toBeInstanceOf(
      ResourceInUseException,
    );
    await expect(table.remove()).rejects.toBeInstanceOf(ResourceInUseException);
    await untilActive(world.dynamodb, table.TableName);
    await table.remove();
  },
  atOnce,
);

const byColour: Partial<UpdateTableCommandInput> = {
  AttributeDefinitions: [{ AttributeName: "colour", AttributeType: "S" }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: "byColour",
        KeySchema: [{ AttributeName: "colour", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    },
  ],
};

behaviour(
  "A new index is CREATING and cannot be read, and then has the items that were there",
  "DynamoDB API: UpdateTable",
  async (world) => {
    const table = await ownTable(world);
    await table.put({ colour: s("red") });
    const { TableDescription } = await table.update(byColour);
    const statusOf = (indexes: GlobalSecondaryIndexDescription[] = []) =>
      indexes.find(({ IndexName }) => IndexName === "byColour")?.IndexStatus;
    expect(statusOf(TableDescription?.GlobalSecondaryIndexes)).toBe("CREATING");
    const query = () =>
      world.dynamodb.send(
        new QueryCommand({
          TableName: table.TableName,
          IndexName: "byColour",
          KeyConditionExpression: "colour = :red",
          ExpressionAttributeValues: { ":red": s("red") },
        }),
      );
    await expect(query()).rejects.toMatchObject(invalid);
    await untilActive(world.dynamodb, table.TableName);
    await expect.poll(async () => statusOf((await table.describe())?.GlobalSecondaryIndexes)).toBe("ACTIVE");
    expect((await query()).Count).toBe(1);
  },
  atOnce,
);

behaviour(
  "A protected table cannot be deleted until its protection is lifted",
  "DynamoDB API: UpdateTable",
  async (world) => {
    const table = await ownTable(world, { DeletionProtectionEnabled: true });
    expect((await table.describe())?.DeletionProtectionEnabled).toBe(true);
    await expect(table.remove()).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining("can't be deleted while DeletionProtectionEnabled is set to True"),
    });
    await table.update({ DeletionProtectionEnabled: false });
    await untilActive(world.dynamodb, table.TableName);
    expect((await table.describe())?.DeletionProtectionEnabled).toBe(false);
    await table.remove();
  },
  young,
);

behaviour(
  "A table has the class it was given, and can get the other",
  "DynamoDB API: UpdateTable",
  async (world) => {
    const table = await ownTable(world, { TableClass: "STANDARD_INFREQUENT_ACCESS" });
    const classOf = async () => (await table.describe())?.TableClassSummary?.TableClass;
    expect(await classOf()).toBe("STANDARD_INFREQUENT_ACCESS");
    await table.update({ TableClass: "STANDARD" });
    await untilActive(world.dynamodb, table.TableName);
    expect(await classOf()).toBe("STANDARD");
    await expect(table.update({ TableClass: "CHEAP" as never })).rejects.toMatchObject(invalid);
  },
  young,
);

behaviour(
  "An on-demand table and its indexes are warm for 12,000 reads and 4,000 writes, or for more if asked",
  "DynamoDB, recorded: Tables",
  async (world) => {
    const table = await ownTable(world, {
      WarmThroughput: { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5000 },
    });
    const described = await table.describe();
    expect(described?.WarmThroughput).toMatchObject({
      ReadUnitsPerSecond: 13_000,
      WriteUnitsPerSecond: 5000,
    });
    expect(described?.GlobalSecondaryIndexes?.[0]?.WarmThroughput).toMatchObject({
      ReadUnitsPerSecond: 12_000,
      WriteUnitsPerSecond: 4000,
    });
    const lower = { WarmThroughput: { ReadUnitsPerSecond: 11_999 } };
    await expect(newTable(world, lower)).rejects.toMatchObject(invalid);
  },
  young,
);

behaviour(
  "A table's tags are there from its creation, with keys of 1 to 128 and values of up to 256 characters",
  "DynamoDB, checked by Alternator: Tags",
  async (world) => {
    const { dynamodb } = world;
    const Tags = [
      { Key: "team", Value: "shop" },
      { Key: "k".repeat(128), Value: "v".repeat(256) },
      { Key: "empty", Value: "" },
    ];
    const table = await ownTable(world, { Tags });
    const ResourceArn = await table.arn();
    const byKey = (list: { Key?: string | undefined }[] = []) =>
      list.toSorted((a, b) => ((a.Key ?? "") < (b.Key ?? "") ? -1 : 1));
    expect(byKey(await table.tags(ResourceArn))).toEqual(byKey(Tags));
    const tag = (Key: string, Value: string) =>
      dynamodb.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key, Value }] }));
    await tag("team", "orders");
    await dynamodb.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["empty", "k".repeat(128)] }));
    expect(await table.tags(ResourceArn)).toEqual([{ Key: "team", Value: "orders" }]);
    for (const [Key, Value] of [
      ["", "x"],
      ["k".repeat(129), "x"],
      ["k", "v".repeat(257)],
    ] as const)
      await expect(tag(Key, Value), Key).rejects.toMatchObject(invalid);
    const tooLong = [{ Key: "k".repeat(129), Value: "x" }];
    await expect(newTable(world, { Tags: tooLong })).rejects.toMatchObject(invalid);
  },
  { notInDynamoDbLocal: "this copy keeps no tags of a creation" },
);

behaviour(
  "A time to live is set on one attribute, and not again within the hour",
  "DynamoDB API: UpdateTimeToLive",
  async (world) => {
    const { live, lives } = await ownTable(world);
    expect(await lives()).toEqual({ TimeToLiveStatus: "DISABLED" });
    await expect(live("expires", false)).rejects.toMatchObject(invalid);
    const { TimeToLiveSpecification } = await live("expires", true);
    expect(TimeToLiveSpecification).toEqual({ AttributeName: "expires", Enabled: true });
    expect(await lives()).toMatchObject({ AttributeName: "expires" });
    await expect(live("expires", true)).rejects.toMatchObject(invalid);
    await expect(live("another", true)).rejects.toMatchObject(invalid);
    await expect(live("another", false)).rejects.toMatchObject(invalid);
    await expect(live("expires", false)).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining("multiple times"),
    });
  },
  { notInDynamoDbLocal: "this copy changes it as often as asked" },
);

behaviour(
  "A time to live can be ended after the hour",
  "DynamoDB API: UpdateTimeToLive",
  async (world) => {
    const { live, lives } = await ownTable(world);
    await live("expires", true);
    await world.passSeconds(3600);
    await live("expires", false);
    expect(await lives()).toEqual({ TimeToLiveStatus: "DISABLED" });
    await world.passSeconds(3600);
    await live("another", true);
    expect(await lives()).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "another" });
  },
  { needs: "emulator" },
);

behaviour(
  "A time to live needs an attribute's name of 1 to 255 characters, and on or off",
  "DynamoDB, checked by Alternator: Time to live",
  async (world) => {
    const { live } = await ownTable(world);
    for (const [name, isEnabled] of [
      [undefined, true],
      ["expires", undefined],
      ["", true],
      ["x".repeat(256), true],
    ] as const)
      await expect(live(name, isEnabled)).rejects.toMatchObject(invalid);
    const nowhere = new UpdateTimeToLiveCommand({
      TableName: world.unique("nowhere"),
      TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
    });
    await expect(world.dynamodb.send(nowhere)).rejects.toBeInstanceOf(ResourceNotFoundException);
  },
);

behaviour(
  "A table may be named by its ARN, in every operation",
  "DynamoDB API: GetItem",
  async (world) => {
    const { dynamodb } = world;
    const table = await ownTable(world);
    const TableName = await table.arn();
    await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key("a"), x: n(1) } }));
    const get = (name: string) => dynamodb.send(new GetItemCommand({ TableName: name, Key: key("a") }));
    expect((await get(TableName)).Item).toEqual({ ...key("a"), x: n(1) });
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableName).toBe(table.TableName);
    const elsewhere = TableName.replace(/dynamodb:[^:]+/, "dynamodb:us-west-1");
    await expect(get(elsewhere)).rejects.toMatchObject({
      name: expect.stringMatching(/NotFound|AccessDenied/),
    });
    await expect(get(`${TableName}x`)).rejects.toBeInstanceOf(ResourceNotFoundException);
    const removed = await dynamodb.send(new DeleteTableCommand({ TableName }));
    expect(removed.TableDescription?.TableName).toBe(table.TableName);
  },
  young,
);

behaviour(
  "A stream and encryption may be given to say that they are off",
  "DynamoDB, checked by Alternator: Tables",
  async (world) => {
    const table = await ownTable(world, {
      StreamSpecification: { StreamEnabled: false },
      SSESpecification: { Enabled: false },
    });
    expect((await table.describe())?.LatestStreamArn).toBeUndefined();
  },
);

behaviour(
  "A key's attribute has a name of 1 to 255 characters, a table's and an index's",
  "DynamoDB, checked by Alternator: Limits",
  async (world) => {
    const named = (hash: string): Partial<CreateTableCommandInput> => ({
      KeySchema: [{ AttributeName: hash, KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: hash, AttributeType: "S" }],
      GlobalSecondaryIndexes: undefined,
    });
    const indexed = (name: string): Partial<CreateTableCommandInput> => ({
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "nr", AttributeType: "N" },
        { AttributeName: name, AttributeType: "S" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byName",
          KeySchema: [{ AttributeName: name, KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
    await newTable(world, named("x".repeat(255)));
    await newTable(world, indexed("x".repeat(255)));
    await expect(newTable(world, named("x".repeat(256)))).rejects.toMatchObject(invalid);
    await expect(newTable(world, named(""))).rejects.toMatchObject(invalid);
    await expect(newTable(world, indexed("x".repeat(256)))).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "Continuous backups are there, and recovery to a point in time is off",
  "DynamoDB API: DescribeContinuousBackups",
  async (world) => {
    const { TableName } = await ownTable(world);
    const asked = await world.dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(asked.ContinuousBackupsDescription).toMatchObject({
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    });
  },
  { notInDynamoDbLocal: "this copy has no backups" },
);

behaviour(
  "Tables are listed page by page, those on their way too",
  "DynamoDB API: ListTables",
  async (world) => {
    const { dynamodb } = world;
    const prefix = world.unique("listed");
    const names = ["a", "b", "c"].map((each) => `${prefix}-${each}`);
    for (const TableName of names) await dynamodb.send(new CreateTableCommand(definitionOf(TableName)));
    const page = (ExclusiveStartTableName: string, Limit: number) =>
      dynamodb.send(new ListTablesCommand({ ExclusiveStartTableName, Limit }));
    expect((await page(prefix, 2)).TableNames).toEqual(names.slice(0, 2));
    expect((await page(prefix, 2)).LastEvaluatedTableName).toBe(names[1]);
    expect((await page(names[1] ?? "", 1)).TableNames).toEqual(names.slice(2));
    await expect(page(prefix, 101)).rejects.toMatchObject(invalid);
    for (const name of names) await untilActive(dynamodb, name);
  },
  { notInDynamoDbLocal: "this copy compares names in another order" },
);

behaviour(
  "A table and its indexes have the throughput they were made with",
  "DynamoDB API: CreateTable",
  async (world) => {
    const index = (IndexName: string, units: number) => ({
      IndexName,
      KeySchema: [{ AttributeName: "open", KeyType: "HASH" as const }],
      Projection: { ProjectionType: "ALL" as const },
      ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units + 1 },
      WarmThroughput: { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5000 },
    });
    const table = await ownTable(world, {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 },
      GlobalSecondaryIndexes: [index("first", 4)],
    });
    const said = async () => {
      const { GlobalSecondaryIndexes = [], ProvisionedThroughput: own } = (await table.describe()) ?? {};
      return [own, ...GlobalSecondaryIndexes.map((each) => each.ProvisionedThroughput)].map(
        (each) => `${each?.ReadCapacityUnits} ${each?.WriteCapacityUnits}`,
      );
    };
    expect(await said()).toEqual(["2 3", "4 5"]);
    await table.update({
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "first" } }, { Create: index("second", 6) }],
    });
    await untilActive(world.dynamodb, table.TableName);
    expect(await said()).toEqual(["2 3", "6 7"]);
    const WarmThroughput = { ReadUnitsPerSecond: 14_000, WriteUnitsPerSecond: 6000 };
    await table.update({
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "second", WarmThroughput } }],
    });
    const warm = (await table.describe())?.GlobalSecondaryIndexes?.[0]?.WarmThroughput;
    expect(warm).toMatchObject(WarmThroughput);
  },
  young,
);
