// What may stand in a request's JSON, by the models that the SDK's clients carry.
// Source: @smithy/types, "schema/static-schemas" and "schema/sentinels".

/** A function is a shape that is needed later, because shapes may contain themselves. */
export type Shape =
  | { readonly kind: "text" | "number" | "flag" | "anything" }
  | { readonly kind: "list" | "map"; readonly of: () => Shape }
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, () => Shape> };

type Schema = number | string | (() => Schema) | readonly unknown[];

/** Of the operation, as the client's command has it; undefined if the client has none of that name. */
export function inputOf(client: object, operation: string): Shape | undefined {
  const Command = Object.hasOwn(client, `${operation}Command`)
    ? (client as Record<string, new (input: object) => { schema?: readonly Schema[] }>)[`${operation}Command`]
    : undefined;
  const schema = Command && new Command({}).schema?.[4];
  return schema === undefined ? undefined : shapeOf(schema);
}

const shapes = new WeakMap<readonly unknown[], Shape>();

function shapeOf(schema: Schema): Shape {
  if (typeof schema === "function") return shapeOf(schema());
  if (typeof schema === "number") return simple(schema);
  if (typeof schema === "string") return { kind: "anything" };
  // A member with traits of its own: its schema, and those.
  if (schema.length === 2) return shapeOf(schema[0] as Schema);
  const known = shapes.get(schema) ?? compound(schema);
  shapes.set(schema, known);
  return known;
}

const LIST = 0b0100_0000;
const MAP = 0b1000_0000;
const BOOLEAN = 2;
/** Blobs are in base64. */
const texts = [0, 21];
/** Times are in seconds. */
const numbers = [1, 4, 7, 17, 19];

function simple(schema: number): Shape {
  if ((schema & MAP) !== 0) return { kind: "map", of: () => simple(schema & ~MAP) };
  if ((schema & LIST) !== 0) return { kind: "list", of: () => simple(schema & ~LIST) };
  if (schema === BOOLEAN) return { kind: "flag" };
  if (texts.includes(schema)) return { kind: "text" };
  return { kind: numbers.includes(schema) ? "number" : "anything" };
}

function compound([id, , , , first, second]: readonly unknown[]): Shape {
  switch (id) {
    case 0:
      return shapeOf(first as Schema);
    case 1:
      return { kind: "list", of: later(first) };
    case 2:
      return { kind: "map", of: later(second) };
    default: {
      const [names, members] = [first as string[], second as Schema[]];
      return { kind: "fields", fields: new Map(names.map((name, index) => [name, later(members[index])])) };
    }
  }
}

function later(schema: unknown): () => Shape {
  let shape: Shape | undefined;
  return () => {
    shape ??= shapeOf(schema as Schema);
    return shape;
  };
}

/** Beyond any request: an item's 32 levels are 65 of JSON, and a batch has it six further in. */
const MOST_LEVELS = 200;

/** Where the value is not what its shape says, and why. */
export type Misfit = { readonly reason: string; readonly isTooDeep: boolean };

/** Undefined for a value of the shape. A null field is taken out of it, because it is as if not given. */
export function misfit(shape: Shape, value: unknown, where = "", levels = 0): Misfit | undefined {
  switch (shape.kind) {
    case "anything":
      return undefined;
    case "text":
      return typeof value === "string" ? undefined : wrong(where, value, "a string");
    case "number":
      return typeof value === "number" ? undefined : wrong(where, value, "a number");
    case "flag":
      return typeof value === "boolean" ? undefined : wrong(where, value, "true or false");
    case "list":
    case "map":
    case "fields":
      if (levels === MOST_LEVELS)
        return { reason: `${shown(where)} is nested more than ${MOST_LEVELS} levels deep`, isTooDeep: true };
      return insideMisfit(shape, value, where, levels + 1);
  }
}

type Compound = Exclude<Shape, { kind: "text" | "number" | "flag" | "anything" }>;

function insideMisfit(shape: Compound, value: unknown, where: string, levels: number): Misfit | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) !== (shape.kind === "list"))
    return wrong(where, value, shape.kind === "list" ? "a list" : "an object");
  const content = value as Record<string, unknown>;
  for (const name of Object.keys(content)) {
    const member = shape.kind === "fields" ? shape.fields.get(name)?.() : shape.of();
    // What AWS does not know it does not read.
    if (!member) continue;
    if (content[name] === null && shape.kind === "fields") delete content[name];
    else {
      const found = misfit(member, content[name], where === "" ? name : `${where}.${name}`, levels);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function wrong(where: string, value: unknown, wanted: string): Misfit {
  const given = value === null ? "null" : Array.isArray(value) ? "a list" : `of the type ${typeof value}`;
  return { reason: `${shown(where)} must be ${wanted}, and is ${given}`, isTooDeep: false };
}

const shown = (where: string) => where.slice(0, 200) || "The request";
