// The behaviours of DynamoDB: what its indexes show, what a read selects, and the limits of requests.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  GetItemCommand,
  IdempotentParameterMismatchException,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  TransactGetItemsCommand,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { behaviour, type World } from "./behaviour.ts";
import { aTable, byId, type Item, invalid, key, n, newTable, places, s } from "./tables.ts";

const indexed = {
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "nr", AttributeType: "N" },
    { AttributeName: "open", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "S" },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: "byAt",
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
} satisfies Partial<CreateTableCommandInput>;

const made = new WeakMap<World, Promise<string>>();

/** A table with a global and a local index, shared by these behaviours. */
function indexedTable(world: World): Promise<string> {
  const table = made.get(world) ?? newTable(world, indexed);
  made.set(world, table);
  return table;
}

/** An item that both indexes hold, and reads of it by them. */
async function anIndexedItem(world: World) {
  const TableName = await indexedTable(world);
  const id = world.unique("indexed");
  const item = { ...key(id), at: s("now"), open: s(id), shown: n(1), secret: n(2), deep: { M: { a: n(3) } } };
  await world.dynamodb.send(
    new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: item } }] } }),
  );
  const query = (condition: string, IndexName: string, more: Partial<QueryCommandInput>) => {
    const { ExpressionAttributeValues: values, ...others } = more;
    const command = new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: { ":id": s(id), ...values },
      ...(condition.startsWith("#") && { ExpressionAttributeNames: { "#o": "open" } }),
      ...others,
    });
    return world.dynamodb.send(command);
  };
  return {
    TableName,
    item,
    globally: (more: Partial<QueryCommandInput>) => query("#o = :id", "byOpen", more),
    locally: (more: Partial<QueryCommandInput>) => query("id = :id", "byAt", more),
  };
}

const notProjected = { ...invalid, message: expect.stringContaining("does not project") };

behaviour(
  "A filter on what an index does not project is refused, in a global and a local one",
  "DynamoDB guide: Global secondary indexes",
  async (world) => {
    const { globally, locally } = await anIndexedItem(world);
    for (const FilterExpression of [
      "attribute_exists(secret)",
      "NOT secret = shown",
      "size(deep) > :x",
      "shown = :x AND (secret <> :x OR begins_with(deep.a, :x))",
    ]) {
      const ExpressionAttributeValues = FilterExpression.includes(":x") ? { ":x": s("1") } : {};
      const filter = { FilterExpression, ExpressionAttributeValues };
      await expect(globally(filter), FilterExpression).rejects.toMatchObject(notProjected);
      await expect(locally(filter), FilterExpression).rejects.toMatchObject(notProjected);
    }
    const { Count } = await globally({ FilterExpression: "attribute_exists(shown)" });
    expect(Count).toBe(1);
  },
);

behaviour(
  "A scan of an index looks at what the index has",
  "DynamoDB guide: Global secondary indexes",
  async (world) => {
    const { TableName } = await anIndexedItem(world);
    const scan = (FilterExpression: string) =>
      world.dynamodb.send(new ScanCommand({ TableName, IndexName: "byOpen", FilterExpression }));
    await expect(scan("attribute_not_exists(secret)")).rejects.toMatchObject(notProjected);
    expect((await scan("attribute_exists(shown)")).Count).toBeGreaterThan(0);
  },
  { notInDynamoDbLocal: "this copy's scan of an index looks at the table's items" },
);

behaviour(
  "A global index cannot be asked for what it does not project",
  "DynamoDB, checked by Alternator: Global indexes",
  async (world) => {
    const { globally, TableName } = await anIndexedItem(world);
    await expect(globally({ ProjectionExpression: "secret" })).rejects.toMatchObject(notProjected);
    await expect(globally({ ProjectionExpression: "shown, deep.a" })).rejects.toMatchObject(notProjected);
    const scan = new ScanCommand({ TableName, IndexName: "byOpen", ProjectionExpression: "secret" });
    await expect(world.dynamodb.send(scan)).rejects.toMatchObject(notProjected);
    expect((await globally({ ProjectionExpression: "shown" })).Items).toEqual([{ shown: n(1) }]);
  },
  { notInDynamoDbLocal: "this copy fetches it from the table" },
);

