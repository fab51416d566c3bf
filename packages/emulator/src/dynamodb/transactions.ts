// TransactWriteItems and TransactGetItems over dynalite, with AWS's semantics (DynamoDB API reference).
import { failure, getTable, type Item, isFailure, keyOf, perform, type Store, validate } from "./dynalite.ts";
import type { Conflicts, Locks, Release } from "./locks.ts";
import { openTokens } from "./tokens.ts";
import { type PlannedWrite, planWrite, prepareWrite, type Write, type WriteOperation } from "./writes.ts";

type Reason = { Code: string; Message?: string; Item?: Item };

const MAXIMUM_ITEMS = 100;
const MAXIMUM_BYTES = 4 * 1024 * 1024;

const kinds: Record<string, WriteOperation> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  // A delete whose change is thrown away checks the same condition.
  ConditionCheck: "DeleteItem",
};

export type Transactions = { write(input: Item): Promise<Item>; get(input: Item): Promise<Item> };

export async function createTransactions(
  store: Store,
  locks: Locks,
  now: () => number,
): Promise<Transactions> {
  const tokens = await openTokens(store, now);

  async function write(input: Item): Promise<Item> {
    const items = itemsOf(input);
    const request = tokens.begin(input);
    if (request === "repeated") return {};
    try {
      const writes = await prepare(items, store);
      const release = await take(writes, (keys) => locks.forTransaction(keys));
      try {
        const planned = await Promise.all(writes.map((each) => plan(each, store)));
        const reasons = planned.map((each) => ("Code" in each ? each : none));
        if (reasons.some((reason) => reason !== none)) throw cancelled(reasons);
        const changes = (planned as PlannedWrite[]).flatMap((each) => each.changes);
        await store.db.batch([...changes, ...request.record()]);
        request.remember();
        return {};
      } finally {
        release();
      }
    } finally {
      request.end();
    }
  }

  async function get(input: Item): Promise<Item> {
    const gets = await prepareGets(input, store);
    const release = await take(gets, (keys) => locks.forRead(keys));
    try {
      const answers = await Promise.all(gets.map((each) => perform("GetItem", store, each.input)));
      return { Responses: answers.map(({ Item }) => (Item ? { Item } : {})) };
    } finally {
      release();
    }
  }

  return { write, get };
}

/** Takes the items of a transaction, or cancels it where another one is writing them. */
async function take(
  parts: readonly { key: string }[],
  lock: (keys: string[]) => Promise<Release | Conflicts>,
): Promise<Release> {
  const taken = await lock(parts.map((part) => part.key));
  if (typeof taken === "function") return taken;
  throw cancelled(parts.map(({ key }) => (taken.conflicts.has(key) ? conflict : none)));
}

async function prepare(items: Item[], store: Store): Promise<Write[]> {
  if (Buffer.byteLength(JSON.stringify(items)) > MAXIMUM_BYTES) {
    throw failure("ValidationException", "Transaction request cannot exceed 4 MB");
  }
  const writes = await Promise.all(items.map((item) => prepareOne(item, store)));
  refuseTwice(writes);
  return writes;
}

function refuseTwice(parts: readonly { key: string }[]): void {
  if (new Set(parts.map((each) => each.key)).size === parts.length) return;
  throw failure("ValidationException", "Transaction request cannot include multiple operations on one item");
}

function itemsOf(input: Item): Item[] {
  const items = input.TransactItems;
  if (Array.isArray(items) && items.length > 0 && items.length <= MAXIMUM_ITEMS) return items;
  throw failure(
    "ValidationException",
    "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
      `Member must have length less than or equal to ${MAXIMUM_ITEMS} and greater than or equal to 1`,
  );
}

async function prepareOne(item: Item, store: Store): Promise<Write> {
  const [kind, ...others] = Object.keys(item).filter((key) => item[key] != null);
  const operation = kind === undefined ? undefined : kinds[kind];
  if (kind === undefined || !operation || others.length > 0) {
    throw failure(
      "ValidationException",
      "TransactItems can only contain one of Check, Put, Update or Delete",
    );
  }
  const input = item[kind] as Item;
  if (kind === "ConditionCheck" && typeof input.ConditionExpression !== "string") {
    throw failure("ValidationException", "The expression of a ConditionCheck can not be empty");
  }
  return prepareWrite(operation, input, store, kind === "ConditionCheck");
}

/** The planned write, or the reason for which the transaction is cancelled. */
async function plan(write: Write, store: Store): Promise<PlannedWrite | Reason> {
  try {
    return await planWrite(write, store);
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { __type, message = "", ...more } = error.body;
    const Code = __type.endsWith("#ConditionalCheckFailedException")
      ? "ConditionalCheckFailed"
      : "ValidationError";
    return { Code, Message: message, ...more };
  }
}

const none: Reason = { Code: "None" };
const conflict: Reason = { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };

function cancelled(reasons: readonly Reason[]) {
  const codes = reasons.map((reason) => reason.Code).join(", ");
  return failure(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}

async function prepareGets(input: Item, store: Store) {
  const gets = await Promise.all(
    itemsOf(input).map(async (item) => {
      const given = item.Get as Item | undefined;
      if (!given) throw failure("ValidationException", "TransactItems can only contain Get");
      const checked = validate("GetItem", { ...given, ConsistentRead: true }, store);
      return { input: checked, key: keyOf(checked, await getTable(store, String(checked.TableName))) };
    }),
  );
  refuseTwice(gets);
  return gets;
}
