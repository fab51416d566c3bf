// The sparse index `due`: a record is in it only while a schedule must look at it.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Item, Table } from "./dynamodb.ts";
import type { Due } from "./versioned-store.ts";

/** Enough partitions that none is hot, few enough that a sweep asks them all. */
const SHARDS = 8;

/**
 * The attributes that put a record into the index, or none. Its id ends in a random hex digit. Records of
 * another kind than orders, which another schedule looks at, have shards of their own, named after the kind.
 */
export function dueAttributes(
  id: string,
  dueAt: string | undefined,
  kind = "",
): { dueShard?: string; dueAt?: string } {
  if (dueAt === undefined) return {};
  return { dueShard: `${kind}${Number.parseInt(id.slice(-1), 16) % SHARDS}`, dueAt };
}

/**
 * The orders of due records, from keys such as `PAY#ord_…`, the oldest first; from each shard as many, so
 * that a long one keeps no other waiting. The index lags behind the table: load each before acting on it.
 */
export function queryDue(table: Table, now: number, limit: number, kind = ""): Promise<Due> {
  const until = new Date(now).toISOString();
  return pageOf(
    table,
    { until, limit },
    Array.from({ length: SHARDS }, (_, n) => ({ shard: `${kind}${n}` })),
  );
}

/** Where a shard is read on; one that was read to its end is left out. */
type Place = { shard: string; after?: Item };
type Asked = { until: string; limit: number };

async function pageOf(table: Table, { limit, until }: Asked, places: readonly Place[]): Promise<Due> {
  const { client, tableName } = table;
  const pages = await Promise.all(
    places.map(({ after, shard }) =>
      client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: "due",
          KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
          ExpressionAttributeValues: { ":shard": shard, ":now": until },
          Limit: Math.ceil(limit / SHARDS),
          ...(after && { ExclusiveStartKey: after }),
        }),
      ),
    ),
  );
  const keys = pages.flatMap((page) => page.Items ?? []);
  const left = places.flatMap(({ shard }, n): Place[] => {
    const after = pages[n]?.LastEvaluatedKey;
    return after ? [{ shard, after }] : [];
  });
  return {
    orderIds: keys
      .toSorted((a, b) => (String(a.dueAt) < String(b.dueAt) ? -1 : 1))
      .map((key) => String(key.pk).replace(/^\w+#/, "")),
    more: left.length > 0,
    ...(left.length > 0 && { next: () => pageOf(table, { limit, until }, left) }),
  };
}
