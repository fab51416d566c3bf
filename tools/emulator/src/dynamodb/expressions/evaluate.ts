// Evaluates a condition on an item; a missing item has no attributes.
import { type AttributeValue, compare, contentOf, type Item, isEqual, typeOf } from "../values.ts";
import type { Comparison, Condition, Operand, Values } from "./conditions.ts";
import { valueAt } from "./paths.ts";

export function holds(condition: Condition, item: Item, values: Values): boolean {
  const given = (operand: Operand) => operandIn(operand, item, values);
  switch (condition.kind) {
    case "and":
      return holds(condition.left, item, values) && holds(condition.right, item, values);
    case "or":
      return holds(condition.left, item, values) || holds(condition.right, item, values);
    case "not":
      return !holds(condition.of, item, values);
    case "compare":
      return compares(condition.operator, given(condition.left), given(condition.right));
    case "between": {
      const value = given(condition.of);
      return compares(">=", value, given(condition.lower)) && compares("<=", value, given(condition.upper));
    }
    case "in":
      return condition.among.some((each) => compares("=", given(condition.of), given(each)));
    case "exists":
      return (valueAt(item, condition.path) !== undefined) === condition.wanted;
    case "begins_with":
      return beginsWith(given(condition.of), given(condition.other));
    case "contains":
      return contains(given(condition.of), given(condition.other));
    case "attribute_type": {
      const value = given(condition.of);
      return value !== undefined && typeOf(value) === contentOf(given(condition.other), "S");
    }
  }
}

function operandIn(operand: Operand, item: Item, values: Values): AttributeValue | undefined {
  switch (operand.kind) {
    case "path":
      return valueAt(item, operand.path);
    case "value":
      return values[operand.name];
    case "size":
      return sizeOf(operandIn(operand.of, item, values));
  }
}

/** A missing attribute is equal to nothing, and has no order. */
export function compares(
  operator: Comparison,
  a: AttributeValue | undefined,
  b: AttributeValue | undefined,
): boolean {
  if (operator === "=") return a !== undefined && b !== undefined && isEqual(a, b);
  if (operator === "<>") return a === undefined || b === undefined || !isEqual(a, b);
  const order = compare(a, b);
  if (order === undefined) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** Characters as Java counts them, or bytes, or elements; undefined for types without a size. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (!value) return undefined;
  if ("S" in value) return { N: String(value.S.length) };
  if ("B" in value) return { N: String(Buffer.byteLength(value.B, "base64")) };
  if ("M" in value) return { N: String(Object.keys(value.M).length) };
  const [elements] = Object.values(value);
  return Array.isArray(elements) ? { N: String(elements.length) } : undefined;
}

function beginsWith(value: AttributeValue | undefined, start: AttributeValue | undefined): boolean {
  if (!value || !start) return false;
  if ("S" in value) return "S" in start && value.S.startsWith(start.S);
  if (!("B" in value) || !("B" in start)) return false;
  const begin = Buffer.from(start.B, "base64");
  return Buffer.from(value.B, "base64").subarray(0, begin.length).equals(begin);
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (!value || !part) return false;
  if ("L" in value) return value.L.some((each) => isEqual(each, part));
  if ("S" in value) return "S" in part && value.S.includes(part.S);
  if ("B" in value)
    return "B" in part && Buffer.from(value.B, "base64").includes(Buffer.from(part.B, "base64"));
  if ("SS" in value) return "S" in part && value.SS.includes(part.S);
  if ("NS" in value) return "N" in part && value.NS.includes(part.N);
  if ("BS" in value) return "B" in part && value.BS.includes(part.B);
  return false;
}
