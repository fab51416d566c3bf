// Asks the endpoint for everything the functions will do there, in ways that change nothing: a refusal is
// then said at the start.
import {
  BatchGetItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { ServiceManifest, TableManifest } from "@order-saga/messaging";
import { naming } from "../aws-refusal.ts";
import type { AwsClients, Named } from "../provision.ts";
import { BUS_NAME } from "../source-folders.ts";

/**
 * Rejects with AwsRefusal at what is not permitted. Receiving is not asked for, since it would take a
 * message; the polls say it.
 */
export async function checkPermissions(
  services: readonly ServiceManifest[],
  clients: AwsClients,
  named: Named,
): Promise<void> {
  await Promise.all([
    ...services.map(({ name, table }) => checkTable(named(name), table, clients)),
    checkBus(named(BUS_NAME), clients),
  ]);
}

/** A key that no item has, and a condition that is never true. */
const Key = { pk: { S: "permission" }, sk: { S: "permission" } };
const ConditionExpression = "attribute_exists(pk) AND attribute_not_exists(pk)";

async function checkTable(TableName: string, table: TableManifest, { dynamodb }: AwsClients): Promise<void> {
  const resource = `the table ${TableName}`;
  const may = (operation: string, action: string, ask: () => Promise<unknown>, of = resource) =>
    naming({ operation, action: `dynamodb:${action}`, resource: of }, () => unlessUnfulfilled(ask));
  const condition = { TableName, Key, ConditionExpression };
  await Promise.all([
    may("GetItem", "GetItem", () => dynamodb.send(new GetItemCommand({ TableName, Key }))),
    may("BatchGetItem", "BatchGetItem", () =>
      dynamodb.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
    ),
    may("PutItem", "PutItem", () =>
      dynamodb.send(new PutItemCommand({ TableName, Item: Key, ConditionExpression })),
    ),
    may("UpdateItem", "UpdateItem", () => dynamodb.send(new UpdateItemCommand(condition))),
    may("TransactWriteItems", "ConditionCheckItem", () =>
      dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: condition }] })),
    ),
    ...Object.entries(table.indexes).map(([IndexName, { partitionKey }]) => {
      const query = {
        TableName,
        IndexName,
        KeyConditionExpression: "#key = :key",
        ExpressionAttributeNames: { "#key": partitionKey },
        ExpressionAttributeValues: { ":key": Key.pk },
      };
      const index = `the index ${IndexName} of ${resource}`;
      return may("Query", "Query", () => dynamodb.send(new QueryCommand(query)), index);
    }),
  ]);
}

/**
 * EventBridge refuses the entry, whose detail is no JSON, but only if it would have taken it from this
 * caller.
 */
async function checkBus(EventBusName: string, { eventBridge }: AwsClients): Promise<void> {
  const entry = { EventBusName, Source: "permission", DetailType: "permission", Detail: "no JSON" };
  await naming(
    { operation: "PutEvents", action: "events:PutEvents", resource: `the bus ${EventBusName}` },
    () => eventBridge.send(new PutEventsCommand({ Entries: [entry] })),
  );
}

async function unlessUnfulfilled(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    const isUnfulfilled =
      error instanceof Error &&
      /^(ConditionalCheckFailedException|TransactionCanceledException)$/.test(error.name);
    if (!isUnfulfilled) throw error;
  }
}
