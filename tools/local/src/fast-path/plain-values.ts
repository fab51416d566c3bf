// Attribute values of what is plain: texts, numbers, truth, null, lists and maps of them. The rest is the
// SDK's to convert.

/** Thrown on what is not plain: a set, bytes, a number beyond the safe ones, an instance of a class. */
export class NotPlain extends Error {
  override readonly name = "NotPlain";
}

/** As `marshall` of @aws-sdk/util-dynamodb has it with `removeUndefinedValues`. */
export function toAttributeValue(value: unknown): object {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "boolean":
      return { BOOL: value };
    case "number":
      if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return { N: String(value) };
      break;
    case "object":
      if (value === null) return { NULL: true };
      if (Array.isArray(value))
        return { L: value.filter((each) => each !== undefined).map(toAttributeValue) };
      if (value.constructor === Object) return { M: mapped(value, toAttributeValue) };
  }
  throw new NotPlain();
}

/** As `unmarshall` of @aws-sdk/util-dynamodb has it. */
export function fromAttributeValue(value: unknown): unknown {
  const { BOOL, L, M, N, NULL, S } = value as Record<string, unknown>;
  if (S !== undefined) return S;
  if (N !== undefined) {
    const number = Number(N);
    if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
    throw new NotPlain();
  }
  if (M !== undefined) return mapped(M as object, fromAttributeValue);
  if (L !== undefined) return (L as unknown[]).map(fromAttributeValue);
  if (BOOL !== undefined) return BOOL;
  if (NULL !== undefined) return null;
  throw new NotPlain();
}

/** The object with every value converted, without the undefined ones. */
export function mapped(given: object, convert: (value: unknown) => unknown): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    // The SDK's own copy of such a member would be the object's prototype.
    if (name === "__proto__") throw new NotPlain();
    if (value !== undefined) all[name] = convert(value);
  }
  return all;
}