behaviour(
  "A local index fetches from the table what is asked for and not projected",
  "DynamoDB guide: Local secondary indexes",
  async (world) => {
    const { item, locally } = await anIndexedItem(world);
    const { at, id, nr } = item;
    expect((await locally({})).Items).toEqual([{ id, nr, at }]);
    expect((await locally({ Select: "ALL_PROJECTED_ATTRIBUTES" })).Items).toEqual([{ id, nr, at }]);
    expect((await locally({ ProjectionExpression: "secret, deep.a" })).Items).toEqual([
      { secret: n(2), deep: item.deep },
    ]);
    expect((await locally({ Select: "ALL_ATTRIBUTES" })).Items).toEqual([item]);
  },
);

behaviour(
  "ALL_ATTRIBUTES is not for a global index that has not all of them",
  "DynamoDB, checked by moto: Select",
  async (world) => {
    const { globally, TableName } = await anIndexedItem(world);
    const refused = { ...invalid, message: expect.stringContaining("ALL_ATTRIBUTES is not supported") };
    await expect(globally({ Select: "ALL_ATTRIBUTES" })).rejects.toMatchObject(refused);
    const scan = new ScanCommand({ TableName, IndexName: "byOpen", Select: "ALL_ATTRIBUTES" });
    await expect(world.dynamodb.send(scan)).rejects.toMatchObject(refused);
  },
  { notInDynamoDbLocal: "this copy fetches it from the table" },
);

behaviour(
  "SPECIFIC_ATTRIBUTES needs a projection, and a projection goes with nothing else",
  "DynamoDB, checked by moto: Select",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("select");
    const { TableName } = table;
    const both = (more: Partial<QueryCommandInput>) => [
      () => table.query({ ...byId(id), ...more }),
      () => world.dynamodb.send(new ScanCommand({ TableName, Limit: 1, ...more } as never)),
    ];
    for (const Select of ["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT"] as const)
      for (const ask of both({ Select, ProjectionExpression: "a" }))
        await expect(ask(), Select).rejects.toMatchObject({
          ...invalid,
          message: expect.stringContaining("Cannot specify the ProjectionExpression"),
        });
    for (const ask of both({ Select: "SPECIFIC_ATTRIBUTES" }))
      await expect(ask()).rejects.toMatchObject({
        ...invalid,
        message: expect.stringContaining("Must specify the AttributesToGet or ProjectionExpression"),
      });
    for (const ask of both({ Select: "SPECIFIC_ATTRIBUTES", ProjectionExpression: "a" })) await ask();
  },
);

behaviour(
  "A scan counts, filters, projects and stops as a query does",
  "DynamoDB API: Scan",
  async (world) => {
    const TableName = await newTable(world);
    const requests = [0, 1, 2, 3].map((at) => ({
      PutRequest: { Item: { ...key("a", String(at)), open: s("x"), shown: n(at) } },
    }));
    await world.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    const scan = (input: Partial<ScanCommandInput>) =>
      world.dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true, ...input }));
    expect(await scan({ Select: "COUNT" })).toMatchObject({ Count: 4, ScannedCount: 4 });
    const filtered = await scan({
      Limit: 3,
      FilterExpression: "#s > :one",
      ProjectionExpression: "#s",
      ExpressionAttributeNames: { "#s": "shown" },
      ExpressionAttributeValues: { ":one": n(1) },
    });
    expect(filtered).toMatchObject({ Items: [{ shown: n(2) }], ScannedCount: 3 });
    expect(filtered.LastEvaluatedKey).toEqual(key("a", "2"));
    await expect(scan({ IndexName: "byOpen" })).rejects.toMatchObject(invalid);
  },
);

behaviour("ALL_PROJECTED_ATTRIBUTES is for indexes", "DynamoDB, checked by moto: Select", async (world) => {
  const table = await aTable(world);
  const Select = "ALL_PROJECTED_ATTRIBUTES";
  await expect(table.query({ ...byId("x"), Select })).rejects.toMatchObject(invalid);
  const scan = new ScanCommand({ TableName: table.TableName, Select });
  await expect(world.dynamodb.send(scan)).rejects.toMatchObject(invalid);
});

