// Reads JSON Schemas: what a reference leads to, the alternatives of a union, and what can differ in them.

export type Schema = { readonly [keyword: string]: unknown };

/** A schema and the document that its references lead into. */
export type Rooted = { readonly schema: Schema; readonly document: object };

/**
 * `wider`: the later schema also accepts what the earlier refused; `narrower`: it refuses what the earlier
 * accepted; `other`: both, or it cannot be told; `meaning`: the same value says something else;
 * `default`: what may be left out has a value now.
 */
export type Kind =
  | "field added"
  | "required field added"
  | "field gone"
  | "required field gone"
  | "now required"
  | "now optional"
  | "wider"
  | "narrower"
  | "other"
  | "meaning"
  | "default"
  | "wording";

export type Difference = {
  /** A JSON pointer into a value: `/data/lines/0/sku`. */
  readonly at: string;
  readonly kind: Kind;
  /** What differs, as the rest of a sentence about the place. */
  readonly what: string;
  /** True if a reader was told to expect new values here. */
  readonly isExpected?: boolean;
};

/** The schemas of which a value passes one: `anyOf`, several types, or the schema itself. */
export function alternativesOf(root: Rooted, given: Schema): Schema[] {
  const schema = resolved(root, given);
  const { anyOf, oneOf, ...rest } = schema;
  const several = [...listOf<Schema>(anyOf), ...listOf<Schema>(oneOf)];
  if (several.length > 0)
    return several.flatMap((each) => alternativesOf(root, { ...rest, ...resolved(root, each) }));
  const { type } = schema;
  return Array.isArray(type) ? type.map((each) => ({ ...schema, type: each })) : [schema];
}

/** Without its reference, and with what `allOf` adds. */
function resolved(root: Rooted, schema: Schema): Schema {
  const { $ref, allOf, ...rest } = schema;
  const parts = [
    ...(typeof $ref === "string" ? [resolved(root, targetOf(root.document, $ref))] : []),
    ...listOf<Schema>(allOf).map((each) => resolved(root, each)),
    rest,
  ];
  const properties = Object.assign({}, ...parts.map(propertiesOf)) as object;
  const required = [...new Set(parts.flatMap((part) => listOf(part.required)))];
  return {
    ...(Object.assign({}, ...parts) as Schema),
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function targetOf(document: object, reference: string): Schema {
  const steps = reference.replace(/^#\//, "").split("/");
  const target = steps.reduce<unknown>(
    (value, step) => (value as Record<string, unknown> | undefined)?.[step.replaceAll("~1", "/")],
    document,
  );
  if (!isObject(target)) throw new Error(`The reference ${reference} leads nowhere.`);
  return target;
}

export const propertiesOf = (schema: Schema) => (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
export const listOf = <T = string>(value: unknown): T[] => (Array.isArray(value) ? value : []);
export const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const asSchema = (value: unknown): Schema => (isObject(value) ? value : {});
export const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");
