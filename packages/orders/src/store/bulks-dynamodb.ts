// The records of bulk orders in DynamoDB: a head, its rows in chunks, an item for each row that has ended.
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { dueAttributes, queryDue } from "@order-saga/messaging/due";
import {
  batchGet,
  type Item,
  overVersionBefore,
  type Table,
  transact,
  type Writes,
  writeIf,
} from "@order-saga/messaging/dynamodb";
import { again, retry } from "@order-saga/messaging/retry";
import { bulkChunk, bulkRow, bulkTally } from "@order-saga/protocol/bulk-records";
import type { NumberedKind } from "@order-saga/protocol/numbered-kind";
import { bulkRecord, orderRecord } from "@order-saga/protocol/records";
import { type Bulk, noRows, type Outcome, partOf, type Row, type Tally } from "../bulk/bulk.ts";
import type { BulkStore } from "../bulk/ports.ts";

/** Bulks are due in shards of their own, so that their schedule asks for no order. */
const DUE_KIND = "bulk-";
/** Two transactions about the same ids refuse each other, and neither has written then. */
const CREATE_ATTEMPTS = 10;
/** DynamoDB's limit of a BatchGetItem. */
const MAXIMUM_KEYS = 100;

export function createBulkStore(table: Table): BulkStore {
  return {
    ...headsAndRows(table),
    ...endings(table),
    due: (now, limit) => queryDue(table, now, limit, DUE_KIND),
  };
}

function headsAndRows(table: Table): Pick<BulkStore, "load" | "create" | "save" | "rows"> {
  const { client, tableName: TableName } = table;
  const ConditionExpression = "attribute_not_exists(pk)";

  async function load(bulkId: string): Promise<Bulk | undefined> {
    const answer = await client.send(
      new GetCommand({ TableName, Key: bulkRecord.key(bulkId), ConsistentRead: true }),
    );
    return answer.Item && toBulk(answer.Item);
  }

  const firstOf = async (ids: readonly string[]) =>
    (await Promise.all(ids.map(load))).find((each) => each !== undefined);

  return {
    load,

    async create(bulk, chunks, otherIds) {
      const ids = [bulk.bulkId, ...otherIds];
      const earlier = await firstOf(ids);
      if (earlier) return earlier;
      for (const [number, rows] of chunks.entries())
        await client.send(new PutCommand({ TableName, Item: { ...chunkKey(bulk, number), rows } }));
      const exhausted = () => new Error(`The bulk ${bulk.bulkId} was there and is gone.`);
      return retry({ attempts: CREATE_ATTEMPTS, exhausted }, async () => {
        const codes = await transact(table, [
          { Put: { TableName, Item: toItem(bulk), ConditionExpression } },
          ...otherIds.map((id) => ({
            ConditionCheck: { TableName, Key: bulkRecord.key(id), ConditionExpression },
          })),
        ]);
        return codes ? ((await firstOf(ids)) ?? again) : bulk;
      });
    },

    save: (next) =>
      writeIf(() =>
        client.send(new PutCommand({ TableName, Item: toItem(next), ...overVersionBefore(next.version) })),
      ),

    async rows(bulk) {
      const keys = Array.from({ length: bulk.chunks }, (_, number) => chunkKey(bulk, number));
      const items = await batchGet(table, keys);
      return items.flatMap(({ rows }) => rows as Row[]).sort((a, b) => a.row - b.row);
    },
  };
}

function endings(table: Table): Pick<BulkStore, "settle" | "refuse" | "tallies" | "outcomes"> {
  const { tableName: TableName } = table;

  /** By their numbers, those that are there. */
  async function numbered<T>(
    kind: NumberedKind,
    bulkId: string,
    { numbers, read }: { numbers: readonly number[]; read: (item: Item) => T },
  ): Promise<Map<number, T>> {
    const items: Item[] = [];
    for (let from = 0; from < numbers.length; from += MAXIMUM_KEYS) {
      const keys = numbers.slice(from, from + MAXIMUM_KEYS).map((number) => kind.key(bulkId, number));
      items.push(...(await batchGet(table, keys)));
    }
    return new Map(items.map((item) => [kind.number(String(item.sk)), read(item)]));
  }

  function ending(bulkId: string, row: number, outcome: Outcome): Writes {
    const Item = { ...bulkRow.key(bulkId, row), ...outcome };
    return [
      { Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" } },
      { Update: { TableName, Key: bulkTally.key(bulkId, partOf(row)), ...counting(outcome) } },
    ];
  }

  return {
    async settle(bulkId, row, outcome) {
      const codes = await transact(table, ending(bulkId, row, outcome));
      if (!codes) return "written";
      return codes[0] === "ConditionalCheckFailed" ? "known" : "conflict";
    },

    async refuse(bulkId, row, outcome) {
      const Key = orderRecord.key(outcome.orderId);
      const unplaced = { TableName, Key, ConditionExpression: "attribute_not_exists(pk)" };
      const codes = await transact(table, [...ending(bulkId, row, outcome), { ConditionCheck: unplaced }]);
      if (!codes) return "written";
      if (codes[0] === "ConditionalCheckFailed") return "known";
      return codes[2] === "ConditionalCheckFailed" ? "placed" : "conflict";
    },

    tallies: (bulkId, parts) => numbered(bulkTally, bulkId, { numbers: parts, read: toTally }),
    outcomes: (bulkId, rows) => numbered(bulkRow, bulkId, { numbers: rows, read: toOutcome }),
  };
}

/** Two requests with one key and different rows keep them apart; only the first one's head is made. */
const chunkKey = ({ bulkId, fingerprint }: Bulk, number: number) =>
  bulkChunk.key(bulkId, number, `${fingerprint}#`);

function counting(outcome: Outcome) {
  const amount = outcome.state === "confirmed" ? outcome.amount : 0;
  return {
    UpdateExpression: "ADD #state :one, amount :amount",
    ExpressionAttributeNames: { "#state": outcome.state },
    ExpressionAttributeValues: { ":one": 1, ":amount": amount },
  };
}

function toItem(bulk: Bulk): Item {
  const { bulkId, dueAt, ...rest } = bulk;
  return { ...bulkRecord.key(bulkId), ...rest, ...dueAttributes(bulkId, dueAt, DUE_KIND) };
}

export function toBulk({ pk, sk: _sk, dueShard: _shard, ...rest }: Item): Bulk {
  return { bulkId: bulkRecord.id(String(pk)), ...rest } as unknown as Bulk;
}

function toTally({ amount, cancelled, confirmed, rejected }: Item): Tally {
  return { ...noRows, ...defined({ confirmed, rejected, cancelled, amount }) };
}

const defined = (counts: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined));

function toOutcome({ pk: _pk, sk: _sk, ...outcome }: Item): Outcome {
  return outcome as unknown as Outcome;
}
