// The customers' keys in DynamoDB: a table of their own, which no copy, backup or earlier state keeps.
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, type Table, writeIf } from "../dynamodb.ts";
import type { ForgettingKeyStore } from "./keys.ts";
import type { CustomerKey } from "./sealing.ts";
import { keyRecord } from "./table.ts";

export function createKeyStore({ client, tableName: TableName }: Table): ForgettingKeyStore {
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

    async forget(customer) {
      const Key = keyRecord(customer);
      const { Attributes } = await client.send(
        new DeleteCommand({ TableName, Key, ReturnValues: "ALL_OLD" }),
      );
      return Attributes !== undefined;
    },
  };
}

const toKey = ({ bytes, id }: Item): CustomerKey => ({
  id: String(id),
  bytes: Buffer.from(String(bytes), "base64"),
});
