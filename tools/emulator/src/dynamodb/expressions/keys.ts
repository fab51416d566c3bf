// Key conditions: a partition and a condition on the sort key (DynamoDB guide, "Key condition expressions").
import { invalid } from "../errors.ts";
import type { KeySchema, SortCondition } from "../keys.ts";
import { type AttributeValue, typeOf } from "../values.ts";
import type { Comparison, Condition, Operand, Values } from "./conditions.ts";

/** Compares a key attribute with values of the request, by their names. */
export type KeyCondition = {
  readonly attribute: string;
  readonly operator: SortCondition["operator"];
  readonly values: readonly string[];
};

/** Throws a DynamoFailure for conditions that a key cannot answer. */
export function keyConditionsIn(condition: Condition): KeyCondition[] {
  const found = partsOf(condition).map(keyConditionIn);
  const attributes = new Set(found.map(({ attribute }) => attribute));
  if (attributes.size < found.length)
    throw invalid("KeyConditionExpressions must only contain one condition per key");
  if (found.length > 2) throw invalid("Conditions can be of length 1 or 2 only");
  return found;
}

const partsOf = (condition: Condition): Condition[] =>
  condition.kind === "and" ? [...partsOf(condition.left), ...partsOf(condition.right)] : [condition];

function keyConditionIn(condition: Condition): KeyCondition {
  switch (condition.kind) {
    case "compare":
      return comparisonIn(condition.operator, condition.left, condition.right);
    case "between":
      return {
        attribute: attributeIn(condition.of),
        operator: "between",
        values: [condition.lower, condition.upper].map(valueNameIn),
      };
    case "begins_with":
      return {
        attribute: attributeIn(condition.of),
        operator: "begins_with",
        values: [valueNameIn(condition.other)],
      };
    default:
      throw invalidOperator(nameOf(condition));
  }
}

const invalidOperator = (name: string) => invalid(`Invalid operator used in KeyConditionExpression: ${name}`);

function nameOf(condition: Condition): string {
  if (condition.kind === "exists") return condition.wanted ? "attribute_exists" : "attribute_not_exists";
  return /^(or|not|in)$/.test(condition.kind) ? condition.kind.toUpperCase() : condition.kind;
}

const turnedRound = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function comparisonIn(operator: Comparison, left: Operand, right: Operand): KeyCondition {
  if (operator === "<>") throw invalidOperator(operator);
  if (left.kind !== "value") return { attribute: attributeIn(left), operator, values: [valueNameIn(right)] };
  return { attribute: attributeIn(right), operator: turnedRound[operator], values: [left.name] };
}

function attributeIn(operand: Operand): string {
  if (operand.kind === "size") throw invalid("KeyConditionExpressions cannot contain nested operations");
  if (operand.kind === "value")
    throw invalid("Invalid condition in KeyConditionExpression: No key attribute specified");
  if (operand.path.length > 1)
    throw invalid("KeyConditionExpressions cannot have conditions on nested attributes");
  return operand.path[0];
}

function valueNameIn(operand: Operand): string {
  if (operand.kind === "value") return operand.name;
  throw invalid(
    operand.kind === "size"
      ? "KeyConditionExpressions cannot contain nested operations"
      : "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
  );
}

export type KeyQuery = { readonly partition: AttributeValue; readonly sort: SortCondition | undefined };

/** Applies the conditions to this key schema. Throws a DynamoFailure if they do not fit it. */
export function keyQueryOf(conditions: readonly KeyCondition[], schema: KeySchema, values: Values): KeyQuery {
  const { hash, range } = schema;
  const find = (name: string) => conditions.find(({ attribute }) => attribute === name);
  const partition = find(hash.name);
  const sort = range && find(range.name);
  if (!range && conditions.length > 1) throw invalid("Query key condition not supported");
  if (!partition) throw missed(hash.name);
  if (conditions.length > 1 && !sort) throw missed(range?.name ?? "");
  if (partition.operator !== "=") throw invalid("Query key condition not supported");
  return {
    partition: given(partition.values[0], hash.type, values),
    sort: sort && range && sortConditionOf(sort, range.type, values),
  };
}

const missed = (name: string) => invalid(`Query condition missed key schema element: ${name}`);

function sortConditionOf(condition: KeyCondition, type: string, values: Values): SortCondition {
  const [first, second] = condition.values;
  const value = given(first, type, values);
  const { operator } = condition;
  return operator === "between"
    ? { operator, value, upper: given(second, type, values) }
    : { operator, value };
}

function given(name = "", type: string, values: Values): AttributeValue {
  const value = values[name];
  if (value && typeOf(value) === type) return value;
  throw invalid(
    "One or more parameter values were invalid: Condition parameter type does not match schema type",
  );
}
