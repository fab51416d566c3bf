// The expressions of a request: each text is read once and kept, as services ask with few and often.
import { invalid, isFailure } from "../failures.ts";
import { type Input, optionalMap, optionalText } from "../input.ts";
import { type AttributeValue, keepValue } from "../values.ts";
import { type Condition, checkValues, readCondition, type Values } from "./conditions.ts";
import { type KeyCondition, keyConditionsIn } from "./keys.ts";
import { type Path, refuseOverlaps, type Tokens, tokensOf } from "./tokens.ts";
import { checkUpdateValues, readUpdate, type Update } from "./updates.ts";

export type Expressions = {
  readonly condition: Condition | undefined;
  readonly filter: Condition | undefined;
  readonly key: readonly KeyCondition[] | undefined;
  readonly projection: readonly Path[] | undefined;
  readonly update: Update | undefined;
  readonly values: Values;
};

/** What was read, with its #names resolved, and the #names and :values in it. */
type Read<T> = { readonly found: T; readonly used: ReadonlySet<string> };

type Names = Readonly<Record<string, unknown>>;

const KEPT = 2000;

function reader<T>(parameter: string, read: (tokens: Tokens) => T) {
  const known = new Map<string, Read<T>>();
  return (input: Input, names: Names | undefined): Read<T> | undefined => {
    const text = optionalText(input, parameter);
    if (text === undefined) return undefined;
    const id = names ? `${text}\0${JSON.stringify(names)}` : text;
    const before = known.get(id);
    if (before) return before;
    const used = new Set<string>();
    const found = explained(parameter, () => {
      const tokens = tokensOf(text, names ?? {}, used);
      const whole = read(tokens);
      if (tokens.peek() !== undefined) tokens.unexpected();
      return whole;
    });
    if (known.size >= KEPT) known.clear();
    known.set(id, { found, used });
    return { found, used };
  };
}

/** Says in which of the request's expressions something is wrong. */
function explained<T>(parameter: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw isFailure(error) ? invalid(`Invalid ${parameter}: ${error.message}`) : error;
  }
}

function readProjection(tokens: Tokens): Path[] {
  const paths = [tokens.path()];
  while (tokens.accept(",")) paths.push(tokens.path());
  refuseOverlaps(paths);
  return paths;
}

const parameters = {
  condition: "ConditionExpression",
  filter: "FilterExpression",
  key: "KeyConditionExpression",
  projection: "ProjectionExpression",
  update: "UpdateExpression",
} as const;

const readers = {
  condition: reader(parameters.condition, readCondition),
  filter: reader(parameters.filter, readCondition),
  key: reader(parameters.key, readCondition),
  projection: reader(parameters.projection, readProjection),
  update: reader(parameters.update, readUpdate),
};

type Kind = keyof typeof readers;
type Found<K extends Kind> = NonNullable<ReturnType<(typeof readers)[K]>>["found"];

/** The expressions that an operation has. Throws a DynamoFailure for one that cannot be read, or is never true. */
export function readExpressions(input: Input, kinds: readonly Kind[]): Expressions {
  const names = optionalMap(input, "ExpressionAttributeNames");
  const values = keepValues(optionalMap(input, "ExpressionAttributeValues"));
  const used = new Set<string>();
  let isAny = false;

  function read<K extends Kind>(kind: K, check: (found: Found<K>, values: Values) => void) {
    if (!kinds.includes(kind)) return undefined;
    const found = readers[kind](input, names) as Read<Found<K>> | undefined;
    if (!found) return undefined;
    isAny = true;
    for (const name of found.used) used.add(name);
    explained(parameters[kind], () => {
      refuseUndefined(found.used, values);
      check(found.found, values);
    });
    return found.found;
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

function keepValues(given: Input | undefined): Values {
  if (!given) return noValues;
  const names = Object.keys(given);
  if (names.length === 0) throw invalid("ExpressionAttributeValues must not be empty");
  const kept: Record<string, AttributeValue> = {};
  for (const name of names) {
    if (!/^:\w+$/.test(name))
      throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
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
