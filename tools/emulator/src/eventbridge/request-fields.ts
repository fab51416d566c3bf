// Reads the fields of a request, and refuses those that are missing, invalid or of the wrong type.
import { invalid, malformed } from "./errors.ts";
import { isJsonObject } from "./lossless-json.ts";

export type Input = Readonly<Record<string, unknown>>;
/** Operations by name; their errors are EventBridgeErrors. */
export type Operations = Record<string, (input: Input) => object | Promise<object>>;

export function asObject(value: unknown, name: string): Input {
  if (isJsonObject(value)) return value;
  throw malformed(`${name} must be an object.`);
}

export function optionalText(input: Input, name: string, form?: RegExp): string | undefined {
  const value = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw malformed(`${name} must be a string.`);
  if (value === undefined || !form || form.test(value)) return value;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
      `Member must satisfy regular expression pattern: ${form.source}`,
  );
}

export function text(input: Input, name: string, form?: RegExp): string {
  const value = optionalText(input, name, form);
  if (value === undefined) throw missing(name);
  return value;
}

export function optionalNumber(input: Input, name: string, least: number, most: number): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw malformed(`${name} must be a number.`);
  if (value >= least && value <= most) return value;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
      `Member must be from ${least} to ${most}`,
  );
}

/** Milliseconds, from a time in seconds on the wire. */
export function time(input: Input, name: string): number {
  const seconds = optionalNumber(input, name, 0, 1e11);
  if (seconds === undefined) throw missing(name);
  return seconds * 1000;
}

export function optionalList(input: Input, name: string): readonly unknown[] | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw malformed(`${name} must be an array.`);
}

export function list(input: Input, name: string, most = 100): readonly unknown[] {
  const value = optionalList(input, name);
  if (!value) throw missing(name);
  if (value.length > 0 && value.length <= most) return value;
  throw invalid(
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: ` +
      `Member must have length from 1 to ${most}`,
  );
}

export function texts(input: Input, name: string): string[] {
  return list(input, name).map((value) => {
    if (typeof value === "string") return value;
    throw malformed(`${name} must hold strings.`);
  });
}

/** Of rules, buses, archives and replays, if they have one. */
export const description = (input: Input) => optionalText(input, "Description", /^.{0,512}$/s);

/** Throws ValidationException for the first of these that is given: nothing here would come of it. */
export function refuseUnserved(input: Input, names: readonly string[]): void {
  const given = names.find((name) => (input[name] ?? undefined) !== undefined);
  if (given !== undefined)
    throw invalid(`Parameter ${given} is not valid. Reason: ${given} is not served by this endpoint.`);
}

/**
 * `Limit` items under the given name, in the order of their keys, after the one that `NextToken` tells: what
 * comes or goes between two pages moves no other item to the page that was read.
 */
export function page<T>(items: readonly T[], input: Input, name: string, keyOf: (item: T) => string): object {
  const limit = optionalNumber(input, "Limit", 1, 100) ?? 100;
  const last = keyIn(input, name);
  const left = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => last === undefined || key > last)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const shown = left.slice(0, limit);
  const next = left.length > limit ? shown.at(-1) : undefined;
  return {
    [name]: shown.map(({ item }) => item),
    ...(next && { NextToken: Buffer.from(JSON.stringify([name, next.key])).toString("base64url") }),
  };
}

/** Of the last item on the page before; a token of another list is refused. */
function keyIn(input: Input, name: string): string | undefined {
  const token = optionalText(input, "NextToken");
  if (token === undefined) return undefined;
  try {
    const [of, key] = JSON.parse(Buffer.from(token, "base64url").toString());
    if (of === name && typeof key === "string") return key;
  } catch {
    // Not one of ours.
  }
  throw invalid("NextToken is not valid.");
}

function missing(name: string) {
  return invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}
