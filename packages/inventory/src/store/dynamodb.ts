// Inventory's records in DynamoDB: a reservation and the counters of its SKUs change in one transaction.
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { StockLevel } from "@order-saga/contracts";
import { dueAttributes, queryDue } from "@order-saga/messaging/due";
import { cancellationCodes, isConditionFailed } from "@order-saga/messaging/dynamodb";
import { adjustmentId, adjustmentRecord, reservationRecord, stockRecord } from "@order-saga/protocol/records";
import type { Movement, Reservation } from "../reservation.ts";
import type { Adjustment, InventoryStore, WriteResult } from "./store.ts";

type Writes = NonNullable<TransactWriteCommandInput["TransactItems"]>;
type Table = { client: DynamoDBDocumentClient; tableName: string };

const adjustmentKey = ({ key, principal }: Adjustment) => adjustmentRecord.key(adjustmentId(principal, key));

export function createDynamoDbStore(table: Table): InventoryStore {
  const { client, tableName: TableName } = table;
  const read = async (Key: { pk: string; sk: string }) =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

  return {
    async load(orderId) {
      const item = await read(reservationRecord.key(orderId));
      return item && toReservation(item);
    },

    async level(sku) {
      const item = await read(stockRecord.key(sku));
      return item && toLevel(item);
    },

    async available(skus) {
      const levels = await readLevels(table, skus.map(stockRecord.key));
      return new Map(levels.map(({ sku, available }) => [sku, available]));
    },

    async reserve(reservation) {
      const codes = await transact(table, [
        putReservation(TableName, reservation),
        ...reservation.lines.map(({ sku, quantity }) => ({
          Update: {
            TableName,
            Key: stockRecord.key(sku),
            UpdateExpression: "SET available = available - :q, reserved = reserved + :q",
            ConditionExpression: "available >= :q",
            ExpressionAttributeValues: { ":q": quantity },
          },
        })),
      ]);
      if (!codes) return "written";
      if (codes[0] === "ConditionalCheckFailed") return "exists";
      return codes.includes("ConditionalCheckFailed") ? "short" : "conflict";
    },

    async write(next, movement) {
      if (!movement) return putAlone(table, next);
      const codes = await transact(table, [
        putReservation(TableName, next),
        ...next.lines.map(({ sku, quantity }) => moveStock(TableName, sku, quantity, movement)),
      ]);
      if (!codes) return "written";
      return codes.includes("ConditionalCheckFailed") ? "lost" : "conflict";
    },

    async adjust(adjustment) {
      const codes = await transact(table, [
        {
          Put: {
            TableName,
            Item: { ...adjustmentKey(adjustment), sku: adjustment.sku, delta: adjustment.delta },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        adjustStock(TableName, adjustment),
      ]);
      if (!codes) return "written";
      if (codes[0] === "ConditionalCheckFailed") {
        const known = await read(adjustmentKey(adjustment));
        return known?.sku === adjustment.sku && known?.delta === adjustment.delta ? "repeated" : "reused";
      }
      return codes[1] === "ConditionalCheckFailed" ? "short" : "conflict";
    },

    async answered(adjustment, answer) {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName,
          Key: adjustmentKey(adjustment),
          UpdateExpression: "SET answer = if_not_exists(answer, :answer)",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: { ":answer": answer },
          ReturnValues: "ALL_NEW",
        }),
      );
      return toLevel(Attributes?.answer as Record<string, unknown>);
    },

    due: (now, limit) => queryDue(table, now, limit),
  };
}

/** Written anew, or over the version before it. */
function putReservation(TableName: string, reservation: Reservation) {
  const isNew = reservation.version === 1;
  return {
    Put: {
      TableName,
      Item: {
        ...reservationRecord.key(reservation.orderId),
        ...reservation,
        ...dueAttributes(reservation.orderId, reservation.dueAt),
      },
      ConditionExpression: isNew ? "attribute_not_exists(pk)" : "version = :before",
      ...(!isNew && { ExpressionAttributeValues: { ":before": reservation.version - 1 } }),
    },
  };
}

async function putAlone({ client, tableName }: Table, reservation: Reservation): Promise<WriteResult> {
  try {
    await client.send(new PutCommand(putReservation(tableName, reservation).Put));
    return "written";
  } catch (error) {
    if (isConditionFailed(error)) return "lost";
    if (error instanceof Error && error.name === "TransactionConflictException") return "conflict";
    throw error;
  }
}

function moveStock(TableName: string, sku: string, quantity: number, { from, to }: Movement) {
  return {
    Update: {
      TableName,
      Key: stockRecord.key(sku),
      UpdateExpression: "SET #from = #from - :q, #to = #to + :q",
      ConditionExpression: "#from >= :q",
      ExpressionAttributeNames: { "#from": from, "#to": to },
      ExpressionAttributeValues: { ":q": quantity },
    },
  };
}

function adjustStock(TableName: string, { sku, delta }: Adjustment) {
  const zeroes = "reserved = if_not_exists(reserved, :zero), sold = if_not_exists(sold, :zero)";
  return {
    Update: {
      TableName,
      Key: stockRecord.key(sku),
      UpdateExpression: `ADD available :delta, restocked :delta SET sku = :sku, ${zeroes}`,
      ExpressionAttributeValues: {
        ":delta": delta,
        ":sku": sku,
        ":zero": 0,
        ...(delta < 0 && { ":least": -delta }),
      },
      ...(delta < 0 && { ConditionExpression: "available >= :least" }),
    },
  };
}

/** Undefined when the transaction was carried out, otherwise the reason of each item. */
async function transact({ client }: Table, TransactItems: Writes): Promise<string[] | undefined> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems }));
    return undefined;
  } catch (error) {
    const codes = cancellationCodes(error);
    if (!codes) throw error;
    return codes;
  }
}

async function readLevels(
  { client, tableName }: Table,
  keys: { pk: string; sk: string }[],
): Promise<StockLevel[]> {
  const levels: StockLevel[] = [];
  for (let left = keys; left.length > 0; ) {
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
    );
    levels.push(...(answer.Responses?.[tableName] ?? []).map(toLevel));
    left = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as typeof keys;
  }
  return levels;
}

function toReservation(item: Record<string, unknown>): Reservation {
  const { pk: _pk, sk: _sk, dueShard: _shard, ...reservation } = item;
  return reservation as Reservation;
}

function toLevel(item: Record<string, unknown>): StockLevel {
  const { sku, available, reserved, sold } = item as StockLevel;
  return { sku, available, reserved, sold };
}
