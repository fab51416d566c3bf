// The behaviours of DynamoDB: items, conditions, updates, pages, indexes and transactions.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  GetItemCommand,
  IdempotentParameterMismatchException,
  QueryCommand,
  type QueryCommandInput,
  ResourceInUseException,
  ResourceNotFoundException,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect } from "vitest";
import {
  expected,
  itemOf,
  type Model,
  operation,
  tableOf,
  toTransactItem,
} from "../../src/dynamodb/transaction-model.ts";
import { behaviour, type World } from "./behaviour.ts";
import {
  aTable,
  byId,
  definitionOf,
  fill,
  type Item,
  invalid,
  key,
  n,
  places,
  s,
  untilActive,
} from "./tables.ts";

behaviour(
  "An item comes back as it was put, whatever the types of its attributes",
  "DynamoDB guide: Data types",
  async (world) => {
    const table = await aTable(world);
    const item = {
      ...key(world.unique("all")),
      text: s("déjà 🫖"),
      yes: { BOOL: true },
      nothing: { NULL: true },
      bytes: { B: new Uint8Array([0, 255]) },
      map: { M: { deep: { L: [n(1), s("two"), { M: {} }] } } },
      sets: { M: { texts: { SS: ["x"] }, numbers: { NS: ["1"] }, bytes: { BS: [new Uint8Array([1])] } } },
    };
    await table.put(item);
    expect(await table.get({ id: item.id, nr: item.nr })).toEqual(item);
  },
);

behaviour("Sets hold each value once, in no order", "DynamoDB guide: Data types", async (world) => {
  const table = await aTable(world);
  const Key = key(world.unique("sets"));
  await table.put({ ...Key, texts: { SS: ["b", "a"] }, numbers: { NS: ["10", "9"] } });
  const found = await table.get(Key);
  expect([found?.texts?.SS?.toSorted(), found?.numbers?.NS?.toSorted()]).toEqual([
    ["a", "b"],
    ["10", "9"],
  ]);
  await expect(table.put({ ...Key, texts: { SS: [] } })).rejects.toMatchObject(invalid);
  await expect(table.put({ ...Key, texts: { SS: ["a", "a"] } })).rejects.toMatchObject(invalid);
});

behaviour(
  "A number has up to 38 digits, and comes back without needless zeros",
  "DynamoDB guide: Data types",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("number"));
    const long = "1234567890123456789012345678901234567.8";
    await table.put({ ...Key, long: n(long), zeros: n("007.50"), power: n("1.5E2"), minus: n("-0.10") });
    expect(await table.get(Key)).toEqual({
      ...Key,
      long: n(long),
      zeros: n("7.5"),
      power: n("150"),
      minus: n("-0.1"),
    });
    await expect(table.put({ ...Key, x: n(`${long}9`) })).rejects.toMatchObject(invalid);
    await expect(table.put({ ...Key, x: n("1E126") })).rejects.toMatchObject(invalid);
    await expect(table.put({ ...Key, x: n("ten") })).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "An empty text is a value, but no key",
  "DynamoDB guide: Data types",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("empty"));
    await expect(table.put({ id: s(""), nr: n(0) })).rejects.toMatchObject(invalid);
    await table.put({ ...Key, text: s(""), bytes: { B: new Uint8Array() } });
    expect((await table.get(Key))?.text).toEqual(s(""));
  },
  { notInDynamoDbLocal: "empty values came in May 2020" },
);

behaviour("What is not there is answered without an item", "DynamoDB API: GetItem", async (world) => {
  const table = await aTable(world);
  expect(await table.get(key(world.unique("nothing")))).toBeUndefined();
});

behaviour("A get answers the attributes it asks for", "DynamoDB API: GetItem", async (world) => {
  const table = await aTable(world);
  const Key = key(world.unique("part"));
  await table.put({ ...Key, a: n(1), list: { L: [n(1), { M: { b: n(2), c: n(3) } }] } });
  const command = new GetItemCommand({
    TableName: table.TableName,
    Key,
    ProjectionExpression: "a, #l[1].b",
    ExpressionAttributeNames: { "#l": "list" },
  });
  expect((await world.dynamodb.send(command)).Item).toEqual({ a: n(1), list: { L: [{ M: { b: n(2) } }] } });
});

