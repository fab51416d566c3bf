// The places of waiting requests in DynamoDB: a fixed number of items, each taken by a conditional write.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { type Table, writeIf } from "@order-saga/messaging/dynamodb";
import { waitRecord } from "@order-saga/protocol/records";
import type { WaitPlaces } from "../waiting.ts";

export function createWaitPlaces({ client, tableName: TableName }: Table): WaitPlaces {
  const put = (place: number, until: number, condition: string, value: number) =>
    writeIf(() =>
      client.send(
        new PutCommand({
          TableName,
          Item: { ...waitRecord.key(String(place)), until },
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: { ":value": value },
        }),
      ),
    );
  return {
    async take(place, until, now) {
      const taken = await put(place, until, "attribute_not_exists(#until) OR #until <= :value", now);
      return taken === "written";
    },
    async free(place, until) {
      await put(place, 0, "#until = :value", until);
    },
  };
}
