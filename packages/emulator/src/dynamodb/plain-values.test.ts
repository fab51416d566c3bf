// What is spared for plain attribute values changes nothing: dynalite's own check finds the same in every request.
import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isFailure, openStore, type Store, validate } from "./dynalite.ts";
import { isPlainValue } from "./plain-values.ts";

const require = createRequire(import.meta.url);
// Loaded a second time, as it is without our changes.
for (const file of Object.keys(require.cache))
  if (file.includes("/dynalite/validations/")) delete require.cache[file];
const validations = require("dynalite/validations");
const store = openStore(undefined);

type Input = Record<string, unknown>;

/** dynalite's check alone: in its own words nothing is plain. */
function validateAll(operation: string, input: Input, given: Store): Input {
  const { types, custom } = require(`dynalite/validations/${operation}`);
  const checked = validations.checkTypes(input, types);
  validations.checkValidations(checked, types, custom, given);
  return checked;
}

function outcomeOf(check: () => Input): unknown {
  try {
    return { checked: check() };
  } catch (error) {
    // Where dynalite itself stumbles over a null, it still does.
    return isFailure(error)
      ? { statusCode: error.statusCode, body: error.body }
      : { stumbled: String(error) };
  }
}

const digits = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.double().map(String),
  fc.constantFrom("-0", "007", "+1", "1.50", "1e5", "", " 1", "1e126", "x"),
);
const anything = fc.constantFrom<unknown>(null, true, false, 0, 1.5, "", "text", [], {}, ["a"], { S: "a" });
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 4, arbitrary: fc.record({ S: fc.string() }) },
    { weight: 4, arbitrary: fc.record({ N: digits }) },
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.boolean() }),
    fc.record({ B: fc.base64String() }),
    fc.record({ SS: fc.array(fc.string(), { maxLength: 3 }) }),
    fc.record({ NS: fc.array(digits, { maxLength: 3 }) }),
    fc.record({ M: fc.dictionary(fc.string({ maxLength: 3 }), tie("value"), { maxKeys: 3 }) }),
    fc.record({ L: fc.array(tie("value"), { maxLength: 3 }) }),
    fc.record(
      { S: anything, N: anything, M: anything, L: anything, BOOL: anything, X: anything },
      { requiredKeys: [] },
    ),
    anything,
  ),
}));
const values = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(fc.constantFrom("pk", "a", "b", "__proto__"), value, {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  },
  anything,
);
const expressionValues = fc.dictionary(fc.constantFrom(":a", ":b", "c"), value, {
  maxKeys: 2,
  noNullPrototype: true,
});
const condition = fc.constantFrom("attribute_exists(pk)", "a = :a", "a = :a AND b < :b", "size(");
const requests = {
  putItem: fc.record(
    {
      TableName: fc.constant("orders"),
      Item: values,
      ConditionExpression: condition,
      ExpressionAttributeValues: expressionValues,
    },
    { requiredKeys: ["TableName"] },
  ),
  updateItem: fc.record(
    {
      TableName: fc.constant("orders"),
      Key: values,
      UpdateExpression: fc.constantFrom("SET a = :a", "SET a = :a, b = :b", "REMOVE a"),
      ExpressionAttributeValues: expressionValues,
    },
    { requiredKeys: ["TableName"] },
  ),
  deleteItem: fc.record(
    { TableName: fc.constant("orders"), Key: values, ConditionExpression: condition },
    { requiredKeys: ["TableName"] },
  ),
  getItem: fc.record({ TableName: fc.constant("orders"), Key: values }, { requiredKeys: ["TableName"] }),
};

test.each(Object.entries(requests))("dynalite alone finds the same in any %s", (operation, request) => {
  const name = (operation[0]?.toUpperCase() + operation.slice(1)) as "PutItem";
  fc.assert(
    fc.property(request as fc.Arbitrary<Input>, (given) => {
      // As it comes over the wire, and of its own for each, because dynalite changes what it is given.
      const text = JSON.stringify(given);
      const ours = outcomeOf(() => validate(name, JSON.parse(text), store));
      expect(ours).toEqual(outcomeOf(() => validateAll(operation, JSON.parse(text), store)));
    }),
    { numRuns: 2000 },
  );
});

test("what the saga stores is plain; what dynalite would change or refuse is not", () => {
  const plain = {
    M: {
      at: { S: "2026-11-24" },
      lines: { L: [{ M: { quantity: { N: "-12" } } }] },
      paid: { BOOL: false },
      gone: { NULL: true },
    },
  };
  expect(isPlainValue(plain)).toBe(true);
  for (const other of [
    { N: "1.50" },
    { N: "-0" },
    { NULL: false },
    { S: 1 },
    { S: "a", N: "1" },
    {},
    { B: "AA==" },
    null,
    [],
  ])
    expect(isPlainValue(other)).toBe(false);
});
