// Compiles an event pattern to alternatives, each with the tests that the values at its paths must pass.
// Source: EventBridge user guide, "Event patterns"; aws/event-ruler for what it leaves open.

import { invalidPattern } from "./errors.ts";
import { type FlatEvent, flatten, joinPath } from "./flatten.ts";
import { compileAddress } from "./ip-addresses.ts";
import { isMembers, type Members, type Tree, treeOf } from "./json-tree.ts";
import { rawNumber } from "./lossless-json.ts";
import { type FieldTest, matchesAll } from "./matching.ts";
import { TOO_MANY } from "./numeric.ts";
import { compileOperator, operatorNames } from "./operators.ts";
import { complexityOf, TOO_COMPLEX, type Wildcards } from "./wildcard-complexity.ts";

export type CompiledPattern = {
  matches(event: unknown): boolean;
  matchesFlat(event: FlatEvent): boolean;
  /** The strings that every alternative requires at a path; undefined if other values can match. */
  exactValues(path: string): readonly string[] | undefined;
  /** The paths for which `exactValues` is defined. */
  exactPaths: readonly string[];
  /** False if the pattern does not depend on the detail. */
  looksIntoDetail: boolean;
};

/** A field with its list as it was written, and the wildcards of each element by its text. */
type Field = FieldTest & { written: string; wildcards: ReadonlyMap<string, Wildcards> };
/** An alternative: every field must match; paths are keys joined by dots. */
type Alternative = ReadonlyMap<string, Field>;

/** The maximum, because `$or`s multiply (EventBridge user guide, "Event pattern considerations"). */
const MAXIMUM_ALTERNATIVES = 1000;

/** Throws InvalidEventPatternException, which says what is wrong and where. */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  return compile(treeOf(pattern)).matches;
}

export function compile(pattern: Tree): CompiledPattern {
  if (!isMembers(pattern)) throw invalidPattern(undefined, "Filter is not an object");
  const alternatives = expandObject(pattern, undefined, [new Map()], false);
  refuseComplexWildcards(alternatives);
  const fieldLists = alternatives.map((each) => [...each.values()]);
  const exactValues = (path: string): readonly string[] | undefined => {
    const lists = alternatives.map((each) => each.get(path)?.exactly);
    return lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((each) => each ?? []))];
  };
  const matchesFlat = (event: FlatEvent) => fieldLists.some((fields) => matchesAll(fields, event));
  return {
    matches: (event) => matchesFlat(flatten(event)),
    matchesFlat,
    looksIntoDetail: fieldLists.flat().some(({ path }) => path.startsWith("detail.")),
    exactPaths: [...(alternatives[0]?.keys() ?? [])].filter((path) => exactValues(path) !== undefined),
    exactValues,
  };
}

/** Adds the object's fields to each of `soFar`; as in event-ruler, a repeated field replaces the earlier. */
function expandObject(
  { members }: Members,
  path: string | undefined,
  soFar: readonly Alternative[],
  insideOr: boolean,
): readonly Alternative[] {
  if (members.length === 0) throw invalidPattern(path, "Empty objects are not allowed");
  let alternatives = soFar;
  for (const [key, value] of members) {
    const where = joinPath(path, key);
    if (key === "$or") alternatives = expandOr(value, path, where, alternatives);
    else if (insideOr && operatorNames.has(key)) {
      throw invalidPattern(where, `${key} is Ruler reserved fieldName which cannot be used inside $or.`);
    } else if (isMembers(value)) alternatives = expandObject(value, where, alternatives, insideOr);
    else {
      // As event-ruler does, an empty key at the top of a pattern is nothing before a field.
      const field = compileField(value, path === "" ? key : where, key);
      alternatives = alternatives.map((each) => new Map([...each, [field.path, field]]));
    }
    if (alternatives.length > MAXIMUM_ALTERNATIVES) {
      throw invalidPattern(where, `$or makes more than ${MAXIMUM_ALTERNATIVES} combinations`);
    }
  }
  return alternatives;
}

