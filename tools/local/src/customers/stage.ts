// The same at a deployed stage, over its tables, with the operator's own credentials.
import { DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createKeyStore } from "@order-saga/messaging/personal-data/dynamodb";
import { createOpen } from "@order-saga/messaging/personal-data/personal-data";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { stageName } from "@order-saga/services/names";
import { exportOf, type Tables } from "./customer-data.ts";
import { forget } from "./forget.ts";

export async function atStage(
  stage: string,
  what: "forget" | "export",
  sub: string,
  dynamodb = new DynamoDBClient({}),
): Promise<object> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  const tables: Tables = { client, named: await namesOf(stage, dynamodb) };
  if (what === "forget") return forget(tables, sub, Date.now());
  const keys = createKeyStore({ client, tableName: tables.named(KEYS_TABLE) });
  return exportOf(tables, sub, createOpen(keys));
}

/** A restored table takes its service's name in `TABLE_<SERVICE>`, as in the stage's own settings. */
async function namesOf(stage: string, client: DynamoDBClient): Promise<Tables["named"]> {
  const prefix = stageName(stage, "");
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {}))
    names.push(...TableNames.filter((name) => name.startsWith(prefix)));
  return (table) => {
    const setting = process.env[`TABLE_${table.toUpperCase()}`];
    const found = names.filter((name) => name.toLowerCase().startsWith(`${prefix}${table}`));
    if (setting) return setting;
    if (found.length === 1 && found[0] !== undefined) return found[0];
    const seen = found.length === 0 ? "no table" : `${found.length} tables (${found.join(", ")})`;
    throw new Error(`The stage ${stage} has ${seen} of ${table}; say which by TABLE_${table.toUpperCase()}.`);
  };
}
