// A service's table, with the indexes of its manifest; only that service's functions are granted it.
import type { ServiceManifest } from "@order-saga/messaging";
import { writesFor } from "./fit.ts";
import { logicalName } from "./naming.ts";
import { quotas } from "./quotas.ts";
import type { Settings } from "./settings.ts";

export type Table = { readonly table: sst.aws.Dynamo; readonly indexes: readonly string[] };

/**
 * `restored` names a table that is there already and takes the place of the service's own. A name of its own
 * in Pulumi keeps the two apart: the stage's own table leaves the stack as `removal` in sst.config.ts says.
 */
export function createTable(
  { name, table: { indexes } }: ServiceManifest,
  { production, warmOrdersPerSecond }: Pick<Settings, "production" | "warmOrdersPerSecond">,
  restored: string | undefined,
): Table {
  if (restored !== undefined) {
    const table = sst.aws.Dynamo.get(logicalName(name, "restored"), restored);
    return { table, indexes: Object.keys(indexes) };
  }
  const keys = Object.values(indexes).flatMap((each) => [
    each.partitionKey,
    ...(each.sortKey ? [each.sortKey] : []),
  ]);
  const table = new sst.aws.Dynamo(logicalName(name), {
    fields: Object.fromEntries(["pk", "sk", ...keys].map((key) => [key, "string" as const])),
    primaryIndex: { hashKey: "pk", rangeKey: "sk" },
    globalIndexes: Object.fromEntries(
      Object.entries(indexes).map(([index, { partitionKey, sortKey, projection }]) => [
        index,
        {
          hashKey: partitionKey,
          ...(sortKey && { rangeKey: sortKey }),
          projection: projection === "keys" ? ("keys-only" as const) : ("all" as const),
        },
      ]),
    ),
    deletionProtection: production,
    transform: {
      table: (args, options) => {
        // Explicit, so that no provider default can change them; no TTL on records that protect money.
        args.pointInTimeRecovery = { enabled: true };
        args.serverSideEncryption = { enabled: true };
        if (warmOrdersPerSecond !== undefined) warm(args, name, warmOrdersPerSecond);
        // DynamoDB raises it by itself and never lowers it: for a lower one the provider would make a new
        // table without the items (Pulumi's aws.dynamodb.Table, "warmThroughput").
        options.ignoreChanges = ["warmThroughput", "globalSecondaryIndexes[*].warmThroughput"];
        return undefined;
      },
    },
  });
  return { table, indexes: Object.keys(indexes) };
}

/** Readies a new table and its indexes for so many orders a second, where a new one takes less. */
function warm(args: aws.dynamodb.TableArgs, service: ServiceManifest["name"], ordersPerSecond: number): void {
  const { index, table } = writesFor(service, ordersPerSecond);
  const from = (writes: number) => ({
    writeUnitsPerSecond: Math.max(quotas.freshWrites.value, writes),
    readUnitsPerSecond: quotas.freshReads.value,
  });
  if (table > quotas.freshWrites.value) args.warmThroughput = from(table);
  if (index > quotas.freshWrites.value)
    args.globalSecondaryIndexes = $output(args.globalSecondaryIndexes ?? []).apply((each) =>
      each.map((given) => ({ ...given, warmThroughput: from(index) })),
    );
}