behaviour(
  "A key has exactly the table's attributes, with their types",
  "DynamoDB API: GetItem",
  async (world) => {
    const table = await aTable(world);
    await expect(table.get({ id: s("a") })).rejects.toMatchObject(invalid);
    await expect(table.get({ ...key("a"), more: n(1) })).rejects.toMatchObject(invalid);
    await expect(table.get({ id: n(1), nr: n(0) })).rejects.toMatchObject(invalid);
    await expect(table.put({ id: s("a"), nr: s("0") })).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "An item has 400 kilobytes at most, names included",
  "DynamoDB guide: Constraints",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("x"));
    await expect(table.put({ ...Key, text: s("x".repeat(400 * 1024)) })).rejects.toMatchObject(invalid);
    await table.put({ ...Key, text: s("x".repeat(399 * 1024)) });
  },
);

behaviour(
  "A put replaces the whole item, and answers the old one if asked",
  "DynamoDB API: PutItem",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("put"));
    expect((await table.put({ ...Key, a: n(1) }, { ReturnValues: "ALL_OLD" })).Attributes).toBeUndefined();
    const { Attributes } = await table.put({ ...Key, b: n(2) }, { ReturnValues: "ALL_OLD" });
    expect(Attributes).toEqual({ ...Key, a: n(1) });
    expect(await table.get(Key)).toEqual({ ...Key, b: n(2) });
    await expect(table.put(Key, { ReturnValues: "ALL_NEW" })).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "Deleting what is not there is no error, unless a condition says so",
  "DynamoDB API: DeleteItem",
  async (world) => {
    const { TableName, put } = await aTable(world);
    const Key = key(world.unique("gone"));
    const remove = (more = {}) => world.dynamodb.send(new DeleteItemCommand({ TableName, Key, ...more }));
    await remove();
    await expect(remove({ ConditionExpression: "attribute_exists(id)" })).rejects.toBeInstanceOf(
      ConditionalCheckFailedException,
    );
    await put({ ...Key, a: n(1) });
    expect((await remove({ ReturnValues: "ALL_OLD" })).Attributes).toEqual({ ...Key, a: n(1) });
  },
);

behaviour(
  "A table that is not there is told by name, one that is cannot be made again",
  "DynamoDB API: CreateTable",
  async (world) => {
    const { TableName } = await aTable(world);
    await expect(world.dynamodb.send(new CreateTableCommand(definitionOf(TableName)))).rejects.toBeInstanceOf(
      ResourceInUseException,
    );
    const lacking = new GetItemCommand({ TableName: world.unique("nowhere"), Key: key("a") });
    await expect(world.dynamodb.send(lacking)).rejects.toBeInstanceOf(ResourceNotFoundException);
  },
);

behaviour(
  "A put that must be the first is refused the second time, and changes nothing",
  "DynamoDB guide: Condition expressions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("first"));
    const first = { ConditionExpression: "attribute_not_exists(id)" };
    await table.put({ ...Key, a: n(1) }, first);
    await expect(table.put({ ...Key, a: n(2) }, first)).rejects.toBeInstanceOf(
      ConditionalCheckFailedException,
    );
    expect((await table.get(Key))?.a).toEqual(n(1));
  },
);

behaviour(
  "A failed condition answers the item if asked, and only then",
  "DynamoDB API: PutItem",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("old"));
    await table.put({ ...Key, a: n(1) });
    const condition = { ConditionExpression: "attribute_not_exists(id)" };
    const itemOf = (more = {}) =>
      table.put(Key, { ...condition, ...more }).catch((error: ConditionalCheckFailedException) => error.Item);
    expect(await itemOf({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })).toEqual({ ...Key, a: n(1) });
    expect(await itemOf()).toBeUndefined();
    const more = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const, ...condition };
    for (const ask of [
      () => table.update(Key, "REMOVE a", more),
      () => world.dynamodb.send(new DeleteItemCommand({ TableName: table.TableName, Key, ...more })),
    ])
      await expect(ask()).rejects.toMatchObject({ Item: { ...Key, a: n(1) } });
  },
  { notInDynamoDbLocal: "single writes answer the old item since June 2023" },
);

