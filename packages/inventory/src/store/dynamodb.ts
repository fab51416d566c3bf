// Inventory's records in DynamoDB: a reservation and the counters of its SKUs change in one transaction.
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { StockLevel } from "@order-saga/contracts";
import { dueAttributes, queryDue } from "@order-saga/messaging/due";
import {
  type Item,
  type Key,
  overVersionBefore,
  type Table,
  transact,
  writeIf,
  writeTogether,
} from "@order-saga/messaging/dynamodb";
import { reservationRecord, stockRecord } from "@order-saga/protocol/records";
import { bucketHeld } from "@order-saga/protocol/stock";
import type { InventoryStore } from "../ports.ts";
import type { Movement, Reservation } from "../reservation.ts";
import { createAdjustments } from "./adjustments-dynamodb.ts";
import { movesOf, readOthers, readStock } from "./buckets-dynamodb.ts";
import { sumOfBuckets } from "./level.ts";

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
      const head = await read(stockRecord.key(sku));
      if (!head) return undefined;
      return sumOfBuckets([head as StockLevel, ...((await readOthers(table, [head])) as StockLevel[])]);
    },

    stock: (skus) => readStock(table, skus),

    async reserve(reservation) {
      const codes = await transact(table, [
        putReservation(TableName, reservation),
        ...reservation.lines.map(({ sku, quantity }) => ({
          Update: {
            TableName,
            Key: stockRecord.key(bucketHeld(reservation, sku)),
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
      return writeTogether(table, [
        putReservation(TableName, next),
        ...movement.lines.map(({ sku, quantity }) =>
          moveStock(TableName, bucketHeld(next, sku), quantity, movement),
        ),
      ]);
    },

    move: (move) => writeTogether(table, movesOf(TableName, move)),

    ...createAdjustments(table),

    due: (now, limit) => queryDue(table, now, limit),
  };
}

function putReservation(TableName: string, reservation: Reservation) {
  const { dueAt, orderId, version } = reservation;
  const Item = { ...reservationRecord.key(orderId), ...reservation, ...dueAttributes(orderId, dueAt) };
  return { Put: { TableName, Item, ...overVersionBefore(version) } };
}

function moveStock(TableName: string, bucket: string, quantity: number, { from, to }: Movement) {
  const isGiven = to === "available";
  return {
    Update: {
      TableName,
      Key: stockRecord.key(bucket),
      UpdateExpression: `SET #from = #from - :q, #to = #to + :q${isGiven ? " ADD given :one" : ""}`,
      ConditionExpression: "#from >= :q",
      ExpressionAttributeNames: { "#from": from, "#to": to },
      ExpressionAttributeValues: { ":q": quantity, ...(isGiven && { ":one": 1 }) },
    },
  };
}

function toReservation(item: Item): Reservation {
  const { pk: _pk, sk: _sk, dueShard: _shard, ...reservation } = item;
  return reservation as Reservation;
}
