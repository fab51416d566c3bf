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
  type Table,
  validate,
} from "./dynalite.ts";

export type WriteOperation = Extract<Operation, "PutItem" | "UpdateItem" | "DeleteItem">;

/** One write, validated: where it goes and what it would change. */
export type Write = {
  operation: WriteOperation;
  input: Item;
  /** True if only its condition matters. */
  checkOnly: boolean;
  /** The item's key in LevelDB. */
  key: string;
  table: Table;
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
  const wantsOldItemOnFailure = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  const checked = validate(operation, { ...input }, store);
  const table = await getTable(store, String(checked.TableName));
  const key = keyOf(checked, table);
  return { operation, input: checked, checkOnly, key, table, wantsOldItemOnFailure };
}

/** What the write would change. Throws a DynamoFailure; a failed condition carries the item if that was asked for. */
export async function planWrite(write: Write, store: Store): Promise<PlannedWrite> {
  const changes: Change[] = [];
  let existing: Item | undefined;
  const recording = recordingStore(store, write.table, changes, (item) => {
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

/** The store as dynalite's actions see it: reads are real, writes are only noted. */
function recordingStore(
  store: Store,
  table: Table,
  changes: Change[],
  onRead: (item: Item | undefined) => void,
): Store {
  const recorder = (prefix: string, get: SubDatabase["get"]): SubDatabase => ({
    // Our own locks are held already.
    lock: (_, run) => run((callback) => callback),
    get,
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
    ...store,
    getTable: (_, callback) => callback(null, table),
    getItemDb(name) {
      const items = store.getItemDb(name);
      return recorder(`item-${name}~`, (key, callback) =>
        items.get(key, (error, item) => {
          onRead(item);
          callback(error, item);
        }),
      );
    },
    getIndexDb(kind, name, index) {
      const entries = store.getIndexDb(kind, name, index);
      return recorder(`index-${kind.toLowerCase()}~${name}~${index}~`, entries.get);
    },
  };
}