behaviour(
  "Functions and operators of conditions",
  "DynamoDB guide: Condition operators and functions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("condition"));
    await table.put({
      ...Key,
      num: n(5),
      words: s("hello"),
      elems: { L: [s("a"), n(1)] },
      tags: { SS: ["x", "y"] },
      nest: { M: { deep: n(7) } },
      nil: { NULL: true },
    });
    const values = {
      ":5": n("5.0"),
      ":10": n(10),
      ":he": s("he"),
      ":x": s("x"),
      ":a": s("a"),
      ":t5": s("5"),
    };
    const check = async (condition: string, expected: boolean, extra: Item = {}) => {
      const all: Item = { ...values, ...extra };
      const used = Object.fromEntries(
        Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(condition)),
      );
      const given = Object.keys(used).length > 0 ? used : undefined;
      expect(await table.holds(Key, condition, given), condition).toBe(expected);
    };
    await check("num = :5", true);
    await check("num = :t5", false);
    await check("num <> :t5", true);
    await check("lacking = :5", false);
    await check("lacking <> :5", true);
    await check("num < :10 AND NOT num > :10", true);
    await check("num < :t5", false);
    await check("num BETWEEN :5 AND :10", true);
    await check("num IN (:10, :5)", true);
    await check("words IN (:he)", false);
    await check("begins_with(words, :he)", true);
    await check("contains(words, :he)", true);
    await check("contains(tags, :x)", true);
    await check("contains(elems, :a)", true);
    await check("contains(elems, :x)", false);
    await check("attribute_exists(nest.deep) AND attribute_not_exists(nest.another)", true);
    await check("attribute_exists(elems[1]) AND attribute_not_exists(elems[2])", true);
    await check("attribute_exists(nil)", true);
    await check("attribute_type(num, :type)", true, { ":type": s("N") });
    await check("attribute_type(nil, :type)", true, { ":type": s("NULL") });
    await check("size(words) = :5", true);
    await check("size(tags) < :5 OR size(lacking) = :5", true);
    await check("size(lacking) < :5", false);
    await check("(num = :10 OR words = :he) AND num = :5", false);
    await check("num = :10 OR words = :he AND num = :5 OR tags <> :x", true);
  },
);

behaviour(
  "An expression that cannot be read is refused, whatever the item",
  "DynamoDB guide: Condition expressions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("syntax"));
    const refused = (condition: string, values?: Item, names?: Record<string, string>) =>
      expect(table.holds(Key, condition, values, names), condition).rejects.toMatchObject(invalid);
    await refused("a =", { ":a": n(1) });
    await refused("a = :a");
    await refused("a = :a", { ":a": n(1), ":unused": n(2) });
    await refused("#a = :a", { ":a": n(1) });
    await refused("a = :a", { ":a": n(1) }, { "#unused": "b" });
    await refused("status = :a", { ":a": n(1) });
    await refused("unknown(a)");
    await refused("");
  },
);

behaviour("An update of what is not there makes it", "DynamoDB API: UpdateItem", async (world) => {
  const table = await aTable(world);
  const Key = key(world.unique("made"));
  await table.update(Key, "ADD a :one", { ExpressionAttributeValues: { ":one": n(1) } });
  expect(await table.get(Key)).toEqual({ ...Key, a: n(1) });
});

behaviour(
  "SET counts, appends, keeps what is there, and reaches into maps and lists",
  "DynamoDB guide: Update expressions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("set"));
    await table.put({ ...Key, a: n(5), list: { L: [s("x")] }, nest: { M: { deep: n(1) } } });
    await table.update(
      Key,
      "SET a = a - :two, b = if_not_exists(b, :two) + :two, c = if_not_exists(a, :two), " +
        "#list = list_append(:new, #list), nest.deep = :two, nest.more = :two",
      {
        ExpressionAttributeNames: { "#list": "list" },
        ExpressionAttributeValues: { ":two": n(2), ":new": { L: [s("y")] } },
      },
    );
    expect(await table.get(Key)).toEqual({
      ...Key,
      a: n(3),
      b: n(4),
      // Operands are the values before the update.
      c: n(5),
      list: { L: [s("y"), s("x")] },
      nest: { M: { deep: n(2), more: n(2) } },
    });
  },
);

behaviour(
  "An element set behind a list's end is appended, one removed closes the gap",
  "DynamoDB guide: Update expressions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("list"));
    await table.put({ ...Key, l: { L: [n(0), n(1), n(2)] } });
    await table.update(Key, "SET l[9] = :x REMOVE l[1]", { ExpressionAttributeValues: { ":x": n(9) } });
    expect((await table.get(Key))?.l).toEqual({ L: [n(0), n(2), n(9)] });
  },
);

behaviour(
  "ADD and DELETE work on sets, and an emptied set is gone",
  "DynamoDB guide: Update expressions",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("sets"));
    const values = (name: string, ...SS: string[]) => ({ ExpressionAttributeValues: { [name]: { SS } } });
    await table.update(Key, "ADD tags :t", values(":t", "a", "b"));
    await table.update(Key, "ADD tags :t", values(":t", "b", "c"));
    expect((await table.get(Key))?.tags?.SS?.toSorted()).toEqual(["a", "b", "c"]);
    await table.update(Key, "DELETE tags :t", values(":t", "a", "b", "c", "d"));
    expect(await table.get(Key)).toEqual(Key);
  },
);

