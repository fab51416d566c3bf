// The comparison operators of event patterns, each compiled to a test of one value.
// Source: EventBridge user guide, "Comparison operators"; aws/event-ruler, JsonRuleCompiler.

import { compileFolded } from "./case-insensitive.ts";
import { invalidPattern } from "./errors.ts";
import { compileCidr } from "./ip-addresses.ts";
import { isMembers, type Members, type Tree } from "./json-tree.ts";
import { compileNumeric } from "./numeric.ts";
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
      const wanted = stringOf(operand, where, operator);
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
  const [[key, text] = ["", null], ...others] = operand.members;
  if (key !== "equals-ignore-case" || others.length > 0) {
    throw invalidPattern(where, `${operator} takes a string or { "equals-ignore-case": string }`);
  }
  const matches = compileFolded(stringOf(text, where, `${operator} equals-ignore-case`), operator);
  return (value) => typeof value === "string" && matches(value);
}

/** The value must be there and be none of these. */
function compileAnythingBut(operand: Tree, where: string): ValueTest {
  if (isMembers(operand)) return compileAnythingButOperator(operand, where);
  const unwanted = listOf(operand, where);
  const [type, ...otherTypes] = new Set(unwanted.map((each) => typeof each));
  if ((type !== "string" && type !== "number") || otherTypes.length > 0) {
    throw invalidPattern(where, "anything-but takes strings or numbers, and not both in one list");
  }
  const values = new Set<unknown>(unwanted);
  return (value) => !values.has(value);
}

const insideAnythingBut = ["prefix", "suffix", "equals-ignore-case", "wildcard"];

function compileAnythingButOperator({ members }: Members, where: string): ValueTest {
  const [[operator, texts] = ["", null], ...others] = members;
  if (others.length > 0 || !insideAnythingBut.includes(operator)) {
    throw invalidPattern(where, `anything-but takes values or one of ${insideAnythingBut.join(", ")}`);
  }
  const unwanted = listOf(texts, where).map((each) => {
    const text = stringOf(each, where, `anything-but ${operator}`);
    // Every text has the empty prefix and suffix, so nothing could ever match.
    if (text === "" && operator in affixes) throw invalidPattern(where, `Null ${operator} not allowed`);
    return compileOperator(operator, text, where);
  });
  return (value) => !unwanted.some((matches) => matches(value));
}

function listOf(operand: Tree, where: string): Tree[] {
  const list: Tree[] = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw invalidPattern(where, "anything-but needs at least one value");
  return list;
}

function stringOf(operand: unknown, where: string, operator: string): string {
  if (typeof operand === "string") return operand;
  throw invalidPattern(where, `${operator} match pattern must be a string`);
}
