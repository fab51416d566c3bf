// Details of expressions that the semantics suite does not cover, at the engine.
import { expect, onTestFinished, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { createTables } from "./tables.ts";

const TableName = "things";
const Key = { id: { S: "a" } };

async function aTable(directory?: string, starts = 0) {
  const options = {
    directory,
    starts: { starts },
    region: "eu-west-1",
    accountId: "000000000000",
    now: () => 0,
  };
  const tables = await createTables(options);
  onTestFinished(() => tables.close().catch(() => {}));
  await tables.handle("CreateTable", {
    TableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await tables.handle("DescribeTable", { TableName });
  const ask = async (operation: string, input: object = {}) => {
    const { body, status } = await tables.handle(operation, { TableName, ...input });
    return { status, body: body as { message: string; Item: object; Attributes: object } };
  };
  return {
    ask,
    close: () => tables.close(),
    put: (attributes: object) => ask("PutItem", { Item: { ...Key, ...attributes } }),
    update: (UpdateExpression: string, more = {}) => ask("UpdateItem", { Key, UpdateExpression, ...more }),
    item: async () => (await ask("GetItem", { Key })).body.Item,
    holds: async (ConditionExpression: string, more = {}) => {
      const { body, status } = await ask("UpdateItem", { Key, ConditionExpression, ...more });
      return status === 200 || (body.message === "The conditional request failed" ? false : body.message);
    },
  };
}

const n = (value: number) => ({ N: String(value) });

test("an update that is refused at its end has changed nothing on its way", async () => {
  const directory = directoryForTest();
  const first = await aTable(directory);
  const deep = { map: { M: { list: { L: [n(1), n(2)] } } }, text: { S: "x".repeat(300_000) } };
  await first.put(deep);
  await first.close();
  // Here it is read from the file.
  const { item, update } = await aTable(directory, 1);
  const { body, status } = await update("SET #m.#l[0] = :n, more = :more REMOVE #m.#l[1]", {
    ExpressionAttributeNames: { "#m": "map", "#l": "list" },
    ExpressionAttributeValues: { ":n": n(9), ":more": { S: "x".repeat(200_000) } },
  });
  expect([status, body.message]).toEqual([400, "Item size to update has exceeded the maximum allowed size"]);
  expect(await item()).toEqual({ ...Key, ...deep });
});

test("elements are removed by the places they had before", async () => {
  const { item, put, update } = await aTable();
  await put({ l: { L: [0, 1, 2, 3, 4].map(n) } });
  await update("REMOVE l[0], l[1], l[3] SET l[7] = :x", { ExpressionAttributeValues: { ":x": n(9) } });
  expect(await item()).toEqual({ ...Key, l: { L: [n(2), n(4), n(9)] } });
});

test("maps and lists are equal if all in them is, sets in any order", async () => {
  const { holds, put } = await aTable();
  await put({ m: { M: { a: { L: [n(1)] }, b: { SS: ["x", "y"] } } } });
  const is = (value: object) => holds("m = :m", { ExpressionAttributeValues: { ":m": value } });
  expect(await is({ M: { b: { SS: ["y", "x"] }, a: { L: [{ N: "1.0" }] } } })).toBe(true);
  expect(await is({ M: { b: { SS: ["y"] }, a: { L: [n(1)] } } })).toBe(false);
  expect(await is({ M: { a: { L: [n(1)] } } })).toBe(false);
});

test("names that every JavaScript object knows are attributes like any other", async () => {
  const { ask, holds, item, put, update } = await aTable();
  await put({});
  expect(await holds("attribute_exists(#c)", { ExpressionAttributeNames: { "#c": "constructor" } })).toBe(
    false,
  );
  const names = { "#p": "__proto__", "#t": "toString" };
  await update("SET #p = :n, #t = :n", {
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: { ":n": n(1) },
  });
  expect(Object.entries(await item())).toEqual([
    ["id", { S: "a" }],
    ["__proto__", n(1)],
    ["toString", n(1)],
  ]);
  const { body } = await ask("GetItem", {
    Key,
    ProjectionExpression: "#p, #c",
    ExpressionAttributeNames: { "#p": "__proto__", "#c": "constructor" },
  });
  expect(Object.entries(body.Item)).toEqual([["__proto__", n(1)]]);
});

test.each([
  ["size(a)", "The function is not allowed to be used this way in an expression; function: size"],
  ["a = a", "The first operand must be distinct from the remaining operands"],
  ["a IN (:v, a)", "The first operand must be distinct from the remaining operands"],
  ["a.b BETWEEN a.c AND a.b", "The first operand must be distinct from the remaining operands"],
  ["((a = :n))", "The expression has redundant parentheses;"],
  ["a = :n AND", 'Syntax error; token: "<EOF>", near: "AND"'],
  ["attribute_exists(:n)", "Operator or function requires a document path"],
  ["begins_with(a, :n)", "operator or function: begins_with, operand type: N"],
  ["contains(a)", "Incorrect number of operands for operator or function"],
  ["a BETWEEN :n AND :m", "upper bound to be greater than or equal to lower bound"],
  ["nonsense(a)", "Invalid function name; function: nonsense"],
])("%s is refused as AWS refuses it", async (condition, message) => {
  const { holds } = await aTable();
  const all = { ":n": n(2), ":m": n(1) };
  const used = Object.fromEntries(Object.entries(all).filter(([name]) => condition.includes(name)));
  const more = Object.keys(used).length > 0 ? { ExpressionAttributeValues: used } : {};
  expect(await holds(condition, more)).toContain(`Invalid ConditionExpression: `);
  expect(await holds(condition, more)).toContain(message);
});

test("one text means what its names mean, each time", async () => {
  const { holds, put } = await aTable();
  await put({ a: n(1) });
  for (const [name, wanted] of [
    ["a", true],
    ["b", false],
    ["a", true],
  ] as const)
    expect(await holds("attribute_exists(#x)", { ExpressionAttributeNames: { "#x": name } })).toBe(wanted);
  expect(await holds("attribute_exists(#x)")).toContain("attribute name: #x");
});

test("what came before expressions is refused by name", async () => {
  const { ask } = await aTable();
  const { body, status } = await ask("UpdateItem", { Key, AttributeUpdates: { a: { Value: n(1) } } });
  expect([status, body.message]).toEqual([
    400,
    "AttributeUpdates is not served here; expressions have replaced it",
  ]);
});

test.each([
  { TableName: 5, Key },
  { TableName, Key: "a" },
  { TableName, Key: { id: { S: 5 } } },
  { TableName, Key: { id: ["a"] } },
  { TableName, Key, ProjectionExpression: {} },
  { TableName, Key, ExpressionAttributeNames: [] },
])("a request that is not of its shape is refused, and no more: %j", async (input) => {
  const { ask } = await aTable();
  expect((await ask("GetItem", input)).status).toBe(400);
});

test("a request may be shared and used again, and an answer is the caller's own", async () => {
  const { ask, item } = await aTable();
  const request = { Item: { ...Key, list: { L: [n(1)] }, zeros: { N: "1.50" } } };
  const before = structuredClone(request);
  await ask("PutItem", request);
  expect(request).toEqual(before);
  request.Item.list.L.push(n(2));
  const answer = (await item()) as { list: { L: object[] } };
  expect(answer.list).toEqual({ L: [n(1)] });
  answer.list.L.push(n(3));
  expect(await item()).toEqual({ ...Key, list: { L: [n(1)] }, zeros: { N: "1.5" } });
});
