// The `numeric` operator: a number, or a range of them.
// Source: EventBridge user guide, "Numeric matching"; aws/event-ruler, JsonRuleCompiler.
import { invalidPattern } from "./errors.ts";
import { isRawNumber, rawNumber } from "./lossless-json.ts";

/** Numeric bounds must lie within this on both sides of zero (EventBridge user guide, "Numeric matching"). */
const NUMERIC_LIMIT = 5e9;

type Comparison = (value: number, bound: number) => boolean;
const comparisons = new Map<string, Comparison>([
  ["=", (value, bound) => value === bound],
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  [">", (value, bound) => value > bound],
  [">=", (value, bound) => value >= bound],
]);

export const TOO_MANY = "Too many elements in numeric expression";

/** `["=", 5]`, one bound such as `[">", 0]`, or a lower and then an upper bound. */
export function compileNumeric(operand: unknown, where: string): (value: unknown) => boolean {
  if (!Array.isArray(operand)) throw invalidPattern(where, "Value of numeric must be an array.");
  const [operator, bound, ...more] = operand as unknown[];
  const refuse = (why: string): never => {
    throw invalidPattern(where, why);
  };
  if (typeof operator !== "string") return refuse(`Invalid member in numeric match: ${written(operator)}`);
  const holds = comparisons.get(operator);
  if (!holds) return refuse(`Unrecognized numeric range operator: ${operator}`);
  requireNumber(bound, operator === "=" ? "equals" : operator, where);
  if (more.length === 0) {
    const limit = boundOf(bound, where);
    return (value) => typeof value === "number" && holds(value, limit);
  }
  if (!operator.startsWith(">")) return refuse(TOO_MANY);
  const [upper, top, ...others] = more;
  if (typeof upper !== "string") return refuse(`Bad value in numeric range: ${written(upper)}`);
  const isBelow = upper.startsWith("<") ? comparisons.get(upper) : undefined;
  if (!isBelow) return refuse(`Bad numeric range operator: ${upper}`);
  requireNumber(top, upper, where);
  if (others.length > 0) return refuse("Too many terms in numeric range expression");
  const [low, high] = [boundOf(bound, where), boundOf(top, where)];
  if (low >= high) return refuse("Bottom must be less than top");
  return (value) => typeof value === "number" && holds(value, low) && isBelow(value, high);
}

function requireNumber(bound: unknown, name: string, where: string): void {
  if (typeof bound === "number" || isRawNumber(bound)) return;
  throw invalidPattern(where, `Value of ${name} must be numeric`);
}

function boundOf(bound: unknown, where: string): number {
  if (typeof bound !== "number") throw invalidPattern(where, `Cannot compare number : ${rawNumber(bound)}`);
  if (Math.abs(bound) <= NUMERIC_LIMIT) return bound;
  throw invalidPattern(where, "a numeric bound must lie between -5.0e9 and 5.0e9");
}

/** The token at which event-ruler stops: a bracket, also the list's own where nothing is left. */
function written(token: unknown): string {
  if (token === undefined) return "]";
  if (Array.isArray(token)) return "[";
  return rawNumber(token) ?? (typeof token === "object" && token !== null ? "{" : String(token));
}
