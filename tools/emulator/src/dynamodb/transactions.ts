// TransactWriteItems and TransactGetItems, with AWS's semantics (DynamoDB API reference).

import { type ContendedTables, messageOf } from "./contention/contended-tables.ts";
import { writeOf } from "./contention/demands.ts";
import type { Throttle } from "./contention/throughput.ts";
import { failure, invalid, isFailure } from "./errors.ts";
import { openTokens, sameText } from "./idempotency-tokens.ts";
import { type Input, isMap, optionalList, optionalText } from "./input.ts";
import { bytesOf, demandOf, get, prepareGet } from "./reads.ts";
import type { Rows } from "./rows.ts";
import type { TableRegistry } from "./table-registry.ts";
import type { Item } from "./values.ts";
import { idOf, type Planned, plan, prepareWrite, type Write, type WriteKind } from "./write.ts";

type Reason = { Code: string; Message?: string; Item?: Item };

const MAXIMUM_ITEMS = 100;
const MAXIMUM_BYTES = 4 * 1024 * 1024;
const kinds: readonly string[] = ["Put", "Update", "Delete", "ConditionCheck"] satisfies WriteKind[];

export type Transactions = {
  write(input: Input): Promise<object>;
  get(input: Input): object;
  /** True if a transaction is writing the item. */
  holds(write: Pick<Write, "key" | "table">): boolean;
};

/**
 * A transaction holds its items from its arrival until it commits: one turn of the event loop later, or as
 * long as tables are contended. A request for them in between conflicts with it, as in AWS, where
 * transactions take time.
 */
export function createTransactions(
  registry: TableRegistry,
  rows: Rows,
  now: () => number,
  contended: ContendedTables,
): Transactions {
  const tokens = openTokens(rows, now);
  const held = new Set<string>();

  function refuseHeld(ids: readonly string[]): void {
    if (ids.some((id) => held.has(id))) throw cancelled(ids.map((id) => (held.has(id) ? conflict : none)));
  }

  /** Throws if the tables have no room for all of it; each takes the items that are its own. */
  function refuseThrottled(writes: readonly Write[]): void {
    for (const [at, { key, table }] of writes.entries()) {
      const before = () => rows.get(table.space, key) as Item | undefined;
      const throttle = contended.take(table.name, () => [writeOf(key, before())]);
      if (throttle) throw throttledAt(at, writes.length, throttle);
    }
  }

  async function write(input: Input): Promise<object> {
    const items = itemsOf(input);
    const request = tokens.begin(optionalText(input, "ClientRequestToken"), () => sameText(items));
    if (request === "repeated") return {};
    try {
      const writes = items.map((item) => prepareOne(item, registry));
      const ids = writes.map(idOf);
      refuseTwice(ids);
      refuseThrottled(writes);
      refuseHeld(ids);
      for (const id of ids) held.add(id);
      try {
        await contended.transaction();
        const planned = writes.map((each) => planOrReason(each, rows));
        const reasons = planned.map((each) => ("Code" in each ? each : none));
        if (reasons.some((reason) => reason !== none)) throw cancelled(reasons);
        refuseTooLarge((planned as Planned[]).map(({ bytes }) => bytes));
        for (const [at, each] of (planned as Planned[]).entries()) {
          const { name } = (writes[at] as Write).table;
          const throttle = contended.take(name, each.indexDemands);
          if (throttle) throw throttledAt(at, writes.length, throttle);
          contended.charge(name, () => [each.demand()]);
        }
        const changes = (planned as Planned[]).flatMap((each) => each.changes);
        rows.commit([...changes, ...request.record()]);
        request.remember();
        return {};
      } finally {
        for (const id of ids) held.delete(id);
      }
    } finally {
      request.end();
    }
  }

  return {
    write,
    get(input) {
      const gets = itemsOf(input).map((item) => {
        if (!isMap(item.Get)) throw invalid("TransactItems can only contain Get");
        return prepareGet(item.Get, registry);
      });
      const ids = gets.map(idOf);
      refuseTwice(ids);
      refuseHeld(ids);
      for (const [at, each] of gets.entries()) {
        const throttle = contended.take(each.table.name, () => [demandOf(each, rows), demandOf(each, rows)]);
        if (throttle) throw throttledAt(at, gets.length, throttle);
      }
      refuseTooLarge(gets.map((each) => bytesOf(each, rows)));
      const found = gets.map((each) => get(each, rows));
      return { Responses: found.map((Item) => (Item ? { Item } : {})) };
    },
    holds: (one) => held.has(idOf(one)),
  };
}

/** The items' own bytes, not those of the request. */
function refuseTooLarge(sizes: readonly number[]): void {
  if (sizes.reduce((sum, bytes) => sum + bytes, 0) > MAXIMUM_BYTES)
    throw invalid("Transaction request cannot exceed 4 MB");
}

function refuseTwice(ids: readonly string[]): void {
  if (new Set(ids).size === ids.length) return;
  throw invalid("Transaction request cannot include multiple operations on one item");
}

function itemsOf(input: Input): Input[] {
  const items = optionalList(input, "TransactItems") ?? [];
  if (items.length > 0 && items.length <= MAXIMUM_ITEMS)
    return items.map((item) => (isMap(item) ? item : {}));
  throw invalid(
    "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
      `Member must have length less than or equal to ${MAXIMUM_ITEMS} and greater than or equal to 1`,
  );
}

function prepareOne(item: Input, registry: TableRegistry): Write {
  const [kind = "", ...others] = Object.keys(item).filter((key) => item[key] != null);
  const input = item[kind];
  if (!kinds.includes(kind) || others.length > 0 || !isMap(input))
    throw invalid("TransactItems can only contain one of Check, Put, Update or Delete");
  if (kind === "ConditionCheck" && typeof input.ConditionExpression !== "string")
    throw invalid("The expression of a ConditionCheck can not be empty");
  return prepareWrite(kind as WriteKind, input, registry);
}

/** The planned write, or the reason that cancels the transaction. */
function planOrReason(write: Write, rows: Rows): Planned | Reason {
  try {
    return plan(write, rows);
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { __type, message = "", ...more } = error.body;
    const isCondition = __type.endsWith("#ConditionalCheckFailedException");
    return { Code: isCondition ? "ConditionalCheckFailed" : "ValidationError", Message: message, ...more };
  }
}

const throttledAt = (at: number, count: number, throttle: Throttle) =>
  cancelled(
    Array.from({ length: count }, (_, index) =>
      index === at ? { Code: "ThrottlingError", Message: messageOf(throttle) } : none,
    ),
  );

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
