// Reads the fields of a request, and refuses those that are missing, invalid or of the wrong type.
import { invalid, malformed } from "./errors.ts";
import { isObject } from "./operators.ts";

export type Input = Readonly<Record<string, unknown>>;
/** Operations by name; their errors are EventBridgeErrors. */
export type Operations = Record<string, (input: Input) => object | Promise<object>>;

export function asObject(value: unknown, name: string): Input {
  if (isObject(value)) return value;
  throw malformed(`${name} must be an object.`);
}

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw malformed(`${name} must be a string.`);
}

export function text(input: Input, name: string, form?: RegExp): string {
  const value = optionalText(input, name);
  if (value === undefined) throw missing(name);
  if (form && !form.test(value)) {
    throw invalid(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ` +
        `Member must satisfy regular expression pattern: ${form.source}`,
    );
  }
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

/** `Limit` items under the given name, from the position in `NextToken`. */
export function page(items: readonly unknown[], input: Input, name: string): object {
  const from = Number(optionalText(input, "NextToken") ?? 0);
  const limit = optionalNumber(input, "Limit", 1, 100) ?? 100;
  if (!Number.isInteger(from) || from < 0) throw invalid("NextToken is not valid.");
  const isMore = from + limit < items.length;
  return { [name]: items.slice(from, from + limit), ...(isMore && { NextToken: String(from + limit) }) };
}

function missing(name: string) {
  return invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}
