// The comparison operators of event patterns, each compiled to a test of one value.
// Source: EventBridge user guide, "Comparison operators for use in event patterns", and aws/event-ruler's README.
import { BlockList, isIP } from "node:net";
import { invalidPattern } from "./errors.ts";

export type ValueTest = (value: unknown) => boolean;

/** Numeric operands must lie in this range (EventBridge user guide, "Numeric matching"). */
const NUMERIC_LIMIT = 5e9;

/** Compiles `{ operator: operand }`; `exists` is not among them because it speaks of the path, not of a value. */
export function compileOperator(operator: string, operand: unknown, where: string): ValueTest {
  switch (operator) {
    case "prefix":
      return compileAffix(operand, where, operator, (text, affix) => text.startsWith(affix));
    case "suffix":
      return compileAffix(operand, where, operator, (text, affix) => text.endsWith(affix));
    case "equals-ignore-case": {
      const wanted = fold(stringOf(operand, where, operator));
      return (value) => typeof value === "string" && fold(value) === wanted;
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
      return compileCidr(stringOf(operand, where, operator), where);
    default:
      throw invalidPattern(where, `Unrecognized match type ${operator}`);
  }
}

export const fold = (text: string) => text.toLowerCase();

function stringOf(operand: unknown, where: string, operator: string): string {
  if (typeof operand === "string") return operand;
  throw invalidPattern(where, `${operator} match pattern must be a string`);
}

function compileAffix(
  operand: unknown,
  where: string,
  operator: string,
  has: (text: string, affix: string) => boolean,
): ValueTest {
  if (isObject(operand)) {
    const [key, ...others] = Object.keys(operand);
    if (key !== "equals-ignore-case" || others.length > 0) {
      throw invalidPattern(where, `${operator} takes a string or { "equals-ignore-case": string }`);
    }
    const affix = fold(stringOf(operand[key], where, operator));
    return (value) => typeof value === "string" && has(fold(value), affix);
  }
  const affix = stringOf(operand, where, operator);
  return (value) => typeof value === "string" && has(value, affix);
}

/** The value must be there and be none of these. */
function compileAnythingBut(operand: unknown, where: string): ValueTest {
  if (isObject(operand)) {
    const [operator, ...others] = Object.keys(operand);
    const nested = ["prefix", "suffix", "equals-ignore-case", "wildcard"];
    if (operator === undefined || others.length > 0 || !nested.includes(operator)) {
      throw invalidPattern(where, `anything-but takes values or one of ${nested.join(", ")}`);
    }
    const unwanted = listOf(operand[operator], where).map((each) => compileOperator(operator, each, where));
    return (value) => isScalar(value) && !unwanted.some((test) => test(value));
  }
  const unwanted = listOf(operand, where);
  if (unwanted.some((each) => typeof each !== "string" && typeof each !== "number")) {
    throw invalidPattern(where, "anything-but takes strings or numbers");
  }
  return (value) => isScalar(value) && !unwanted.includes(value);
}

function listOf(operand: unknown, where: string): unknown[] {
  const list = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw invalidPattern(where, "anything-but needs at least one value");
  return list;
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** `["=", 5]`, one bound such as `[">", 0]`, or a lower and then an upper bound. */
function compileNumeric(operand: unknown, where: string): ValueTest {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw invalidPattern(where, "numeric takes one comparison and its bound, or a lower and an upper bound");
  }
  const pairs = operand.length === 2 ? [operand] : [operand.slice(0, 2), operand.slice(2)];
  const tests = pairs.map(([operator, bound]: unknown[]) => {
    const compare = typeof operator === "string" ? comparisons[operator] : undefined;
    if (!compare) throw invalidPattern(where, `Unrecognized numeric range operator ${String(operator)}`);
    if (typeof bound !== "number" || Math.abs(bound) > NUMERIC_LIMIT) {
      throw invalidPattern(where, `a numeric bound must be a number from -5.0e9 to 5.0e9`);
    }
    return { operator: String(operator), bound, test: (value: number) => compare(value, bound) };
  });
  const [lower, upper] = tests;
  if (lower && upper) {
    if (!lower.operator.startsWith(">") || !upper.operator.startsWith("<")) {
      throw invalidPattern(
        where,
        "a numeric range is a lower bound (> or >=) and then an upper bound (< or <=)",
      );
    }
    if (lower.bound >= upper.bound)
      throw invalidPattern(where, "the bottom of a numeric range must be less than its top");
  }
  return (value) => typeof value === "number" && tests.every(({ test }) => test(value));
}

function compileCidr(block: string, where: string): ValueTest {
  const [address = "", bits = ""] = block.split("/");
  const version = isIP(address);
  const prefix = Number(bits);
  if (version === 0 || !/^\d+$/.test(bits) || prefix > (version === 4 ? 32 : 128)) {
    throw invalidPattern(where, `Malformed CIDR ${JSON.stringify(block)}`);
  }
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return (value) => typeof value === "string" && isIP(value) === version && list.check(value, family);
}

/** `*` stands for any characters; `\*` and `\\` for themselves. Linear in the text, whatever the pattern. */
export function compileWildcard(pattern: string, where: string): (text: string) => boolean {
  const parts: string[] = [""];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const next = pattern.charAt(i + 1);
    if (character === "\\") {
      if (next !== "*" && next !== "\\")
        throw invalidPattern(where, "Invalid escape character in a wildcard");
      parts.push(`${parts.pop()}${next}`);
      i++;
    } else if (character === "*") {
      if (next === "*") throw invalidPattern(where, "Consecutive wildcard characters");
      parts.push("");
    } else parts.push(`${parts.pop()}${character}`);
  }
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || text.length < first.length + last.length) return false;
    const end = text.length - last.length;
    let from = first.length;
    for (const part of rest) {
      const at = text.indexOf(part, from);
      if (at === -1 || at + part.length > end) return false;
      from = at + part.length;
    }
    return text.endsWith(last);
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== "object";
}
