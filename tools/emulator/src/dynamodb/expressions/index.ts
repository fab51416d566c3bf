// Reads the expressions of a request, and refuses names and values that do not fit them.
import { invalid, isFailure } from "../errors.ts";
import { type Input, optionalMap, optionalText } from "../input.ts";
import { type AttributeValue, keepValue, nameProblem } from "../values.ts";
import { type Condition, checkValues, type Values } from "./conditions.ts";
import { type KeyCondition, keyConditionsIn } from "./keys.ts";
import { type Names, type Parsed, parseCondition, parseProjection, parseUpdate } from "./parse.ts";
import type { Path } from "./tokenizer.ts";
import { checkUpdateValues, type Update } from "./updates.ts";

export type Expressions = {
  readonly condition: Condition | undefined;
  readonly filter: Condition | undefined;
  readonly key: readonly KeyCondition[] | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly update: Update | undefined;
  readonly values: Values;
};

/** Adds to an error which of the request's expressions caused it. */
function explained<T>(parameter: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw isFailure(error) ? invalid(`Invalid ${parameter}: ${error.message}`) : error;
  }
}

const parameters = {
  condition: "ConditionExpression",
  filter: "FilterExpression",
  key: "KeyConditionExpression",
  projection: "ProjectionExpression",
  update: "UpdateExpression",
} as const;

const parsers = {
  condition: parseCondition,
  filter: parseCondition,
  key: parseCondition,
  projection: parseProjection,
  update: parseUpdate,
};

type Kind = keyof typeof parsers;
type Tree<K extends Kind> = ReturnType<(typeof parsers)[K]>["tree"];

/** The expressions of an operation. Throws a DynamoFailure for one that is invalid or can never hold. */
export function readExpressions(input: Input, kinds: readonly Kind[]): Expressions {
  const names = checkedNames(optionalMap(input, "ExpressionAttributeNames"));
  const values = keepValues(optionalMap(input, "ExpressionAttributeValues"));
  const used = new Set<string>();
  let isAny = false;

  function read<K extends Kind>(kind: K, check: (tree: Tree<K>, values: Values) => void) {
    const text = kinds.includes(kind) ? optionalText(input, parameters[kind]) : undefined;
    if (text === undefined) return undefined;
    isAny = true;
    return explained(parameters[kind], () => {
      const { tree, used: mentioned } = parsers[kind](text, names) as Parsed<Tree<K>>;
      for (const name of mentioned) used.add(name);
      refuseUndefined(mentioned, values);
      check(tree, values);
      return tree;
    });
  }

  const update = read("update", checkUpdateValues);
  const condition = read("condition", checkValues);
  const key = read("key", checkValues);
  const filter = read("filter", checkValues);
  const projection = read("projection", () => {});
  if (!isAny) refuseWithoutExpressions(names, values);
  refuseUnused("ExpressionAttributeNames", names ?? {}, used);
  refuseUnused("ExpressionAttributeValues", values, used);
  return { condition, filter, key: key && keyConditionsOf(key), projection, update, values };
}

const keyConditions = new WeakMap<Condition, KeyCondition[]>();

function keyConditionsOf(condition: Condition): KeyCondition[] {
  const known = keyConditions.get(condition) ?? keyConditionsIn(condition);
  keyConditions.set(condition, known);
  return known;
}

const noValues: Values = {};
/** Bytes (DynamoDB guide, "Constraints", "Expression parameters"). */
const LONGEST_KEY = 255;

function refuseKey(parameter: string, pattern: RegExp, key: string): void {
  if (!pattern.test(key)) throw invalid(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
  const size = Buffer.byteLength(key);
  if (size > LONGEST_KEY)
    throw invalid(
      `${parameter} contains invalid key: The expression attribute map contains a key that is too long; size of key: ${size}`,
    );
}

function checkedNames(given: Input | undefined): Names | undefined {
  if (!given) return undefined;
  const parameter = "ExpressionAttributeNames";
  const names = Object.keys(given);
  if (names.length === 0) throw invalid(`${parameter} must not be empty`);
  for (const name of names) {
    refuseKey(parameter, /^#\w+$/, name);
    const problem = nameProblem(String(given[name]));
    if (problem !== undefined)
      throw invalid(`${parameter} contains invalid value: ${problem} for key ${name}`);
  }
  return given;
}

function keepValues(given: Input | undefined): Values {
  if (!given) return noValues;
  const names = Object.keys(given);
  if (names.length === 0) throw invalid("ExpressionAttributeValues must not be empty");
  const kept: Record<string, AttributeValue> = {};
  for (const name of names) {
    refuseKey("ExpressionAttributeValues", /^:\w+$/, name);
    try {
      kept[name] = keepValue(given[name]);
    } catch (error) {
      if (!isFailure(error) || error.body.__type.endsWith("#SerializationException")) throw error;
      throw invalid(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
    }
  }
  return kept;
}

function refuseUndefined(used: ReadonlySet<string>, values: Values): void {
  for (const name of used)
    if (name.startsWith(":") && !Object.hasOwn(values, name))
      throw invalid(
        `An expression attribute value used in expression is not defined; attribute value: ${name}`,
      );
}

function refuseWithoutExpressions(names: Names | undefined, values: Values): void {
  const parameter = names ? "ExpressionAttributeNames" : values !== noValues && "ExpressionAttributeValues";
  if (parameter) throw invalid(`${parameter} can only be specified when using expressions`);
}

function refuseUnused(parameter: string, given: object, used: ReadonlySet<string>): void {
  const unused = Object.keys(given).filter((name) => !used.has(name));
  if (unused.length > 0)
    throw invalid(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`);
}
