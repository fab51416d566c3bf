// Plans a write with dynalite's own action on a store that only records, so that any number of writes commit as one batch.
import {
  type Change,
  failure,
  getTable,
  type Item,
  isFailure,
  keyOf,
  type Operation,
  perform,
  type Store,
  type SubDatabase,
  validate,
} from "./dynalite.ts";

export type WriteOperation = Extract<Operation, "PutItem" | "UpdateItem" | "DeleteItem">;

/** One write, validated: where it goes and what it would change. */
export type Write = {
  operation: WriteOperation;
  input: Item;
  /** True if only its condition matters. */
  checkOnly: boolean;
  /** The item's key in LevelDB, unique over all tables. */
  key: string;
  wantsOldItemOnFailure: boolean;
};

export type PlannedWrite = { changes: Change[]; answer: Item };

/** Its shape is refused before its table is looked for, as in AWS. */
export async function prepareWrite(
  operation: WriteOperation,
  input: Item,
  store: Store,
  checkOnly = false,
): Promise<Write> {
  const wantsOldItemOnFailure = input["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD";
  const checked = validate(operation, { ...input }, store);
  const table = await getTable(store, String(checked["TableName"]));
  const key = `item-${table.TableName}~${keyOf(operation, checked, table)}`;
  return { operation, input: checked, checkOnly, key, wantsOldItemOnFailure };
}

/** What the write would change. Throws a DynamoFailure; a failed condition carries the item if that was asked for. */
export async function planWrite(write: Write, store: Store): Promise<PlannedWrite> {
  const changes: Change[] = [];
  let existing: Item | undefined;
  const recording = recordingStore(store, changes, (item) => {
    existing = item;
  });
  try {
    const answer = await perform(write.operation, recording, write.input);
    return { changes: write.checkOnly ? [] : changes, answer };
  } catch (error) {
    const failedCondition =
      isFailure(error) && error.body.__type.endsWith("#ConditionalCheckFailedException");
    if (!failedCondition || !write.wantsOldItemOnFailure || !existing) throw error;
    throw failure("ConditionalCheckFailedException", error.message, { Item: existing });
  }
}

function recordingStore(store: Store, changes: Change[], onRead: (item: Item | undefined) => void): Store {
  const recorder = (prefix: string, source: SubDatabase): SubDatabase => ({
    // Our own locks are held already.
    lock: (_, run) => run((callback) => callback),
    get: (key, callback) =>
      source.get(key, (error, item) => {
        onRead(item);
        callback(error, item);
      }),
    put(key, value, callback) {
      changes.push({ type: "put", key: prefix + key, value });
      callback(null);
    },
    del(key, callback) {
      changes.push({ type: "del", key: prefix + key });
      callback(null);
    },
  });
  return {
    db: store.db,
    getTable: store.getTable.bind(store),
    getItemDb: (table) => recorder(`item-${table}~`, store.getItemDb(table)),
    getIndexDb: (kind, table, index) =>
      recorder(`index-${kind.toLowerCase()}~${table}~${index}~`, store.getIndexDb(kind, table, index)),
  };
}