behaviour("A query's filter is not for its key", "DynamoDB API: Query", async (world) => {
  const table = await aTable(world);
  for (const FilterExpression of ["nr > :x", "attribute_exists(id)", "NOT (a = :x OR nr = :x)"]) {
    const values = FilterExpression.includes(":x") ? { ":x": n(1) } : {};
    const ExpressionAttributeValues = { ":id": s("x"), ...values };
    const asked = table.query({ ...byId("x"), FilterExpression, ExpressionAttributeValues });
    await expect(asked, FilterExpression).rejects.toMatchObject(invalid);
  }
});

behaviour(
  "The size of a text is its length, of bytes their count, of the rest its elements",
  "DynamoDB, checked by dynalite: Scan",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("size"));
    await table.put({
      ...Key,
      words: s("abÿ"),
      tea: s("茶"),
      pot: s("🫖"),
      bytes: { B: new Uint8Array([195, 191]) },
      map: { M: { é: n(1) } },
      tags: { SS: ["é", "ÿ"] },
      num: n(12),
    });
    const sized = (name: string, size: number) =>
      table.holds(Key, `size(${name}) = :size`, { ":size": n(size) });
    expect(await sized("words", 3)).toBe(true);
    expect(await sized("tea", 1)).toBe(true);
    // Beyond the basic plane two, as Java counts (DynamoDB Local).
    expect(await sized("pot", 2)).toBe(true);
    expect(await sized("bytes", 2)).toBe(true);
    expect(await table.holds(Key, "size(#m) = :size", { ":size": n(1) }, { "#m": "map" })).toBe(true);
    expect(await sized("tags", 2)).toBe(true);
    expect(await sized("num", 2).catch(() => false)).toBe(false);
  },
);

behaviour("An expression has 4096 bytes at most", "DynamoDB guide: Constraints", async (world) => {
  const table = await aTable(world);
  const Key = key(world.unique("long"));
  await table.put(Key);
  const padded = (text: string, bytes: number) => text + " ".repeat(bytes - Buffer.byteLength(text));
  const asking = (bytes: number) => [
    () => table.holds(Key, padded("attribute_exists(id)", bytes)),
    () => table.update(Key, padded("REMOVE a", bytes)),
    () => table.query({ ...byId("x"), FilterExpression: padded("attribute_exists(a)", bytes) }),
    () =>
      world.dynamodb.send(
        new GetItemCommand({ TableName: table.TableName, Key, ProjectionExpression: padded("a", bytes) }),
      ),
  ];
  for (const ask of asking(4096)) await ask();
  for (const ask of asking(4097)) await expect(ask()).rejects.toMatchObject(invalid);
});

behaviour(
  "An expression has 300 operators and functions at most, parentheses not counted",
  "DynamoDB guide: Constraints",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("operators"));
    await table.put({ ...Key, a: n(1) });
    const ors = (term: string, count: number) => Array(count).fill(term).join(" OR ");
    const nested = (levels: number) => `${"a < b OR (".repeat(levels)}a < b${")".repeat(levels)}`;
    const [allowed, refused] = [150, 151];
    for (const term of ["a = b", "attribute_exists(b)", "a IN (b)", "a BETWEEN b AND c"]) {
      expect(await table.holds(Key, ors(term, allowed)), term).toBe(false);
      await expect(table.holds(Key, ors(term, refused)), term).rejects.toMatchObject(invalid);
    }
    expect(await table.holds(Key, nested(149))).toBe(false);
    await expect(table.holds(Key, nested(150))).rejects.toMatchObject(invalid);
    expect(await table.holds(Key, `${"NOT ".repeat(298)}attribute_exists(a)`)).toBe(true);
    await expect(table.holds(Key, `${"NOT ".repeat(300)}attribute_exists(a)`)).rejects.toMatchObject(invalid);
    const sums = (count: number) => `SET ${Array.from({ length: count }, (_, at) => `x${at}=a+a`).join()}`;
    await table.update(Key, sums(300));
    await expect(table.update(Key, sums(301))).rejects.toMatchObject(invalid);
  },
);

