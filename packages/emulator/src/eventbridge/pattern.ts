// The event-pattern language: a pattern is compiled once, to alternatives of paths and the tests their values must pass.
// Source: EventBridge user guide, "Creating event patterns"; aws/event-ruler for what the guide leaves open.
import { invalidPattern } from "./errors.ts";
import { consistent, type FlatEvent, flatten, type Leaf, type Membership } from "./flatten.ts";
import { compileOperator, isObject, type ValueTest } from "./operators.ts";

type FieldTest = {
  path: string;
  matchesValue: ValueTest;
  /** True if the pattern is content with a path that is not there. */
  matchesAbsence: boolean;
  /** The strings among which the value must be, if the pattern says no more than that. */
  exactly: readonly string[] | undefined;
};

/** A way to match: every field must. */
type Alternative = readonly FieldTest[];

export type CompiledPattern = {
  matches(event: unknown): boolean;
  matchesFlat(event: FlatEvent): boolean;
  /** The strings a path must have one of in every way to match, or undefined if other values can match. */
  exactValues(path: string): readonly string[] | undefined;
};

/** More ways to match than this are refused, as by AWS, because `$or`s multiply. */
const MAXIMUM_ALTERNATIVES = 1000;

/** Compiles a pattern. Throws InvalidEventPatternException that says what is wrong where. */
export function compilePattern(pattern: unknown): CompiledPattern {
  if (!isObject(pattern)) throw invalidPattern("", "Event pattern must be a JSON object");
  const alternatives = expand(pattern, "");
  const matchesFlat = (event: FlatEvent) => alternatives.some((each) => matchesAll(each, event));
  return {
    matches: (event) => matchesFlat(flatten(event)),
    matchesFlat,
    exactValues(path) {
      const values: string[] = [];
      for (const alternative of alternatives) {
        const exactly = alternative.find((field) => field.path === path)?.exactly;
        if (!exactly) return undefined;
        values.push(...exactly);
      }
      return values;
    },
  };
}

function expand(pattern: Record<string, unknown>, path: string): Alternative[] {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalidPattern(path, "Empty objects are not allowed");
  let alternatives: Alternative[] = [[]];
  for (const [key, value] of entries) {
    const where = path === "" ? key : `${path}.${key}`;
    const ways = key === "$or" ? expandOr(value, path) : expandField(value, where);
    alternatives = alternatives.flatMap((left) => ways.map((right) => [...left, ...right]));
    if (alternatives.length > MAXIMUM_ALTERNATIVES) {
      throw invalidPattern(where, `more than ${MAXIMUM_ALTERNATIVES} combinations of $or`);
    }
  }
  return alternatives;
}

function expandOr(value: unknown, path: string): Alternative[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    throw invalidPattern(`${path}.$or`, "$or must be an array of at least two objects");
  }
  return value.flatMap((each) => expand(each, path));
}

function expandField(value: unknown, where: string): Alternative[] {
  if (isObject(value)) return expand(value, where);
  if (!Array.isArray(value)) throw invalidPattern(where, `"${where}" must be an object or an array`);
  if (value.length === 0) throw invalidPattern(where, "Empty arrays are not allowed");
  const values = value.map((each) => compileElement(each, where));
  const onlyStrings = value.every((each) => typeof each === "string");
  return [
    [
      {
        path: where,
        matchesValue: (candidate) => values.some((each) => each.matchesValue(candidate)),
        matchesAbsence: values.some((each) => each.matchesAbsence),
        exactly: onlyStrings ? (value as string[]) : undefined,
      },
    ],
  ];
}

function compileElement(element: unknown, where: string): Pick<FieldTest, "matchesValue" | "matchesAbsence"> {
  if (Array.isArray(element)) throw invalidPattern(where, "an array may not hold another array");
  if (!isObject(element)) return { matchesValue: (value) => value === element, matchesAbsence: false };
  const [operator, ...others] = Object.keys(element);
  if (operator === undefined || others.length > 0) {
    throw invalidPattern(where, "Only one key allowed in match expression");
  }
  const operand = element[operator];
  if (operator !== "exists")
    return { matchesValue: compileOperator(operator, operand, where), matchesAbsence: false };
  if (typeof operand !== "boolean")
    throw invalidPattern(where, "exists match pattern must be either true or false");
  return { matchesValue: () => operand, matchesAbsence: !operand };
}

/** Finds one value per field such that all stand in the same elements of the arrays they share. */
function matchesAll(
  fields: Alternative,
  event: FlatEvent,
  from = 0,
  chosen: readonly Membership[] = [],
): boolean {
  const field = fields[from];
  if (!field) return true;
  const leaves = event.get(field.path);
  if (!leaves) return field.matchesAbsence && matchesAll(fields, event, from + 1, chosen);
  return leaves.some(
    (leaf) => fits(field, leaf, chosen) && matchesAll(fields, event, from + 1, [...chosen, leaf.membership]),
  );
}

function fits(field: FieldTest, leaf: Leaf, chosen: readonly Membership[]): boolean {
  return field.matchesValue(leaf.value) && chosen.every((each) => consistent(each, leaf.membership));
}
