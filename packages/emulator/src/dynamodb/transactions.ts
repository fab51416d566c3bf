// TransactWriteItems and TransactGetItems over dynalite, with AWS's semantics (DynamoDB API reference).
import { createHash } from "node:crypto";
import {
  type Change,
  failure,
  type Item,
  isFailure,
  perform,
  type Store,
  validate,
} from "./dynalite.ts";
import type { Locks } from "./locks.ts";
import { type PlannedWrite, planWrite, prepareWrite, type Write, type WriteOperation } from "./writes.ts";

type Reason = { Code: string; Message?: string; Item?: Item };

const MAXIMUM_ITEMS = 100;
const MAXIMUM_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFETIME_MILLISECONDS = 10 * 60_000;
const TOKEN_PREFIX = "transaction-token~";

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
    const repeated = tokens.check(input);
    if (repeated) return {};
    const writes = await prepare(input, store);
    const release = await locks.forTransaction(writes.map((each) => each.key));
    if (typeof release !== "function") {
      throw cancelled(writes.map(({ key }) => (release.conflicts.has(key) ? conflict : none)));
    }
    try {
      const planned = await Promise.all(writes.map((each) => plan(each, store)));
      const reasons = planned.map((each) => ("Code" in each ? each : none));
      if (reasons.some((reason) => reason !== none)) throw cancelled(reasons);
      const changes = (planned as PlannedWrite[]).flatMap((each) => each.changes);
      await store.db.batch([...changes, ...tokens.remember(input)]);
      return {};
    } finally {
      release();
    }
  }

  return { write, get: (input) => get(input, store) };
}

async function prepare(input: Item, store: Store): Promise<Write[]> {
  const items = input.TransactItems;
  if (!Array.isArray(items) || items.length === 0 || items.length > MAXIMUM_ITEMS) {
    throw failure(
      "ValidationException",
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${MAXIMUM_ITEMS} and greater than or equal to 1`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(items)) > MAXIMUM_BYTES) {
    throw failure("ValidationException", "Transaction request cannot exceed 4 MB");
  }
  const writes = await Promise.all(items.map((item) => prepareOne(item as Item, store)));
  if (new Set(writes.map((each) => each.key)).size < writes.length) {
    throw failure(
      "ValidationException",
      "Transaction request cannot include multiple operations on one item",
    );
  }
  return writes;
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
  const table = await getTable(store, String(input.TableName));
  return prepareWrite(operation, input, table, store, kind === "ConditionCheck");
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

async function get(input: Item, store: Store): Promise<Item> {
  const items = input.TransactItems;
  if (!Array.isArray(items) || items.length === 0 || items.length > MAXIMUM_ITEMS) {
    throw failure("ValidationException", `TransactItems must hold 1 to ${MAXIMUM_ITEMS} gets`);
  }
  const gets = items.map((item) => {
    const given = (item as { Get?: Item }).Get;
    if (!given) throw failure("ValidationException", "TransactItems can only contain Get");
    return validate("GetItem", { ...given, ConsistentRead: true }, store);
  });
  // The reads are started in one turn, and commits are one batch each, so no commit lies between two of them.
  const answers = await Promise.all(gets.map((each) => perform("GetItem", store, each)));
  return { Responses: answers.map((answer) => (answer.Item ? { Item: answer.Item } : {})) };
}

/** Client request tokens: the same request again within ten minutes is answered without another effect. */
async function openTokens(store: Store, now: () => number) {
  type Token = { fingerprint: string; at: number };
  const known = new Map<string, Token>();
  await store.db.open();
  for await (const [key, value] of store.db.iterator({ gte: TOKEN_PREFIX, lt: `${TOKEN_PREFIX}\uffff` })) {
    known.set(key.slice(TOKEN_PREFIX.length), value as Token);
  }
  const fingerprintOf = (input: Item) =>
    createHash("sha256").update(JSON.stringify(input.TransactItems)).digest("base64");
  const isLive = (token: Token | undefined) =>
    token !== undefined && token.at > now() - TOKEN_LIFETIME_MILLISECONDS;

  return {
    /** True if this very request was carried out already; throws if the token came with another one. */
    check(input: Item): boolean {
      const token = known.get(String(input.ClientRequestToken ?? ""));
      if (!token || !isLive(token)) return false;
      if (token.fingerprint === fingerprintOf(input)) return true;
      throw failure(
        "IdempotentParameterMismatchException",
        "The request uses the same token with other parameters",
      );
    },
    /** The changes that make the token known, and forget those that are too old. */
    remember(input: Item): Change[] {
      if (input.ClientRequestToken === undefined) return [];
      const token = String(input.ClientRequestToken);
      const changes: Change[] = [];
      for (const [old, value] of known) {
        if (isLive(value)) break;
        known.delete(old);
        changes.push({ type: "del", key: TOKEN_PREFIX + old });
      }
      const value = { fingerprint: fingerprintOf(input), at: now() };
      known.set(token, value);
      changes.push({ type: "put", key: TOKEN_PREFIX + token, value });
      return changes;
    },
  };
}
