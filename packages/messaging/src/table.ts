// The DynamoDB table a manifest asks for, as CreateTable takes it.
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { TableManifest } from "./manifest.ts";

export function createTableInput(
  tableName: string,
  table: Pick<TableManifest, "indexes">,
): CreateTableCommandInput {
  const indexes = Object.entries(table.indexes);
  const keys = indexes
    .flatMap(([, index]) => [index.partitionKey, index.sortKey])
    .filter((key) => key !== undefined);
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...new Set(["pk", "sk", ...keys])].map((name) => ({
      AttributeName: name,
      AttributeType: "S",
    })),
    KeySchema: keySchema("pk", "sk"),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(([name, index]) => ({
        IndexName: name,
        KeySchema: keySchema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: index.projection === "all" ? "ALL" : "KEYS_ONLY" },
      })),
    }),
  };
}

function keySchema(partitionKey: string, sortKey: string | undefined) {
  return [
    { AttributeName: partitionKey, KeyType: "HASH" as const },
    ...(sortKey ? [{ AttributeName: sortKey, KeyType: "RANGE" as const }] : []),
  ];
}
