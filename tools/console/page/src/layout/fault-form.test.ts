// The fault form: drawn from the schema alone; sends numbers as numbers and leaves empty fields out.
import { expect, test } from "vitest";
import { faultForms, faultOf } from "./fault-form.ts";

const schema = {
  oneOf: [
    {
      description: "calls of the provider",
      properties: {
        kind: { const: "provider" },
        outcome: { enum: ["declined", "slow"] },
        milliseconds: { type: "integer", minimum: 1, maximum: 60_000, description: "how slow" },
        chance: { type: "number" },
        orderId: { type: "string", pattern: "^ord_" },
      },
      required: ["kind", "outcome"],
    },
    { properties: { kind: { const: "poison" } } },
  ],
};
const [provider, poison] = faultForms(schema);

test("a kind is one form; a choice, a number and a text are told apart, with their bounds", () => {
  expect(provider).toEqual({
    kind: "provider",
    words: "calls of the provider",
    fields: [
      { name: "outcome", kind: "choice", words: "", options: ["declined", "slow"], isRequired: true },
      {
        name: "milliseconds",
        kind: "number",
        words: "how slow",
        least: 1,
        most: 60_000,
        isInteger: true,
        isRequired: false,
      },
      { name: "chance", kind: "number", words: "", isInteger: false, isRequired: false },
      { name: "orderId", kind: "text", words: "", pattern: "^ord_", isRequired: false },
    ],
  });
  expect(poison).toEqual({ kind: "poison", words: "", fields: [] });
});

test("a schema by anyOf is the same, and one without kinds is no form", () => {
  expect(faultForms({ anyOf: schema.oneOf })).toEqual(faultForms(schema));
  expect(faultForms({})).toEqual([]);
});

test("what was left empty is not sent, and a number is a number", () => {
  if (!provider) throw new Error("no form");
  const values = new Map([
    ["outcome", "slow"],
    ["milliseconds", " 250 "],
    ["chance", ""],
    ["orderId", "   "],
    ["left over from another kind", "x"],
  ]);
  expect(faultOf(provider, values)).toEqual({ kind: "provider", outcome: "slow", milliseconds: 250 });
});