behaviour("REMOVE of what is not there is no error", "DynamoDB guide: Update expressions", async (world) => {
  const table = await aTable(world);
  const Key = key(world.unique("remove"));
  await table.put({ ...Key, a: n(1) });
  await table.update(Key, "REMOVE a, b");
  expect(await table.get(Key)).toEqual(Key);
});

behaviour("An update answers what it is asked for", "DynamoDB API: UpdateItem", async (world) => {
  const table = await aTable(world);
  const Key = key(world.unique("returned"));
  await table.put({ ...Key, a: n(1), b: n(1) });
  const add = async (ReturnValues: "NONE" | "ALL_OLD" | "UPDATED_OLD" | "ALL_NEW" | "UPDATED_NEW") =>
    (await table.update(Key, "ADD a :one", { ExpressionAttributeValues: { ":one": n(1) }, ReturnValues }))
      .Attributes;
  expect(await add("NONE")).toBeUndefined();
  expect(await add("ALL_OLD")).toEqual({ ...Key, a: n(2), b: n(1) });
  expect(await add("UPDATED_OLD")).toEqual({ a: n(3) });
  expect(await add("ALL_NEW")).toEqual({ ...Key, a: n(5), b: n(1) });
  expect(await add("UPDATED_NEW")).toEqual({ a: n(6) });
});

behaviour(
  "What is updated inside of an attribute is answered alone, by the place that it was updated at",
  "DynamoDB, checked by Alternator: Returned values",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("inside"));
    const c = { L: [n(1), n(2), n(3)] };
    await table.put({ ...Key, a: { M: { b: s("dog"), c } } });
    const change = async (text: string, ReturnValues: "UPDATED_OLD" | "UPDATED_NEW") => {
      const used = text.includes(":v") && { ExpressionAttributeValues: { ":v": n(7) } };
      const { Attributes } = await table.update(Key, text, { ...used, ReturnValues });
      return Attributes?.a?.M;
    };
    expect(await change("SET a.c[1] = :v", "UPDATED_OLD")).toEqual({ c: { L: [n(2)] } });
    expect(await change("SET a.b = :v", "UPDATED_NEW")).toEqual({ b: n(7) });
    // An element beyond the end is put at the end, which is another place.
    expect(await change("SET a.c[100] = :v", "UPDATED_NEW")).toBeUndefined();
    // The element behind a removed one takes its place.
    expect(await change("REMOVE a.c[1]", "UPDATED_NEW")).toEqual({ c: { L: [n(3)] } });
    expect(await change("REMOVE a.c[1], a.c[9]", "UPDATED_OLD")).toEqual({ c: { L: [n(3)] } });
  },
  { notInDynamoDbLocal: "it answers whole attributes" },
);

behaviour(
  "An update that cannot be applied is refused, and changes nothing",
  "DynamoDB API: UpdateItem",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("refused"));
    await table.put({ ...Key, words: s("x"), a: n(1) });
    const one = { ExpressionAttributeValues: { ":one": n(1) } };
    for (const expression of [
      "ADD words :one",
      "SET a = lacking + :one",
      "SET a = words + :one",
      "SET a.b = :one",
      "SET a = :one, a = :one",
      "SET nr = :one",
      "SET a = :one SET words = :one",
    ]) {
      await expect(table.update(Key, expression, one), expression).rejects.toMatchObject(invalid);
    }
    expect(await table.get(Key)).toEqual({ ...Key, words: s("x"), a: n(1) });
  },
);

behaviour(
  "A query answers in the order of the sort key's numbers, or backwards",
  "DynamoDB API: Query",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("order");
    for (const at of ["10", "-1", "9", "0.5"]) await table.put(key(id, at));
    expect(places(await table.query(byId(id)))).toEqual([-1, 0.5, 9, 10]);
    expect(places(await table.query({ ...byId(id), ScanIndexForward: false }))).toEqual([10, 9, 0.5, -1]);
  },
);

behaviour("A query has conditions on the sort key", "DynamoDB API: Query", async (world) => {
  const table = await aTable(world);
  const id = world.unique("range");
  await fill(table, id, 5);
  const ask = async (condition: string, values: Item) =>
    places(
      await table.query({
        KeyConditionExpression: `id = :id AND ${condition}`,
        ExpressionAttributeValues: { ":id": s(id), ...values },
      }),
    );
  expect(await ask("nr >= :a", { ":a": n(3) })).toEqual([3, 4]);
  expect(await ask("nr BETWEEN :a AND :b", { ":a": n(1), ":b": n(2) })).toEqual([1, 2]);
  await expect(ask("nr <> :a", { ":a": n(1) })).rejects.toMatchObject(invalid);
  await expect(
    table.query({ KeyConditionExpression: "nr = :a", ExpressionAttributeValues: { ":a": n(1) } }),
  ).rejects.toMatchObject(invalid);
});

