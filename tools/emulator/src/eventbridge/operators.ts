// The comparison operators of event patterns, each compiled to a test of one value.
// Source: EventBridge user guide, "Comparison operators"; aws/event-ruler, JsonRuleCompiler.

import { compileFolded } from "./case-insensitive.ts";
import { invalidPattern } from "./errors.ts";
import { compileCidr } from "./ip-addresses.ts";
import { isMembers, type Members, type Tree } from "./json-tree.ts";
import { isRawNumber, rawNumber } from "./lossless-json.ts";
import { compileNumeric, TOO_MANY } from "./numeric.ts";
import { compileWildcard } from "./wildcard.ts";

export type ValueTest = (value: unknown) => boolean;

/** Names that cannot be fields inside `$or`, to catch a misplaced operator (event-ruler, Constants). */
export const operatorNames: ReadonlySet<string> = new Set([
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "anything-but",
  "numeric",
  "cidr",
  "exists",
  "exactly",
  "=",
  "<",
  "<=",
  ">",
  ">=",
  // Reserved for future use.
  "regex",
  "not-wildcard",
  "not-equals-ignore-case",
  "date-after",
  "date-on-or-after",
  "date-before",
  "date-on-or-before",
  "in-date-range",
  "ip-address-in-range",
  "ip-address-not-in-range",
]);

/** Compiles `{ operator: operand }`, without `exists`, which tests the path and not a value. */
export function compileOperator(operator: string, operand: Tree, where: string): ValueTest {
  switch (operator) {
    case "prefix":
    case "suffix":
      return compileAffix(operator, operand, where);
    case "exactly": {
      const wanted = stringOf(operand, where, "exact");
      return (value) => value === wanted;
    }
    case "equals-ignore-case": {
      const matches = compileFolded(stringOf(operand, where, operator), "whole");
      return (value) => typeof value === "string" && matches(value);
    }
    case "wildcard": {
      const matches = compileWildcard(stringOf(operand, where, operator), where);
      return (value) => typeof value === "string" && matches(value);
    }
    case "anything-but":
      return compileAnythingBut(operand, where);
    case "numeric":
      return compileNumeric(operand, where);
    case "cidr":
      return compileCidr(operand, where);
    default:
      throw invalidPattern(where, `Unrecognized match type ${operator}`);
  }
}

const affixes = {
  prefix: (text: string, affix: string) => text.startsWith(affix),
  suffix: (text: string, affix: string) => text.endsWith(affix),
};

function compileAffix(operator: keyof typeof affixes, operand: Tree, where: string): ValueTest {
  const has = affixes[operator];
  if (!isMembers(operand)) {
    const affix = stringOf(operand, where, operator);
    return (value) => typeof value === "string" && has(value, affix);
  }
  const [first, ...others] = operand.members;
  if (!first) {
    throw invalidPattern(where, `${operator === "prefix" ? "Prefix" : "Suffix"} expression name not found`);
  }
  const [key, text] = first;
  if (key !== "equals-ignore-case") throw invalidPattern(where, `Unsupported ${operator} pattern: ${key}`);
  const matches = compileFolded(stringOf(text, where, key), operator);
  if (others.length > 0) throw invalidPattern(where, "Only one key allowed in match expression");
  return (value) => typeof value === "string" && matches(value);
}

/** The value must be there and be none of these. */
function compileAnythingBut(operand: Tree, where: string): ValueTest {
  if (isMembers(operand)) return compileAnythingButOperator(operand, where);
  const unwanted = listOf(operand, where);
  if (!unwanted.every(isTextOrNumber)) {
    throw invalidPattern(where, "Inside anything but list, start|null|boolean is not supported.");
  }
  const raw = unwanted.find(isRawNumber);
  if (raw) throw invalidPattern(where, `Cannot compare number : ${rawNumber(raw)}`);
  if (new Set(unwanted.map((each) => typeof each)).size !== 1) {
    throw invalidPattern(
      where,
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  }
  const values = new Set<unknown>(unwanted);
  return (value) => !values.has(value);
}

const AFFIX = "prefix/suffix match pattern must be a string";
const insideAnythingBut = new Map([
  ["prefix", AFFIX],
  ["suffix", AFFIX],
  [
    "equals-ignore-case",
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
  ],
  ["wildcard", "wildcard match pattern must be a string"],
]);

function compileAnythingButOperator({ members }: Members, where: string): ValueTest {
  const [first, ...others] = members;
  if (!first) throw invalidPattern(where, "Anything-But expression name not found");
  const [operator, texts] = first;
  const onlyTexts = insideAnythingBut.get(operator);
  if (!onlyTexts) throw invalidPattern(where, `Unsupported anything-but pattern: ${operator}`);
  const unwanted = listOf(texts, where).map((text) => {
    if (typeof text !== "string") throw invalidPattern(where, onlyTexts);
    // Every text has the empty prefix and suffix, so nothing could ever match.
    if (text === "" && operator in affixes) throw invalidPattern(where, "Null prefix/suffix not allowed");
    return compileOperator(operator, text, where);
  });
  // event-ruler takes an empty list, and then fails at the first event.
  if (unwanted.length === 0) throw invalidPattern(where, "anything-but needs at least one value");
  if (others.length > 0) throw invalidPattern(where, TOO_MANY);
  return (value) => !unwanted.some((matches) => matches(value));
}

const isTextOrNumber = (tree: Tree) =>
  typeof tree === "string" || typeof tree === "number" || isRawNumber(tree);

function listOf(operand: Tree, where: string): readonly Tree[] {
  if (Array.isArray(operand)) return operand;
  if (isTextOrNumber(operand)) return [operand];
  throw invalidPattern(where, "Value of anything-but must be an array or single string/number value.");
}

function stringOf(operand: unknown, where: string, operator: string): string {
  if (typeof operand === "string") return operand;
  throw invalidPattern(where, `${operator} match pattern must be a string`);
}