function expandOr(
  value: Tree,
  path: string | undefined,
  where: string,
  soFar: readonly Alternative[],
): readonly Alternative[] {
  if (!Array.isArray(value)) throw invalidPattern(where, "It must be an Array followed with $or.");
  const alternatives = value.flatMap((each: Tree) => {
    if (isMembers(each)) return expandObject(each, path, soFar, true);
    throw invalidPattern(where, "Only JSON object is allowed in array of $or relationship.");
  });
  if (value.length >= 2) return alternatives;
  throw invalidPattern(where, "There must have at least 2 Objects in $or relationship.");
}

function compileField(value: Tree, path: string, key: string): Field {
  if (!Array.isArray(value)) throw invalidPattern(path, `"${key}" must be an object or an array`);
  if (value.length === 0) throw invalidPattern(path, "Empty arrays are not allowed");
  const list: readonly Tree[] = value;
  const elements = list.map((each) => compileElement(each, path));
  return {
    path,
    matchesValue: (candidate) => elements.some((each) => each.matchesValue(candidate)),
    matchesAbsence: elements.some((each) => each.matchesAbsence),
    exactly: list.every((each) => typeof each === "string" && !compileAddress(each))
      ? (list as readonly string[])
      : undefined,
    written: JSON.stringify(list),
    wildcards: new Map(list.map((each) => [JSON.stringify(each), wildcardsOf(each)])),
  };
}

function compileElement(element: Tree, where: string): Pick<FieldTest, "matchesValue" | "matchesAbsence"> {
  if (Array.isArray(element)) {
    throw invalidPattern(where, "Match value must be String, number, true, false, or null");
  }
  if (!isMembers(element)) return { matchesValue: compileLiteral(element), matchesAbsence: false };
  const [first, ...others] = element.members;
  if (first === undefined) throw invalidPattern(where, "Match expression name not found");
  const compiled = compileExpression(first, where);
  if (others.length === 0) return compiled;
  const isCounted = first[0] === "numeric" || first[0] === "anything-but";
  throw invalidPattern(where, isCounted ? TOO_MANY : "Only one key allowed in match expression");
}

function compileExpression([operator, operand]: Members["members"][number], where: string) {
  if (operator !== "exists") {
    return { matchesValue: compileOperator(operator, operand, where), matchesAbsence: false };
  }
  if (typeof operand !== "boolean") {
    throw invalidPattern(where, "exists match pattern must be either true or false.");
  }
  return { matchesValue: () => operand, matchesAbsence: !operand };
}

/** Of an element that was found valid. */
function wildcardsOf(element: Tree): Wildcards {
  if (!isMembers(element)) return [];
  const [[operator, operand] = ["", null]] = element.members;
  if (operator === "wildcard") return [String(operand)];
  if (operator !== "anything-but" || !isMembers(operand)) return [];
  const [[inside, texts] = ["", null]] = operand.members;
  return inside === "wildcard" ? [texts].flat().map(String) : [];
}

/** Wildcards of one path count together where the fields before it, by their paths, are the same. */
function refuseComplexWildcards(alternatives: readonly Alternative[]): void {
  const together = new Map<string, { path: string; wildcards: Map<string, Wildcards> }>();
  for (const alternative of alternatives) {
    if (![...alternative.values()].some(({ wildcards }) => [...wildcards.values()].flat().length > 0))
      continue;
    let before = "";
    for (const { path, wildcards, written } of [...alternative.values()].sort((a, b) =>
      a.path < b.path ? -1 : 1,
    )) {
      const key = JSON.stringify([before, path]);
      const known = together.get(key)?.wildcards ?? [];
      together.set(key, { path, wildcards: new Map([...known, ...wildcards]) });
      before = JSON.stringify([before, path, written]);
    }
  }
  for (const { path, wildcards } of together.values()) {
    if (complexityOf([...wildcards.values()]) >= TOO_COMPLEX) {
      throw invalidPattern(
        path,
        "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences " +
          "after a wildcard character",
      );
    }
  }
}

/** Tests for the value itself, an address in any notation, a number beyond a double by its text. */
function compileLiteral(wanted: Tree): FieldTest["matchesValue"] {
  const raw = rawNumber(wanted);
  if (raw !== undefined) return (value) => rawNumber(value) === raw;
  const isAddress = typeof wanted === "string" ? compileAddress(wanted) : undefined;
  return (value) => value === wanted || (isAddress?.(value) ?? false);
}