behaviour(
  "A page ends at its limit, and the next begins behind its last key",
  "DynamoDB guide: Paginating query results",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("pages");
    await fill(table, id, 5);
    const found: (number[] | undefined)[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await table.query({ ...byId(id), Limit: 2, ExclusiveStartKey });
      found.push(places(page));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(found).toEqual([[0, 1], [2, 3], [4]]);
  },
);

behaviour(
  "A full last page still has a key, and the page behind it is empty",
  "DynamoDB guide: Paginating query results",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("full");
    await fill(table, id, 2);
    const { LastEvaluatedKey } = await table.query({ ...byId(id), Limit: 2 });
    expect(LastEvaluatedKey).toEqual(key(id, "1"));
    const next = await table.query({ ...byId(id), Limit: 2, ExclusiveStartKey: LastEvaluatedKey });
    expect(next).toMatchObject({ Items: [], Count: 0 });
    expect(next.LastEvaluatedKey).toBeUndefined();
  },
);

behaviour(
  "A filter takes items out of a page after its limit was counted",
  "DynamoDB API: Query",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("filter");
    await fill(table, id, 3);
    await table.put({ ...key(id, "3"), a: n(1) });
    const page = await table.query({ ...byId(id), FilterExpression: "attribute_exists(a)", Limit: 3 });
    expect(page).toMatchObject({ Items: [], Count: 0, ScannedCount: 3, LastEvaluatedKey: key(id, "2") });
  },
);

behaviour("A page ends after a megabyte", "DynamoDB guide: Paginating query results", async (world) => {
  const table = await aTable(world);
  const id = world.unique("mega");
  await fill(table, id, 4, { text: s("x".repeat(350 * 1024)) });
  const { Count, LastEvaluatedKey } = await table.query(byId(id));
  expect(Count).toBe(3);
  expect(LastEvaluatedKey).toEqual(key(id, "2"));
});

behaviour("COUNT answers the number without the items", "DynamoDB API: Query", async (world) => {
  const table = await aTable(world);
  const id = world.unique("count");
  await fill(table, id, 3);
  const answer = await table.query({ ...byId(id), Select: "COUNT" });
  expect([answer.Count, answer.Items]).toEqual([3, undefined]);
});

