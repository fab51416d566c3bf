// Reads the parameters of a request, and refuses those of the wrong type.
import { failure, invalid } from "./errors.ts";

export type Input = Readonly<Record<string, unknown>>;

const kinds = {
  text: (value: unknown): value is string => typeof value === "string",
  flag: (value: unknown): value is boolean => typeof value === "boolean",
  whole: (value: unknown): value is number => Number.isInteger(value),
  map: (value: unknown): value is Input =>
    typeof value === "object" && value !== null && !Array.isArray(value),
  list: (value: unknown): value is readonly unknown[] => Array.isArray(value),
};

function optional<T>(is: (value: unknown) => value is T) {
  return (input: Input, name: string): T | undefined => {
    const value = input[name];
    if (value === undefined || value === null) return undefined;
    if (is(value)) return value;
    throw failure("SerializationException", `${name} is not of the type it should be`);
  };
}

/** Each throws a DynamoFailure if the parameter is given with another type. */
export const optionalText = optional(kinds.text);
export const optionalFlag = optional(kinds.flag);
export const optionalWhole = optional(kinds.whole);
export const optionalMap = optional(kinds.map);
export const optionalList = optional(kinds.list);

export const isMap = kinds.map;

function required<T>(read: (input: Input, name: string) => T | undefined) {
  return (input: Input, name: string): T =>
    read(input, name) ?? unfulfilled(null, name, "Member must not be null");
}

export const requiredText = required(optionalText);
export const requiredMap = required(optionalMap);
export const requiredList = required(optionalList);

/** A list of maps. */
export const mapsIn = (list: readonly unknown[], name: string): Input[] =>
  list.map((each) => {
    if (isMap(each)) return each;
    throw failure("SerializationException", `${name} holds what it should not`);
  });

/** One of the parameter's allowed values. */
export function optionalWord<T extends string>(
  input: Input,
  name: string,
  words: readonly T[],
): T | undefined {
  const given = optionalText(input, name);
  if (given === undefined || words.includes(given as T)) return given as T | undefined;
  return unfulfilled(given, name, `Member must satisfy enum value set: [${words.join(", ")}]`);
}

/** An integer of at least 1, if it is given. */
export function optionalCount(
  input: Input,
  name: string,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const given = optionalWhole(input, name);
  if (given === undefined || (given >= 1 && given <= most)) return given;
  const bound = given < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`;
  return unfulfilled(given, name, `Member must have value ${bound}`);
}

/** AWS's message for a parameter that violates its definition. */
export function unfulfilled(value: string | number | null, name: string, constraint: string): never {
  const shown = value === null ? "null" : `'${value}'`;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** Parameters that expressions replaced in 2014, which this engine does not support. */
const replaced = [
  "AttributesToGet",
  "AttributeUpdates",
  "ConditionalOperator",
  "Expected",
  "KeyConditions",
  "QueryFilter",
  "ScanFilter",
];

export function refuseReplaced(input: Input): void {
  for (const name of replaced)
    if (input[name] != null) throw invalid(`${name} is not served here; expressions have replaced it`);
}