behaviour("A document path has 32 steps at most", "DynamoDB guide: Constraints", async (world) => {
  const table = await aTable(world);
  const { TableName } = table;
  const Key = key(world.unique("path"));
  for (const step of [".a", "[0]"]) {
    const path = (steps: number) => `a${step.repeat(steps - 1)}`;
    expect(await table.holds(Key, `attribute_exists(${path(32)})`)).toBe(false);
    await expect(table.holds(Key, `attribute_exists(${path(33)})`)).rejects.toMatchObject(invalid);
    await table.update(Key, `REMOVE ${path(33)}`).then(
      () => expect.fail("It was taken."),
      (error) => expect(error).toMatchObject(invalid),
    );
    const get = (ProjectionExpression: string) =>
      world.dynamodb.send(new GetItemCommand({ TableName, Key, ProjectionExpression }));
    await get(path(32));
    await expect(get(path(33))).rejects.toMatchObject(invalid);
  }
});

behaviour(
  "A name or value that stands for another has its sign, 255 bytes at most, and a meaning",
  "DynamoDB guide: Constraints",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("stands"));
    const long = (length: number) => "x".repeat(length - 1);
    const named = (name: string, attribute = "b") =>
      table.holds(Key, `${name} = id`, undefined, { [name]: attribute });
    const valued = (name: string) => table.holds(Key, `id = ${name}`, { [name]: s("x") });
    expect(await named(`#${long(255)}`)).toBe(false);
    expect(await valued(`:${long(255)}`)).toBe(false);
    await expect(named(`#${long(256)}`)).rejects.toMatchObject(invalid);
    await expect(valued(`:${long(256)}`)).rejects.toMatchObject(invalid);
    await expect(named("b")).rejects.toMatchObject(invalid);
    await expect(named("#b", "")).rejects.toMatchObject(invalid);
    await expect(table.holds(Key, "id = nr", undefined, {})).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "IN has up to a hundred values",
  "DynamoDB guide: Condition operators and functions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("in"));
    const among = (count: number) => table.holds(Key, `a IN (${Array(count).fill("b").join()})`);
    expect(await among(100)).toBe(false);
    await expect(among(101)).rejects.toMatchObject(invalid);
  },
  { notInDynamoDbLocal: "this copy counts the left side too" },
);

behaviour(
  "An attribute's name has 1 to 65535 bytes",
  "DynamoDB, checked by Alternator: Limits",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("name"));
    await table.put({ ...Key, ["x".repeat(65_535)]: n(1) });
    await expect(table.put({ ...Key, ["x".repeat(65_536)]: n(1) })).rejects.toMatchObject(invalid);
    await expect(table.put({ ...Key, ["é".repeat(32_768)]: n(1) })).rejects.toMatchObject(invalid);
    await expect(table.put({ ...Key, "": n(1) })).rejects.toMatchObject(invalid);
    await expect(table.put({ ...Key, a: { M: { "": n(1) } } })).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "A key of an index has 2048 and 1024 bytes at most, as a table's has",
  "DynamoDB guide: Constraints",
  async (world) => {
    const TableName = await indexedTable(world);
    const id = world.unique("keys");
    const put = (more: Item) =>
      world.dynamodb.send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: [{ PutRequest: { Item: { ...key(id), ...more } } }] },
        }),
      );
    await put({ open: s("x".repeat(2048)), at: s("x".repeat(1024)) });
    await expect(put({ open: s("x".repeat(2049)) })).rejects.toMatchObject(invalid);
    await expect(put({ open: s("é".repeat(1025)) })).rejects.toMatchObject(invalid);
    await expect(put({ at: s("x".repeat(1025)) })).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "Nor can an update make an index's key longer",
  "DynamoDB guide: Constraints",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("longer"));
    await table.put(Key);
    const open = (length: number) =>
      table.update(Key, "SET #o = :o", {
        ExpressionAttributeNames: { "#o": "open" },
        ExpressionAttributeValues: { ":o": s("x".repeat(length)) },
      });
    await open(2048);
    await expect(open(2049)).rejects.toMatchObject(invalid);
  },
  { notInDynamoDbLocal: "this copy lets it pass" },
);