behaviour("The segments of a scan are together the whole", "DynamoDB API: Scan", async (world) => {
  const table = await aTable(world);
  const ids = Array.from({ length: 12 }, (_, index) => world.unique(`scan${index}`));
  for (const id of ids) await table.put(key(id));
  const found: string[] = [];
  for (const Segment of [0, 1, 2]) {
    let ExclusiveStartKey: Item | undefined;
    do {
      const command = new ScanCommand({
        TableName: table.TableName,
        Segment,
        TotalSegments: 3,
        ExclusiveStartKey,
      });
      const page = await world.dynamodb.send(command);
      found.push(...(page.Items ?? []).map(({ id }) => id?.S ?? ""));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
  for (const id of ids) expect(found.filter((each) => each === id)).toHaveLength(1);
});

const inIndex = async (world: World, open: string, more: Partial<QueryCommandInput> = {}) => {
  const query = new QueryCommand({
    TableName: (await aTable(world)).TableName,
    IndexName: "byOpen",
    KeyConditionExpression: "#o = :o",
    ExpressionAttributeNames: { "#o": "open" },
    ExpressionAttributeValues: { ":o": s(open) },
    ...more,
  });
  return world.dynamodb.send(query);
};
/** On other endpoints an index lags behind its table. */
const eventually = (world: World, open: string, ids: string[]) =>
  expect
    .poll(async () => (await inIndex(world, open)).Items?.map(({ id }) => id?.S).toSorted())
    .toEqual(ids.toSorted());

behaviour(
  "An index holds only items that have its key, as long as they have it",
  "DynamoDB guide: Sparse indexes",
  async (world) => {
    const table = await aTable(world);
    const open = world.unique("open");
    const [one, two] = [key(world.unique("one")), key(world.unique("two"))];
    await table.put({ ...one, open: s(open) });
    await table.put(two);
    await eventually(world, open, [one.id.S]);
    await table.update(two, "SET #o = :o", {
      ExpressionAttributeNames: { "#o": "open" },
      ExpressionAttributeValues: { ":o": s(open) },
    });
    await eventually(world, open, [one.id.S, two.id.S]);
    await table.update(one, "REMOVE #o", { ExpressionAttributeNames: { "#o": "open" } });
    await eventually(world, open, [two.id.S]);
  },
);

behaviour("An index moves an item whose key changes", "DynamoDB API: Query", async (world) => {
  const table = await aTable(world);
  const [before, after] = [world.unique("before"), world.unique("after")];
  const Key = key(world.unique("moved"));
  await table.put({ ...Key, open: s(before) });
  await table.put({ ...Key, open: s(after) });
  await eventually(world, before, []);
  await eventually(world, after, [Key.id.S]);
});

behaviour(
  "An index answers its own attributes and those it includes",
  "DynamoDB API: CreateTable",
  async (world) => {
    const table = await aTable(world);
    const open = world.unique("shown");
    const Key = key(world.unique("included"));
    await table.put({ ...Key, open: s(open), shown: n(1), hidden: n(2) });
    await eventually(world, open, [Key.id.S]);
    expect((await inIndex(world, open)).Items).toEqual([{ ...Key, open: s(open), shown: n(1) }]);
    await expect(inIndex(world, open, { ConsistentRead: true })).rejects.toMatchObject(invalid);
  },
);

behaviour("Items with one index key come page by page, each once", "DynamoDB API: Query", async (world) => {
  const table = await aTable(world);
  const open = world.unique("same");
  const ids = Array.from({ length: 5 }, (_, index) => world.unique(`same${index}`));
  for (const id of ids) await table.put({ ...key(id), open: s(open) });
  await eventually(world, open, ids);
  const found: (string | undefined)[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await inIndex(world, open, { Limit: 2, ExclusiveStartKey });
    found.push(...(page.Items ?? []).map(({ id }) => id?.S));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  expect(found.toSorted()).toEqual(ids.toSorted());
});

behaviour(
  "A value of another type cannot be put where an index has its key",
  "DynamoDB API: PutItem",
  async (world) => {
    const table = await aTable(world);
    await expect(table.put({ ...key(world.unique("type")), open: n(1) })).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "Nor can an update put it there",
  "DynamoDB API: UpdateItem",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("type"));
    await table.put(Key);
    const update = {
      ExpressionAttributeNames: { "#o": "open" },
      ExpressionAttributeValues: { ":o": n(1) },
    };
    await expect(table.update(Key, "SET #o = :o", update)).rejects.toMatchObject(invalid);
  },
  { notInDynamoDbLocal: "this copy lets it pass" },
);

behaviour(
  "A batch of writes has up to 25, on different items",
  "DynamoDB API: BatchWriteItem",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("batch");
    const write = (requests: object[]) =>
      world.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table.TableName]: requests } }));
    const puts = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ PutRequest: { Item: key(id, String(at)) } }));
    await expect(write(puts(26))).rejects.toMatchObject(invalid);
    await expect(write([...puts(1), ...puts(1)])).rejects.toMatchObject(invalid);
    expect((await write(puts(25))).UnprocessedItems).toEqual({});
    await write([{ DeleteRequest: { Key: key(id, "0") } }]);
    expect((await table.query(byId(id))).Count).toBe(24);
  },
);

behaviour(
  "A batch of reads answers what is there, of up to 100 different keys",
  "DynamoDB API: BatchGetItem",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("reads");
    await table.put(key(id, "1"));
    await table.put(key(id, "2"));
    const read = (Keys: Item[]) =>
      world.dynamodb.send(new BatchGetItemCommand({ RequestItems: { [table.TableName]: { Keys } } }));
    const { Responses } = await read(["0", "1", "2"].map((at) => key(id, at)));
    expect(Responses?.[table.TableName]).toHaveLength(2);
    await expect(read([key(id), key(id)])).rejects.toMatchObject(invalid);
    await expect(read(Array.from({ length: 101 }, (_, at) => key(id, String(at))))).rejects.toMatchObject(
      invalid,
    );
  },
);

const put = (TableName: string, Item: Item, more = {}) => ({ Put: { TableName, Item, ...more } });
const reasonsOf = async (transaction: Promise<unknown>) => {
  const error = await transaction.then(
    () => expect.fail("The transaction was not cancelled."),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TransactionCanceledException);
  return error as TransactionCanceledException;
};

