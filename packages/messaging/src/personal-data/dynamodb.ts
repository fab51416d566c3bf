// The customers' keys in DynamoDB: a table of their own, which no copy, backup or earlier state keeps.
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, type Table, writeIf } from "../dynamodb.ts";
import type { ForgettingKeyStore, StoppingKeyStore } from "./keys.ts";
import type { CustomerKey, MailStop } from "./sealing.ts";
import { keyRecord, stopAttribute } from "./table.ts";

export function createKeyStore({
  client,
  tableName: TableName,
}: Table): ForgettingKeyStore & StoppingKeyStore {
  const load = async (customer: string, ConsistentRead: boolean) => {
    const get = new GetCommand({ TableName, Key: keyRecord(customer), ConsistentRead });
    const { Item } = await client.send(get);
    return Item && toKey(Item);
  };
  return {
    load,

    async create(customer, key) {
      const Item = { ...keyRecord(customer), id: key.id, bytes: Buffer.from(key.bytes).toString("base64") };
      const put = new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" });
      if ((await writeIf(() => client.send(put))) === "written") return key;
      const other = await load(customer, true);
      if (!other)
        throw Object.assign(new Error("The customer's key was there and is gone."), { code: "Gone" });
      return other;
    },

    async stop(customer, keyId, mark, why) {
      // In whatever order they come, a complaint weighs more.
      const value = why === "complained" ? ":why" : "if_not_exists(#stop, :why)";
      const update = new UpdateCommand({
        TableName,
        Key: keyRecord(customer),
        UpdateExpression: `SET #stop = ${value}`,
        ConditionExpression: "id = :key",
        ExpressionAttributeNames: { "#stop": stopAttribute(mark) },
        ExpressionAttributeValues: { ":why": why, ":key": keyId },
      });
      await writeIf(() => client.send(update));
    },

    async forget(customer) {
      const Key = keyRecord(customer);
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName, Key, ReturnValues: "ALL_OLD" }),
      );
      return Attributes !== undefined;
    },
  };
}

function toKey({ bytes, id, ...rest }: Item): CustomerKey {
  const prefix = stopAttribute("");
  const stops = Object.entries(rest)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, why]): [string, MailStop] => [name.slice(prefix.length), why as MailStop]);
  return {
    id: String(id),
    bytes: Buffer.from(String(bytes), "base64"),
    ...(stops.length > 0 && { stops: Object.fromEntries(stops) }),
  };
}
