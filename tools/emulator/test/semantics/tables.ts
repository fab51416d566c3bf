// The table that the DynamoDB behaviours share, tables of their own, and what is done with them.
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  type CreateTableCommandInput,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { World } from "./behaviour.ts";

export type Item = Record<string, AttributeValue>;

export const key = (id: string, nr = "0") => ({ id: { S: id }, nr: { N: nr } });
export const n = (value: number | string) => ({ N: String(value) });
export const s = (value: string) => ({ S: value });

export const definitionOf = (TableName: string): CreateTableCommandInput => ({
  TableName,
  KeySchema: [
    { AttributeName: "id", KeyType: "HASH" },
    { AttributeName: "nr", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "nr", AttributeType: "N" },
    { AttributeName: "open", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byOpen",
      KeySchema: [
        { AttributeName: "open", KeyType: "HASH" },
        { AttributeName: "nr", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["shown"] },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
});

const tables = new WeakMap<World, Promise<string>>();

/** Of its own for a behaviour; returns its name. */
export async function newTable(
  { dynamodb, unique }: World,
  definition: Partial<CreateTableCommandInput> = {},
): Promise<string> {
  const TableName = unique("table");
  await dynamodb.send(new CreateTableCommand({ ...definitionOf(TableName), ...definition }));
  await untilActive(dynamodb, TableName);
  return TableName;
}

export const untilActive = (client: World["dynamodb"], TableName: string) =>
  waitUntilTableExists({ client, maxWaitTime: 120, minDelay: 0.05, maxDelay: 2 }, { TableName });

/** Operations on the one table that all behaviours share; each behaviour uses its own keys. */
export async function aTable(world: World) {
  const made = tables.get(world) ?? newTable(world);
  tables.set(world, made);
  const TableName = await made;
  const { dynamodb } = world;
  return {
    TableName,
    put: (Item: Item, more: Partial<PutItemCommandInput> = {}) =>
      dynamodb.send(new PutItemCommand({ TableName, Item, ...more })),
    get: async (Key: Item) =>
      (await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item,
    update: (Key: Item, UpdateExpression: string, more: Partial<UpdateItemCommandInput> = {}) =>
      dynamodb.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ...more })),
    query: (input: Partial<QueryCommandInput>) => dynamodb.send(new QueryCommand({ TableName, ...input })),
    transact: (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
      dynamodb.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken })),
    /** Tries a condition on an item. */
    holds: (Key: Item, ConditionExpression: string, values?: Item, names?: Record<string, string>) =>
      dynamodb
        .send(
          new UpdateItemCommand({
            TableName,
            Key,
            ConditionExpression,
            ExpressionAttributeValues: values,
            ExpressionAttributeNames: names,
          }),
        )
        .then(
          () => true,
          (error) => {
            if (error instanceof ConditionalCheckFailedException) return false;
            throw error;
          },
        ),
  };
}

export const invalid = { name: "ValidationException" };
export const byId = (id: string) => ({
  KeyConditionExpression: "id = :id",
  ExpressionAttributeValues: { ":id": s(id) },
});

export const fill = async (
  table: Awaited<ReturnType<typeof aTable>>,
  id: string,
  count: number,
  more: Item = {},
) => {
  for (let at = 0; at < count; at++) await table.put({ ...key(id, String(at)), ...more });
};
/** The sort keys of what was found. */
export const places = (found: { Items?: Item[] | undefined }) => found.Items?.map(({ nr }) => Number(nr?.N));