behaviour(
  "A transaction puts, updates, deletes and checks as one",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("all");
    const [a, b, c, d] = [key(id, "0"), key(id, "1"), key(id, "2"), key(id, "3")];
    for (const each of [b, c, d]) await table.put({ ...each, n: n(1) });
    await table.transact([
      put(TableName, { ...a, n: n(9) }),
      {
        Update: {
          TableName,
          Key: b,
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": n(1) },
        },
      },
      { Delete: { TableName, Key: c } },
      { ConditionCheck: { TableName, Key: d, ConditionExpression: "attribute_exists(n)" } },
    ]);
    expect((await table.query(byId(id))).Items).toEqual([
      { ...a, n: n(9) },
      { ...b, n: n(2) },
      { ...d, n: n(1) },
    ]);
  },
);

behaviour(
  "A cancelled transaction changes nothing and gives every item its reason, in order",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("cancelled");
    await table.put({ ...key(id, "1"), n: n(1) });
    const isNew = { ConditionExpression: "attribute_not_exists(id)" };
    const error = await reasonsOf(
      table.transact([
        put(TableName, key(id, "0"), isNew),
        put(TableName, key(id, "1"), { ...isNew, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
        put(TableName, key(id, "2")),
        { ConditionCheck: { TableName, Key: key(id, "3"), ConditionExpression: "attribute_exists(id)" } },
      ]),
    );
    expect(error.CancellationReasons?.map(({ Code }) => Code)).toEqual([
      "None",
      "ConditionalCheckFailed",
      "None",
      "ConditionalCheckFailed",
    ]);
    expect(error.CancellationReasons?.map(({ Item }) => Item)).toEqual([
      undefined,
      { ...key(id, "1"), n: n(1) },
      undefined,
      undefined,
    ]);
    expect(error.CancellationReasons?.[1]?.Message).toBe("The conditional request failed");
    expect(error.message).toContain("[None, ConditionalCheckFailed, None, ConditionalCheckFailed]");
    expect((await table.query(byId(id))).Count).toBe(1);
  },
);

behaviour(
  "An item that failed is not answered unless asked for",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const Key = key(world.unique("quiet"));
    await table.put(Key);
    const refused = put(table.TableName, Key, { ConditionExpression: "attribute_not_exists(id)" });
    const { CancellationReasons } = await reasonsOf(table.transact([refused]));
    expect(CancellationReasons?.[0]?.Item).toBeUndefined();
  },
);

behaviour(
  "An update that cannot be applied to its item cancels with a validation error",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("type");
    await table.put({ ...key(id), text: s("x") });
    const Update = {
      TableName,
      Key: key(id),
      UpdateExpression: "ADD #t :one",
      ExpressionAttributeNames: { "#t": "text" },
      ExpressionAttributeValues: { ":one": n(1) },
    };
    const { CancellationReasons } = await reasonsOf(
      table.transact([put(TableName, key(id, "1")), { Update }]),
    );
    expect(CancellationReasons?.map(({ Code }) => Code)).toEqual(["None", "ValidationError"]);
    expect(await table.get(key(id, "1"))).toBeUndefined();
  },
  { notInDynamoDbLocal: "this copy refuses the request instead of cancelling it" },
);

behaviour("A transaction may touch an item once", "DynamoDB API: TransactWriteItems", async (world) => {
  const table = await aTable(world);
  const { TableName } = table;
  const Key = key(world.unique("twice"));
  const twice = [
    put(TableName, Key),
    { ConditionCheck: { TableName, Key, ConditionExpression: "attribute_exists(id)" } },
  ];
  await expect(table.transact(twice)).rejects.toMatchObject(invalid);
});

behaviour(
  "A transaction has 1 to 100 items",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const id = world.unique("many");
    const puts = (count: number) =>
      Array.from({ length: count }, (_, at) => put(table.TableName, key(id, String(at))));
    await expect(table.transact([])).rejects.toMatchObject(invalid);
    await expect(table.transact(puts(101))).rejects.toMatchObject(invalid);
    await table.transact(puts(100));
    expect((await table.query({ ...byId(id), Select: "COUNT" })).Count).toBe(100);
  },
  { notInDynamoDbLocal: "the limit was 25 until September 2022" },
);

behaviour("A transaction has four megabytes at most", "DynamoDB API: TransactWriteItems", async (world) => {
  const table = await aTable(world);
  const id = world.unique("big");
  const puts = Array.from({ length: 11 }, (_, at) =>
    put(table.TableName, { ...key(id, String(at)), text: s("x".repeat(390_000)) }),
  );
  await expect(table.transact(puts)).rejects.toMatchObject(invalid);
  expect((await table.query(byId(id))).Count).toBe(0);
});

