// The sparse index `due`: a record is in it only while a schedule must look at it.
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./dynamodb.ts";
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
 * The orders of due records, from keys such as `PAY#ord_…`.
 * The index lags behind the table, so load each record before acting on it.
 */
export async function queryDue(
  { client, tableName }: Table,
  now: number,
  limit: number,
  kind = "",
): Promise<Due> {
  const pages = await Promise.all(
    Array.from({ length: SHARDS }, (_, shard) =>
      client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: "due",
          KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
          ExpressionAttributeValues: { ":shard": `${kind}${shard}`, ":now": new Date(now).toISOString() },
          Limit: Math.ceil(limit / SHARDS),
        }),
      ),
    ),
  );
  return {
    orderIds: pages.flatMap((page) => page.Items ?? []).map((key) => String(key.pk).replace(/^\w+#/, "")),
    more: pages.some((page) => page.LastEvaluatedKey !== undefined),
  };
}