behaviour(
  "A number takes a byte for two of its digits, however long its zeros are",
  "DynamoDB, checked by dynalite: PutItem",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("digits"));
    const numbers = Array.from({ length: 2000 }, (_, at) => `${at + 1}E120`);
    const text = (bytes: number) => s("x".repeat(bytes));
    // The names, the key, the numbers and the text: 409,600 bytes with a text of this length.
    const others = 2 + Key.id.S.length + 2 + 1 + 7 + 4 + numbersBytes(numbers);
    await table.put({ ...Key, numbers: { NS: numbers }, text: text(400 * 1024 - others) });
    await expect(
      table.put({ ...Key, numbers: { NS: numbers }, text: text(400 * 1024 - others + 1) }),
    ).rejects.toMatchObject(invalid);
  },
  { notInDynamoDbLocal: "this copy counts another byte" },
);

/** One byte, half of the digits rounded up, and one more where they split unevenly around the point. */
function numbersBytes(numbers: readonly string[]): number {
  const sizes = numbers.map((text) => {
    const digits = text.replace(/0*E.*/, "").length;
    const power = text.replace(/E.*/, "").length - 1 + 120;
    return 1 + Math.ceil(digits / 2) + (digits % 2 === 0 && power % 2 === 0 ? 1 : 0);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

const pageOf25 = async (world: World, length: number) => {
  const table = await aTable(world);
  const id = world.unique("stored");
  const requests = Array.from({ length: 25 }, (_, at) => ({
    PutRequest: { Item: { ...key(id, String(at + 1)), e: s("e".repeat(length)) } },
  }));
  await world.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table.TableName]: requests } }));
  const { Count, LastEvaluatedKey } = await table.query({ ...byId(id), Select: "COUNT" });
  return { Count, last: LastEvaluatedKey?.nr?.N };
};

behaviour(
  "A page ends by what is stored of its items, some bytes more than their size",
  "DynamoDB, checked by dynalite: Query",
  async (world) => {
    // 24 of them are less than a megabyte by their size, and more as they are stored.
    expect(await pageOf25(world, 43_600)).toEqual({ Count: 24, last: "24" });
    expect(await pageOf25(world, 43_200)).toEqual({ Count: 25, last: "25" });
  },
  { notInDynamoDbLocal: "this copy counts the items' sizes" },
);

behaviour(
  "A page that its very last item fills has a last key",
  "DynamoDB, checked by dynalite: Query",
  async (world) => {
    expect(await pageOf25(world, 41_900)).toEqual({ Count: 25, last: "25" });
    expect(await pageOf25(world, 41_300)).toEqual({ Count: 25, last: undefined });
  },
  { notInDynamoDbLocal: "this copy counts the items' sizes" },
);

behaviour(
  "A batch of reads leaves keys unprocessed beyond a megabyte and an item of one partition",
  "DynamoDB, checked by dynalite: BatchGetItem",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("much");
    const wide = s("x".repeat(380_000));
    for (const at of ["1", "2", "3", "4", "5"]) await table.put({ ...key(id, at), wide });
    const read = async (Keys: Item[]) => {
      const RequestItems = {
        [TableName]: {
          Keys,
          ConsistentRead: true,
          ProjectionExpression: "#n",
          ExpressionAttributeNames: { "#n": "nr" },
        },
      };
      const answer = await world.dynamodb.send(new BatchGetItemCommand({ RequestItems }));
      return [answer.Responses?.[TableName]?.length, answer.UnprocessedKeys?.[TableName]] as const;
    };
    const keys = ["1", "2", "3", "4", "5"].map((at) => key(id, at));
    expect(await read(keys.slice(0, 3))).toEqual([3, undefined]);
    const [found = 0, left] = await read(keys);
    expect(found + (left?.Keys?.length ?? 0)).toBe(5);
    expect(left).toMatchObject({ ConsistentRead: true, ProjectionExpression: "#n" });
    expect(await read(left?.Keys ?? [])).toEqual([5 - found, undefined]);
  },
  { notInDynamoDbLocal: "this copy answers sixteen megabytes" },
);