behaviour(
  "The same request with the same token has one effect",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const Key = key(world.unique("token"));
    const token = world.unique("t");
    const add = (value: number): TransactWriteItem => ({
      Update: {
        TableName,
        Key,
        UpdateExpression: "ADD n :n",
        ExpressionAttributeValues: { ":n": n(value) },
      },
    });
    await table.transact([add(2)], token);
    await table.transact([add(2)], token);
    expect((await table.get(Key))?.n).toEqual(n(2));
    await expect(table.transact([add(3)], token)).rejects.toBeInstanceOf(
      IdempotentParameterMismatchException,
    );
  },
);

behaviour(
  "A token is forgotten after ten minutes",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const Key = key(world.unique("forgotten"));
    const Update = {
      TableName,
      Key,
      UpdateExpression: "ADD n :n",
      ExpressionAttributeValues: { ":n": n(1) },
    };
    const token = world.unique("t");
    await table.transact([{ Update }], token);
    await world.passSeconds(599);
    await table.transact([{ Update }], token);
    expect((await table.get(Key))?.n).toEqual(n(1));
    await world.passSeconds(2);
    await table.transact([{ Update }], token);
    expect((await table.get(Key))?.n).toEqual(n(2));
  },
  { needs: "emulator" },
);

behaviour(
  "Reads of a transaction answer in order, with an empty place for what is not there",
  "DynamoDB API: TransactGetItems",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("read");
    for (const at of ["1", "2"]) await table.put(key(id, at));
    const read = (places: string[]) => {
      const asked = { ProjectionExpression: "id, #n", ExpressionAttributeNames: { "#n": "nr" } };
      const TransactItems = places.map((at) => ({ Get: { TableName, Key: key(id, at), ...asked } }));
      return world.dynamodb.send(new TransactGetItemsCommand({ TransactItems }));
    };
    expect((await read(["2", "0", "1"])).Responses).toEqual([
      { Item: key(id, "2") },
      {},
      { Item: key(id, "1") },
    ]);
    await expect(read(["1", "1"])).rejects.toMatchObject(invalid);
    await expect(read([])).rejects.toMatchObject(invalid);
  },
);

behaviour(
  "A random history of transactions is that of a model of a few dozen lines",
  "DynamoDB API: TransactWriteItems",
  async (world) => {
    const { dynamodb } = world;
    const TableName = world.unique("model");
    await dynamodb.send(new CreateTableCommand(tableOf(TableName)));
    await untilActive(dynamodb, TableName);
    const seed = Number(process.env.FC_SEED ?? 20261123);
    const operations = fc.uniqueArray(operation, { minLength: 1, maxLength: 5, selector: ({ id }) => id });
    let model: Model = new Map();
    const seen: string[] = [];
    for (const given of fc.sample(operations, { seed, numRuns: 300 })) {
      const { outcome, after } = expected(given, model);
      const TransactItems = given.map((each) => toTransactItem(each, TableName) as TransactWriteItem);
      const actual = await dynamodb.send(new TransactWriteItemsCommand({ TransactItems })).then(
        () => ({ type: "done", reasons: undefined }),
        (error: TransactionCanceledException) => ({
          type: error.name,
          reasons: error.CancellationReasons?.map(({ Code, Item }) => ({ Code, ...(Item && { Item }) })),
        }),
      );
      expect(actual, `seed ${seed}: ${JSON.stringify(given)}`).toEqual(outcome);
      model = after;
      seen.push(outcome.type);
    }
    expect(seen.filter((type) => type === "done").length).toBeGreaterThan(30);
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ConsistentRead: true }));
    const stored = Items.map((item) => [item.id?.S ?? "", item] as const);
    const wanted = [...model].map(([id, row]) => [id, itemOf(id, row)] as const);
    expect(new Map(stored)).toEqual(new Map(wanted));
  },
);

behaviour(
  "Concurrent transactions on one item happen or conflict, and no effect is lost",
  "DynamoDB guide: Transactions",
  async (world) => {
    const table = await aTable(world);
    const { TableName } = table;
    const id = world.unique("race");
    const add = (at: string): TransactWriteItem => ({
      Update: {
        TableName,
        Key: key(id, at),
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": n(1) },
      },
    });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => table.transact([add("0"), add("1")])),
    );
    const happened = outcomes.filter(({ status }) => status === "fulfilled").length;
    expect(happened).toBeGreaterThan(0);
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") continue;
      expect(outcome.reason.name).toMatch(/TransactionCanceledException|TransactionInProgress/);
    }
    const { Items = [] } = await table.query(byId(id));
    expect(Items.map((item) => item.n)).toEqual([n(happened), n(happened)]);
  },
);
