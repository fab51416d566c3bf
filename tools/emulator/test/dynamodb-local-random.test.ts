// Random requests have the outcome of Amazon's DynamoDB Local, but for the differences named here.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { start } from "./semantics/dynamodb-local.ts";

const REQUESTS = Number(process.env.REQUESTS ?? (process.env.NIGHTLY ? 20_000 : 300));
const SEED = Number(process.env.FC_SEED ?? 20261130);

type Request = readonly [operation: string, input: Record<string, unknown>];
type Answer = { status: number; body: Record<string, unknown> };

/** Where the copy of January 2020 is known to differ, by what stands in the request. */
const differences: Readonly<Record<string, (request: Request, theirs: Answer, ours: Answer) => boolean>> = {
  "this copy takes an index's key of a wrong type from an update": ([operation], theirs, ours) =>
    operation === "UpdateItem" && theirs.status === 200 && said(ours).includes("Type mismatch for Index Key"),
  "both refuse, but look at a condition and at the rest of the request in another order": (_, theirs, ours) =>
    [theirs, ours].every(({ status }) => status === 400) &&
    [typeOf(theirs), typeOf(ours)].sort().join() === "ConditionalCheckFailedException,ValidationException",
  "this copy fails inside where an update without an expression wants what it updated": (_, theirs) =>
    theirs.status >= 500 || String(theirs.body.__type).endsWith("#InternalFailure"),
  "items with the same key of an index come in no promised order": ([, input], theirs, ours) =>
    input.IndexName !== undefined && isSameSet(itemsIn(theirs), itemsIn(ours)),
  "this copy gives no last key for a page that ends on the upper bound of its BETWEEN": (
    [, input],
    theirs,
    ours,
  ) =>
    String(input.KeyConditionExpression).includes("BETWEEN") &&
    theirs.body.LastEvaluatedKey === undefined &&
    theirs.body.ScannedCount === ours.body.ScannedCount,
  "this copy answers the whole attribute for UPDATED_OLD where a part of it was updated": ([, input]) =>
    input.ReturnValues === "UPDATED_OLD" && /\w[.[]/.test(String(input.UpdateExpression)),
  "this copy answers the whole list for UPDATED_NEW where one of its elements was removed": ([, input]) =>
    input.ReturnValues === "UPDATED_NEW" && /REMOVE.*\w\[/.test(String(input.UpdateExpression)),
  "this copy fetches from the table what a global index does not project": (_, theirs, ours) =>
    theirs.status === 200 && said(ours).includes("does not project"),
};

const said = ({ body }: Answer) => String(body.message ?? "");
const typeOf = ({ body }: Answer) => String(body.__type).replace(/.*#/, "");
const itemsIn = (answer: Answer) => (comparable(answer) as { Items?: unknown }).Items;
const isSameSet = (theirs: unknown, ours: unknown) =>
  Array.isArray(theirs) && Array.isArray(ours) && textsIn(theirs).join() === textsIn(ours).join();
const textsIn = (items: readonly unknown[]) => items.map((item) => JSON.stringify(sorted(item))).sort();

let other: { url: string; stop(): void } | undefined;
let absent: string | undefined;
let endpoint: AwsEndpoint;
beforeAll(async () => {
  const started = await start();
  if ("absent" in started) absent = started.absent;
  else other = started;
  endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
});
afterAll(async () => {
  other?.stop();
  await endpoint.stop();
});

const headers = {
  "content-type": "application/x-amz-json-1.0",
  authorization: "AWS4-HMAC-SHA256 Credential=t/20200101/eu-west-1/dynamodb/aws4_request, Signature=a",
};

async function ask(url: string, [operation, input]: Request): Promise<Answer> {
  const target = { "x-amz-target": `DynamoDB_20120810.${operation}` };
  const body = JSON.stringify(input);
  const answer = await fetch(url, { method: "POST", headers: { ...headers, ...target }, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const TableName = "random";
const table: Request = [
  "CreateTable",
  {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "id", KeyType: "HASH" },
      { AttributeName: "nr", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "nr", AttributeType: "N" },
      { AttributeName: "c", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byC",
        KeySchema: [
          { AttributeName: "c", KeyType: "HASH" },
          { AttributeName: "nr", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a"] },
      },
    ],
  },
];

const word = fc.constantFrom("x", "xy", "y", "é");
const digits = fc.constantFrom("0", "1", "-1", "2", "10", "1.5", "-0.5", "1000", "0.001");
const scalar = fc.oneof(
  word.map((S) => ({ S })),
  digits.map((N) => ({ N })),
  fc.constantFrom({ B: "AQI=" }, { B: "AQ==" }, { BOOL: true }, { BOOL: false }, { NULL: true }),
);
const value = fc.oneof(
  { arbitrary: scalar, weight: 5 },
  fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
  fc.constantFrom({ NS: ["1"] }, { NS: ["1", "2"] }, { NS: ["-1", "1.5", "10"] }),
  fc.array(scalar, { maxLength: 3 }).map((L) => ({ L })),
  fc.dictionary(fc.constantFrom("p", "q"), scalar).map((M) => ({ M })),
);
const key = fc
  .tuple(fc.constantFrom("k", "l"), fc.constantFrom("0", "1", "2", "10"))
  .map(([S, N]) => ({ id: { S }, nr: { N } }));
const attributes = fc.record(
  { a: value, b: value, d: value, c: fc.oneof({ arbitrary: word.map((S) => ({ S })), weight: 9 }, value) },
  { requiredKeys: [] },
);

const path = fc.constantFrom("a", "b", "d", "a.p", "b[0]", "d.q", "b[1].p", "c", "id");
const name = fc.constantFrom(":u", ":v", ":w");
const operand = fc.oneof(
  path,
  name,
  path.map((each) => `size(${each})`),
);
const term = fc.oneof(
  fc
    .tuple(operand, fc.constantFrom("=", "<>", "<", "<=", ">", ">="), operand)
    .map((parts) => parts.join(" ")),
  fc
    .tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), path)
    .map(([call, of]) => `${call}(${of})`),
  fc
    .tuple(fc.constantFrom("begins_with", "contains"), path, operand)
    .map(([call, of, with_]) => `${call}(${of}, ${with_})`),
  fc.tuple(operand, operand, operand).map(([of, low, high]) => `${of} BETWEEN ${low} AND ${high}`),
  fc
    .tuple(operand, fc.array(operand, { minLength: 1, maxLength: 3 }))
    .map(([of, all]) => `${of} IN (${all})`),
);
const condition = fc.oneof(
  { arbitrary: term, weight: 4 },
  term.map((each) => `NOT ${each}`),
  fc.tuple(term, fc.constantFrom("AND", "OR"), term).map((parts) => parts.join(" ")),
  fc.tuple(term, term, term).map(([one, two, three]) => `(${one} OR ${two}) AND NOT ${three}`),
);
const source = fc.oneof(
  path,
  name,
  fc.tuple(path, name).map(([of, by]) => `${of} + ${by}`),
  fc.tuple(name, path).map(([of, by]) => `${of} - ${by}`),
  fc.tuple(path, name).map(([of, otherwise]) => `if_not_exists(${of}, ${otherwise})`),
  fc.tuple(path, name).map(([of, more]) => `list_append(${of}, ${more})`),
);
const update = fc.oneof(
  fc
    .array(fc.tuple(path, source), { minLength: 1, maxLength: 2 })
    .map((sets) => `SET ${sets.map(([to, from]) => `${to} = ${from}`).join(", ")}`),
  fc.array(path, { minLength: 1, maxLength: 2 }).map((paths) => `REMOVE ${paths.join(", ")}`),
  fc.tuple(fc.constantFrom("ADD", "DELETE"), path, name).map((parts) => parts.join(" ")),
);

/** With the values that the texts use. */
function withValues(input: Record<string, unknown>, values: Record<string, unknown>) {
  const texts = Object.entries(input).filter(([parameter]) => parameter.endsWith("Expression"));
  const used = Object.entries(values).filter(([each]) =>
    texts.some(([, text]) => String(text).includes(each)),
  );
  if (used.length === 0) return { TableName, ...input };
  return { TableName, ...input, ExpressionAttributeValues: Object.fromEntries(used) };
}

const values = fc.record({ ":u": value, ":v": scalar, ":w": scalar });
const maybe = <T>(parameter: string, of: fc.Arbitrary<T>) =>
  fc.option(of, { nil: undefined }).map((each) => (each === undefined ? {} : { [parameter]: each }));
const made = (operation: string, ...fields: fc.Arbitrary<object>[]) =>
  fc
    .tuple(values, ...fields)
    .map(([given, ...all]): Request => [operation, withValues(Object.assign({}, ...all), given)]);

const conditioned = maybe("ConditionExpression", condition);
const filtered = maybe("FilterExpression", condition);
const Key = key.map((Key) => ({ Key }));
const returned = fc.constantFrom("ALL_OLD", "UPDATED_NEW", "ALL_NEW", "UPDATED_OLD");
const request = fc.oneof(
  {
    arbitrary: made(
      "PutItem",
      fc.tuple(key, attributes).map(([own, more]) => ({ Item: { ...own, ...more } })),
      conditioned,
    ),
    weight: 3,
  },
  {
    arbitrary: made(
      "UpdateItem",
      Key,
      maybe("UpdateExpression", update),
      conditioned,
      maybe("ReturnValues", returned),
    ),
    weight: 4,
  },
  made("DeleteItem", Key, conditioned),
  made("GetItem", Key, maybe("ProjectionExpression", path)),
  made(
    "Query",
    fc.constantFrom("id = :k", "id = :k AND nr > :n", "id = :k AND nr BETWEEN :n AND :m").map((text) => ({
      KeyConditionExpression: text,
    })),
    filtered,
    maybe("ScanIndexForward", fc.boolean()),
    maybe("Limit", fc.integer({ min: 1, max: 3 })),
  ),
  made("Query", fc.constant({ IndexName: "byC", KeyConditionExpression: "c = :c" }), filtered),
);

const keys = { ":k": { S: "k" }, ":n": { N: "0" }, ":m": { N: "2" }, ":c": { S: "x" } };

/** The values of the key conditions, whose names no other expression has. */
function withKeys([operation, input]: Request): Request {
  const text = String(input.KeyConditionExpression ?? "");
  const used = Object.entries(keys).filter(([each]) => text.includes(each));
  if (used.length === 0) return [operation, input];
  const given = input.ExpressionAttributeValues as object | undefined;
  return [operation, { ...input, ExpressionAttributeValues: { ...given, ...Object.fromEntries(used) } }];
}

/** Without what is free: the order of sets, and the words of errors. */
function comparable({ body, status }: Answer): unknown {
  if (status !== 200) return typeOf({ body, status });
  return JSON.parse(
    // This copy answers the capacity of some writes unasked.
    JSON.stringify({ ...body, ConsumedCapacity: undefined }, (field, each) =>
      ["SS", "NS", "BS"].includes(field) && Array.isArray(each)
        ? each.toSorted()
        : // This copy keeps the zeros of a sum such as 1.0.
          field === "N"
          ? String(Number(each))
          : each,
    ),
  );
}

test(`${REQUESTS} random requests have DynamoDB Local's outcome`, { timeout: 1_800_000 }, async ({
  skip,
}) => {
  if (!other) {
    console.warn(`Skipped: random requests on DynamoDB Local, because ${absent}.`);
    return skip(absent);
  }
  for (const url of [other.url, endpoint.url]) {
    await ask(url, table);
    await ask(url, ["DescribeTable", { TableName }]);
  }
  const seen = new Map<string, number>();
  const odd: unknown[] = [];
  for (const each of fc.sample(request, { seed: SEED, numRuns: REQUESTS }).map(withKeys)) {
    const [theirs, ours] = await Promise.all([ask(other.url, each), ask(endpoint.url, each)]);
    const isSame = JSON.stringify(sorted(comparable(theirs))) === JSON.stringify(sorted(comparable(ours)));
    if (isSame) continue;
    const known = Object.entries(differences).find(([, is]) => is(each, theirs, ours))?.[0];
    if (known === undefined) odd.push({ request: each, theirs: theirs.body, ours: ours.body });
    else seen.set(known, (seen.get(known) ?? 0) + 1);
    await level(each);
  }
  console.log(`${REQUESTS} random requests, seed ${SEED}:`, Object.fromEntries(seen));
  expect(odd.slice(0, 3), `seed ${SEED}, ${odd.length} differences`).toEqual([]);
});

/** After a difference both tables get the same item again. */
async function level([operation, input]: Request): Promise<void> {
  if (operation !== "PutItem" && operation !== "UpdateItem" && operation !== "DeleteItem") return;
  const { id, nr } = (input.Key ?? input.Item) as Record<string, unknown>;
  for (const url of [other?.url ?? "", endpoint.url])
    await ask(url, ["PutItem", { TableName, Item: { id, nr } }]);
}

function sorted(each: unknown): unknown {
  if (Array.isArray(each)) return each.map(sorted);
  if (typeof each !== "object" || each === null) return each;
  const fields = Object.entries(each).map(([field, inner]) => [field, sorted(inner)] as const);
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
