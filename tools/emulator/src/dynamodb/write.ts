// Puts, updates and deletes: a write is prepared from its request, then planned on its item.

import { indexWritesOf, writeOf } from "./contention/demands.ts";
import type { Demand } from "./contention/throughput.ts";
import { requiredName } from "./definition.ts";
import { conditionFailed, invalid, invalidValues } from "./errors.ts";
import { apply } from "./expressions/apply-update.ts";
import type { Condition, Values } from "./expressions/conditions.ts";
import { holds } from "./expressions/evaluate.ts";
import { type Expressions, readExpressions } from "./expressions/index.ts";
import { project } from "./expressions/paths.ts";
import { indexChanges } from "./indexes.ts";
import { type Input, optionalWord, refuseReplaced, requiredMap } from "./input.ts";
import { keyOfItem, keyOfKey, refuseTooLong } from "./keys.ts";
import type { Change, Rows } from "./rows.ts";
import type { Table, TableRegistry } from "./table-registry.ts";
import { type Item, keepItem, refuseTooDeep, sizeOf, typeOf } from "./values.ts";

export type WriteKind = "Put" | "Update" | "Delete" | "ConditionCheck";

export type Write = {
  readonly table: Table;
  readonly key: string;
  readonly condition: Condition | undefined;
  readonly values: Values;
  readonly wantsItemOnFailure: boolean;
  /** The new item; undefined if it is deleted. Throws a DynamoFailure if the update cannot be applied. */
  after(before: Item | undefined): Item | undefined;
  answer(before: Item | undefined, after: Item | undefined): object;
};

export type Planned = {
  readonly changes: readonly Change[];
  readonly answer: object;
  /** The size of what it writes (DynamoDB API, TransactWriteItems); 0 for a deletion and a check. */
  readonly bytes: number;
  /** What it takes of the table, and what of its indexes. */
  demand(): Demand;
  indexDemands(): Demand[];
};

/** Bytes (DynamoDB guide, "Constraints"). */
const MAXIMUM_ITEM_BYTES = 400 * 1024;

export const idOf = ({ key, table }: { key: string; table: Table }): string => `${table.space}/${key}`;

/** As in AWS, an invalid request is refused before its table is looked up. */
export function prepareWrite(kind: WriteKind, input: Input, registry: TableRegistry): Write {
  const name = requiredName(input, "TableName");
  refuseReplaced(input);
  const given = keepItem(requiredMap(input, kind === "Put" ? "Item" : "Key"));
  const returned = optionalWord(input, "ReturnValues", [
    "ALL_NEW",
    "UPDATED_OLD",
    "ALL_OLD",
    "NONE",
    "UPDATED_NEW",
  ]);
  if (kind !== "Update" && returned !== undefined && returned !== "ALL_OLD" && returned !== "NONE")
    throw invalid("ReturnValues can only be ALL_OLD or NONE");
  const expressions = readExpressions(input, kind === "Update" ? ["update", "condition"] : ["condition"]);
  if (kind === "Put" && sizeOf(given) > MAXIMUM_ITEM_BYTES)
    throw invalid("Item size has exceeded the maximum allowed size");
  const table = registry.table(name);
  const key = kind === "Put" ? keyOfItem(given, table.key) : keyOfKey(given, table.key);
  if (kind === "Put") checkIndexKeys(given, table);
  if (kind === "Update") refuseKeyUpdates(expressions, table);
  return {
    table,
    key,
    condition: expressions.condition,
    values: expressions.values,
    wantsItemOnFailure: input.ReturnValuesOnConditionCheckFailure === "ALL_OLD",
    after: afterOf(kind, given, expressions, table),
    answer: (before, after) => answerOf(returned, before, after, expressions),
  };
}

function afterOf(
  kind: WriteKind,
  given: Item,
  { update, values }: Expressions,
  table: Table,
): Write["after"] {
  switch (kind) {
    case "Put":
      return () => given;
    case "Delete":
      return () => undefined;
    case "ConditionCheck":
      return (before) => before;
    case "Update":
      return (before) => {
        const after = update ? apply(update, before ?? given, values) : (before ?? given);
        if (sizeOf(after) > MAXIMUM_ITEM_BYTES)
          throw invalid("Item size to update has exceeded the maximum allowed size");
        refuseTooDeep(after);
        checkIndexKeys(after, table);
        return after;
      };
  }
}

function answerOf(
  returned: string | undefined,
  before: Item | undefined,
  after: Item | undefined,
  { update = [] }: Expressions,
): object {
  const isOld = returned === "ALL_OLD" || returned === "UPDATED_OLD";
  const item = returned === undefined || returned === "NONE" ? undefined : isOld ? before : after;
  if (!item) return {};
  if (returned === "ALL_OLD" || returned === "ALL_NEW") return { Attributes: item };
  const Attributes = project(
    item,
    update.map(({ path }) => path),
  );
  return Object.keys(Attributes).length > 0 ? { Attributes } : {};
}

/** Throws a DynamoFailure if the condition does not hold, or the update cannot be applied. */
export function plan(write: Write, rows: Rows): Planned {
  const { condition, key, table } = write;
  const before = rows.get(table.space, key) as Item | undefined;
  if (condition && !holds(condition, before ?? nothing, write.values))
    throw conditionFailed(write.wantsItemOnFailure && before ? { Item: before } : {});
  const after = write.after(before);
  const answer = write.answer(before, after);
  const demand = () => writeOf(key, before, after);
  if (before === after) return { changes: [], answer, bytes: 0, demand, indexDemands: () => [] };
  const change: Change = after
    ? { space: table.space, key, value: after }
    : { space: table.space, key, remove: true };
  const ofIndexes = indexChanges(table, key, before, after);
  const indexDemands = () => indexWritesOf(table, key, ofIndexes, [after, before]);
  const bytes = after ? sizeOf(after) : 0;
  return { changes: [change, ...ofIndexes], answer, bytes, demand, indexDemands };
}

const nothing: Item = {};

function refuseKeyUpdates({ update = [] }: Expressions, { key }: Table): void {
  for (const attribute of [key.hash, key.range])
    if (attribute && update.some(({ path }) => path[0] === attribute.name))
      throw invalidValues(`Cannot update attribute ${attribute.name}. This attribute is part of the key`);
}

/** An item may lack an index's key attributes, but must not have them with another type. */
function checkIndexKeys(item: Item, { indexes }: Table): void {
  for (const { key, name } of indexes)
    for (const attribute of [key.hash, key.range]) {
      const value = attribute && Object.hasOwn(item, attribute.name) ? item[attribute.name] : undefined;
      if (!attribute || !value) continue;
      if (typeOf(value) !== attribute.type)
        throw invalidValues(
          `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${name}`,
        );
      refuseTooLong(value, attribute === key.hash);
      if (Object.values(value)[0] === "")
        throw invalid(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${name}, IndexKey: ${attribute.name}`,
        );
    }
}
