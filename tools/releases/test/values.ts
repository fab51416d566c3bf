// Draws values that a JSON Schema of our documents accepts, of all kinds that it accepts.
import fc from "fast-check";
import { alternativesOf, listOf, propertiesOf, type Rooted, type Schema } from "../src/contracts/schema.ts";

/** Lists are mostly short, and now and then as long as they may be. */
const USUAL_ITEMS = 3;

export function valuesOf(root: Rooted, schema: Schema = root.schema): fc.Arbitrary<unknown> {
  const alternatives = alternativesOf(root, schema);
  return fc.oneof(...alternatives.map((each) => ofOne(root, each)));
}

function ofOne(root: Rooted, schema: Schema): fc.Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...listOf<unknown>(schema.enum));
  const { exclusiveMaximum, exclusiveMinimum, maximum, minimum } = schema as Partial<Record<string, number>>;
  const [min, max] = [
    exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1,
    exclusiveMaximum === undefined ? maximum : exclusiveMaximum - 1,
  ];
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  switch (schema.type) {
    case "object":
      return objects(root, schema);
    case "array":
      return lists(root, schema);
    case "string":
      return texts(schema);
    case "integer":
      return fc.integer(bounds);
    case "number":
      return fc.double({ ...bounds, noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      throw new Error(`No value is drawn for ${JSON.stringify(schema)}.`);
  }
}

function objects(root: Rooted, schema: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(propertiesOf(schema)).map(
    ([name, each]) => [name, valuesOf(root, each)] as const,
  );
  const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(fields);
  return fc.record(model, { requiredKeys: listOf(schema.required) });
}

function lists(root: Rooted, { items, maxItems, minItems = 0 }: Schema): fc.Arbitrary<unknown> {
  const each = valuesOf(root, (items ?? {}) as Schema);
  const [least, most = USUAL_ITEMS] = [minItems as number, maxItems as number | undefined];
  const long = fc.array(each, { minLength: most, maxLength: most, size: "max" });
  const short = fc.array(each, { minLength: least, maxLength: Math.max(least, Math.min(most, USUAL_ITEMS)) });
  return fc.oneof({ arbitrary: short, weight: 9 }, { arbitrary: long, weight: 1 });
}

/** By its format or its pattern; where it has both, those of the format that have the pattern. */
function texts(schema: Schema): fc.Arbitrary<string> {
  const { format, maxLength, minLength, pattern } = schema as {
    [K in "format" | "pattern"]?: string;
  } & { [K in "maxLength" | "minLength"]?: number };
  const isShaped = (text: string) =>
    (pattern === undefined || new RegExp(pattern).test(text)) && text.length <= (maxLength ?? text.length);
  switch (format) {
    case "date-time":
      return fc
        .date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
        .map((date) => date.toISOString())
        .filter(isShaped);
    case "email":
      return fc.emailAddress().filter(isShaped);
    case "uuid":
      return fc.uuid().filter(isShaped);
    default:
      if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter(isShaped);
      return fc
        .string({
          minLength: minLength ?? 0,
          ...(maxLength !== undefined && { maxLength }),
          unit: "grapheme",
        })
        .filter(isShaped);
  }
}