behaviour(
  "The reads of a transaction have four megabytes at most",
  "DynamoDB API: TransactGetItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("reads");
    const wide = s("x".repeat(400_000));
    for (let at = 0; at < 11; at++) await table.put({ ...key(id, String(at)), wide });
    const read = (count: number) => {
      const TransactItems = Array.from({ length: count }, (_, at) => ({
        Get: { TableName, Key: key(id, String(at)), ProjectionExpression: "nr" },
      }));
      return world.dynamodb.send(new TransactGetItemsCommand({ TransactItems }));
    };
    expect((await read(10)).Responses).toHaveLength(10);
    await expect(read(11)).rejects.toMatchObject(invalid);
  },
  { notInDynamoDbLocal: "this copy reads ten items at most" },
);

behaviour(
  "Four megabytes of a transaction are its items' own, not those of the request",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("bytes");
    const bytes = { B: new Uint8Array(390_000) };
    const puts = Array.from({ length: 10 }, (_, at) => ({
      Put: { TableName, Item: { ...key(id, String(at)), bytes } },
    }));
    await table.transact(puts);
    expect(places(await table.query({ ...byId(id), ProjectionExpression: "nr" }))).toHaveLength(3);
  },
  { notInDynamoDbLocal: "this copy counts the request" },
);

behaviour(
  "The same request may come with its fields and sets in another order",
  "DynamoDB, recorded: Transactions",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("order");
    const token = world.unique("t");
    const put = (Item: Item) => table.transact([{ Put: { TableName, Item } }], token);
    await put({ ...key(id), a: { SS: ["x", "y"] }, map: { M: { b: n(1), c: n(2) } } });
    await put({ map: { M: { c: n(2), b: n(1) } }, a: { SS: ["y", "x"] }, nr: n(0), id: s(id) });
    const other = { ...key(id), a: { SS: ["x", "y"] }, map: { M: { b: n(2), c: n(1) } } };
    await expect(put(other)).rejects.toBeInstanceOf(IdempotentParameterMismatchException);
    const list = { ...key(id), a: { L: [s("x"), s("y")] } };
    await expect(put(list)).rejects.toBeInstanceOf(IdempotentParameterMismatchException);
  },
  { notInDynamoDbLocal: "this copy compares the texts" },
);

behaviour(
  "A condition of a put and of a deletion has names and values of the request",
  "DynamoDB guide: Condition expressions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("named"));
    const condition = {
      ConditionExpression: "#s = :one",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":one": n(1) },
    };
    const remove = () =>
      world.dynamodb.send(new DeleteItemCommand({ TableName: table.TableName, Key, ...condition }));
    await table.put({ ...Key, state: n(2) });
    for (const ask of [remove, () => table.put(Key, condition)])
      await expect(ask()).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    await table.put({ ...Key, state: n(1) });
    await table.put({ ...Key, state: n(1), more: n(3) }, condition);
    await remove();
    expect(await table.get(Key)).toBeUndefined();
  },
);

behaviour(
  "A part of a transaction has a condition, names and values of its own",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("parts");
    const own = (at: number, wanted: number) => ({
      TableName,
      ConditionExpression: "#s = :wanted",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":wanted": n(wanted) },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
      Key: key(id, String(at)),
    });
    const partsOf = (wanted: number) => {
      const { Key, ...put } = own(0, wanted);
      return [
        { Put: { ...put, Item: { ...Key, state: n(1), more: n(0) } } },
        { Update: { ...own(1, wanted), UpdateExpression: "SET more = :wanted" } },
        { Delete: own(2, wanted) },
        { ConditionCheck: own(3, wanted) },
      ];
    };
    for (const at of [0, 1, 2, 3]) await table.put({ ...key(id, String(at)), state: n(1) });
    const refused = await table.transact(partsOf(2)).catch((error) => error);
    expect(refused).toBeInstanceOf(TransactionCanceledException);
    const items = refused.CancellationReasons.map((reason: { Item: Item }) => reason.Item);
    expect(items).toEqual([0, 1, 2, 3].map((at) => ({ ...key(id, String(at)), state: n(1) })));
    await table.transact(partsOf(1));
    expect(places(await table.query(byId(id)))).toEqual([0, 1, 3]);
  },
);
