// The `numeric` operator: a number, or a range of them.
// Source: EventBridge user guide, "Numeric matching"; aws/event-ruler, JsonRuleCompiler.
import { invalidPattern } from "./errors.ts";

/** Numeric bounds must lie within this on both sides of zero (EventBridge user guide, "Numeric matching"). */
const NUMERIC_LIMIT = 5e9;

type Comparison = (value: number, bound: number) => boolean;
const comparisons = new Map<unknown, Comparison>([
  ["=", (value, bound) => value === bound],
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  [">", (value, bound) => value > bound],
  [">=", (value, bound) => value >= bound],
]);

/** `["=", 5]`, one bound such as `[">", 0]`, or a lower and then an upper bound. */
export function compileNumeric(operand: unknown, where: string): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw invalidPattern(where, "Value of numeric must be an array");
  if (operand.length !== 2 && operand.length !== 4) {
    throw invalidPattern(where, "numeric takes one comparison and its bound, or a lower and an upper bound");
  }
  const first = comparison(operand[0], operand[1], where);
  if (operand.length === 2) return (value) => typeof value === "number" && first.test(value);
  const second = comparison(operand[2], operand[3], where);
  if (!first.operator.startsWith(">") || !second.operator.startsWith("<")) {
    throw invalidPattern(where, "a numeric range is a lower bound (> or >=), then an upper bound (< or <=)");
  }
  if (first.bound >= second.bound) {
    throw invalidPattern(where, "the bottom of a numeric range must be less than its top");
  }
  return (value) => typeof value === "number" && first.test(value) && second.test(value);
}

function comparison(operator: unknown, bound: unknown, where: string) {
  const compare = comparisons.get(operator);
  if (!compare) {
    throw invalidPattern(where, `Unrecognized numeric range operator ${JSON.stringify(operator)}`);
  }
  if (typeof bound !== "number") throw invalidPattern(where, `Value of ${operator} must be numeric`);
  if (Math.abs(bound) > NUMERIC_LIMIT) {
    throw invalidPattern(where, "a numeric bound must lie between -5.0e9 and 5.0e9");
  }
  return { operator: String(operator), bound, test: (value: number) => compare(value, bound) };
}
