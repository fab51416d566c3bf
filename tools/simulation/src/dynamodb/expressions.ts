// Evaluates condition and update expressions on a simulated table's items; the emulator parses them.
import {
  type Comparison,
  type Condition,
  type Operand,
  type Path,
  parseCondition,
  parseUpdate,
  type Source,
  type Update,
} from "@order-saga/emulator/dynamodb/expressions/parse";
import { invalid } from "./errors.ts";
import { type Attributes, compare, isEqual, type Value } from "./values.ts";

export type Bindings = {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Attributes | undefined;
};

/** An operand that is missing or of the wrong type: DynamoDB's ValidationException. */
export class UnknownOperand extends Error {
  override readonly name = "UnknownOperand";
}

/** Throws DynamoDB's ValidationException for a text that it could not parse. */
export const conditionIn = (text: string, { names }: Bindings): Condition =>
  parsed(() => parseCondition(text, names).tree);
export const updateIn = (text: string, { names }: Bindings): Update =>
  parsed(() => parseUpdate(text, names).tree);

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw invalid(`Invalid expression: ${(error as Error).message}`);
  }
}

export function holds(condition: Condition, item: Attributes | undefined, bindings: Bindings): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item, bindings) && holds(condition.right, item, bindings);
    case "or":
      return holds(condition.left, item, bindings) || holds(condition.right, item, bindings);
    case "not":
      return !holds(condition.of, item, bindings);
    case "exists":
      return (valueAt(condition.path, item) !== undefined) === condition.wanted;
    case "compare":
      return compares(
        condition.operator,
        operandOf(condition.left, item, bindings),
        operandOf(condition.right, item, bindings),
      );
    default:
      throw unsupported(condition.kind);
  }
}

function operandOf(operand: Operand, item: Attributes | undefined, bindings: Bindings): Value | undefined {
  switch (operand.kind) {
    case "path":
      return valueAt(operand.path, item);
    case "value":
      return givenValue(operand.name, bindings);
    case "size":
      throw unsupported(operand.kind);
  }
}

/** A missing attribute is equal to nothing, and has no order. */
function compares(operator: Comparison, a: Value | undefined, b: Value | undefined): boolean {
  if (operator === "=") return a !== undefined && b !== undefined && isEqual(a, b);
  if (operator === "<>") return a === undefined || b === undefined || !isEqual(a, b);
  const order = compare(a, b);
  if (order === undefined) return false;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

/** The item after the update. Throws UnknownOperand where DynamoDB would refuse the request. */
export function updated(update: Update, before: Attributes, bindings: Bindings): Record<string, Value> {
  const after = { ...before };
  for (const action of update) {
    const name = nameIn(action.path);
    if (action.kind === "SET") after[name] = valueFrom(action.source, before, bindings);
    else if (action.kind === "ADD") after[name] = sum(before[name] ?? 0, givenValue(action.name, bindings));
    else if (action.kind === "REMOVE") delete after[name];
    else throw unsupported(action.kind);
  }
  return after;
}

function valueFrom(source: Source, before: Attributes, bindings: Bindings): Value {
  switch (source.kind) {
    case "value":
      return givenValue(source.name, bindings);
    case "path": {
      const value = before[nameIn(source.path)];
      if (value === undefined) throw new UnknownOperand("An attribute of an update does not exist.");
      return value;
    }
    case "if_not_exists":
      return before[nameIn(source.path)] ?? valueFrom(source.otherwise, before, bindings);
    case "+":
    case "-": {
      const right = valueFrom(source.right, before, bindings);
      return sum(valueFrom(source.left, before, bindings), right, source.kind === "+" ? 1 : -1);
    }
    case "list_append":
      throw unsupported(source.kind);
  }
}

function sum(a: Value, b: Value, sign = 1): number {
  if (typeof a !== "number" || typeof b !== "number")
    throw new UnknownOperand("An operand of an update is not a number.");
  return a + sign * b;
}

function givenValue(name: string, { values }: Bindings): Value {
  const value = values?.[name];
  if (value === undefined) throw new UnknownOperand(`The value ${name} is not given.`);
  return value;
}

/** What an item holds at a path into its maps and lists. */
function valueAt(path: Path, item: Attributes | undefined): Value | undefined {
  let value: unknown = item;
  for (const step of path)
    value =
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined;
  return value as Value | undefined;
}

/** An update sets whole attributes. */
function nameIn(path: Path): string {
  if (path.length > 1) throw unsupported("a path into a map or list");
  return path[0];
}

/** A defect of the simulator, never of what it simulates: no adapter asks for it yet. */
const unsupported = (what: string) => new TypeError(`The simulated table does not support ${what}.`);
