// Inventory's records in DynamoDB: a reservation and the counters of its SKUs change in one transaction.
import {
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { StockLevel } from "@order-saga/contracts";
import { dueAttributes, queryDue } from "@order-saga/messaging/due";
import {
  batchGet,
  cancellationCodes,
  type Item,
  type Key,
  overVersionBefore,
  type Table,
  writeIf,
} from "@order-saga/messaging/dynamodb";
import { adjustmentId, adjustmentRecord, reservationRecord, stockRecord } from "@order-saga/protocol/records";
import type { Adjustment, InventoryStore } from "../ports.ts";
import type { Movement, Reservation } from "../reservation.ts";

type Writes = NonNullable<TransactWriteCommandInput["TransactItems"]>;

const adjustmentKey = ({ key, principal }: Adjustment) => adjustmentRecord.key(adjustmentId(principal, key));

export function createDynamoDbStore(table: Table): InventoryStore {
  const { client, tableName: TableName } = table;
  const read = async (Key: Key) =>
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
      const items = await batchGet(table, skus.map(stockRecord.key));
      return new Map(items.map(toLevel).map(({ sku, available }) => [sku, available]));
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

    async save(next, movement) {
      if (!movement) return writeIf(() => client.send(new PutCommand(putReservation(TableName, next).Put)));
      const codes = await transact(table, [
        putReservation(TableName, next),
        ...movement.lines.map(({ sku, quantity }) => moveStock(TableName, sku, quantity, movement)),
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
      return toLevel(Attributes?.answer as Item);
    },

    due: (now, limit) => queryDue(table, now, limit),
  };
}

function putReservation(TableName: string, reservation: Reservation) {
  const { dueAt, orderId, version } = reservation;
  const Item = { ...reservationRecord.key(orderId), ...reservation, ...dueAttributes(orderId, dueAt) };
  return { Put: { TableName, Item, ...overVersionBefore(version) } };
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

function toReservation(item: Item): Reservation {
  const { pk: _pk, sk: _sk, dueShard: _shard, ...reservation } = item;
  return reservation as Reservation;
}

function toLevel(item: Item): StockLevel {
  const { sku, available, reserved, sold } = item as StockLevel;
  return { sku, available, reserved, sold };
}
