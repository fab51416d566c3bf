// Adjustments of stock in DynamoDB: each is made once per principal and key, and answered alike for ever.
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { StockLevel } from "@order-saga/contracts";
import { type Table, transact } from "@order-saga/messaging/dynamodb";
import { adjustmentId, adjustmentRecord, stockRecord } from "@order-saga/protocol/records";
import type { Adjustment, InventoryStore } from "../ports.ts";
import { zeroes } from "./buckets-dynamodb.ts";
import { sumOfBuckets } from "./level.ts";

const keyOf = ({ key, principal }: Adjustment) => adjustmentRecord.key(adjustmentId(principal, key));

export function createAdjustments(table: Table): Pick<InventoryStore, "adjust" | "answered"> {
  const { client, tableName: TableName } = table;
  const read = async (adjustment: Adjustment) =>
    (await client.send(new GetCommand({ TableName, Key: keyOf(adjustment), ConsistentRead: true }))).Item;
  return {
    async adjust(adjustment) {
      const { buckets, delta, sku } = adjustment;
      const codes = await transact(table, [
        {
          Put: {
            TableName,
            Item: { ...keyOf(adjustment), sku, delta, buckets },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        adjustStock(TableName, adjustment),
      ]);
      if (!codes) return "written";
      if (codes[0] === "ConditionalCheckFailed") {
        const known = await read(adjustment);
        const isSame = known?.sku === sku && known.delta === delta && known.buckets === buckets;
        return isSame ? "repeated" : "reused";
      }
      return codes[1] === "ConditionalCheckFailed" ? "short" : "conflict";
    },

    async answered(adjustment, answer) {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(adjustment),
          UpdateExpression: "SET answer = if_not_exists(answer, :answer)",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: { ":answer": answer },
          ReturnValues: "ALL_NEW",
        }),
      );
      // Its fields in the order in which a level is always shown.
      return sumOfBuckets([Attributes?.answer as StockLevel]);
    },
  };
}

/** Units are put into the head and taken out of it; those who reserve spread them. */
function adjustStock(TableName: string, { buckets, delta, sku }: Adjustment) {
  const isGiven = delta > 0;
  const raises = buckets !== undefined;
  const conditions = [
    ...(delta < 0 ? ["available >= :least"] : []),
    ...(raises ? ["(attribute_not_exists(buckets) OR buckets <= :buckets)"] : []),
  ];
  return {
    Update: {
      TableName,
      Key: stockRecord.key(sku),
      UpdateExpression: `ADD available :delta, restocked :delta${isGiven ? ", given :one" : ""} SET sku = :sku, ${zeroes}${raises ? ", buckets = :buckets" : ""}`,
      ExpressionAttributeValues: {
        ":delta": delta,
        ":sku": sku,
        ":zero": 0,
        ...(isGiven && { ":one": 1 }),
        ...(delta < 0 && { ":least": -delta }),
        ...(raises && { ":buckets": buckets }),
      },
      ...(conditions.length > 0 && { ConditionExpression: conditions.join(" AND ") }),
    },
  };
}
