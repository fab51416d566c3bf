// What is counted of each customer in DynamoDB: one item for each, of less than a write unit.
import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type Item, type Key, type Table, writeIf } from "../dynamodb.ts";
import type { QuotaStore } from "./ports.ts";
import type { Counted } from "./quota.ts";

/** Each mark is an attribute, so that those who add at once need not know of each other. */
const MARK = "m#";

export function createQuotaStore(
  { client, tableName: TableName }: Table,
  keyOf: (customer: string) => Key,
): QuotaStore {
  return {
    async load(customer) {
      const get = new GetCommand({ TableName, Key: keyOf(customer), ConsistentRead: true });
      const { Item } = await client.send(get);
      return Item && toCounted(Item);
    },

    add(customer, { count, isMarked, mark, most, slot }) {
      const update = new UpdateCommand({
        TableName,
        Key: keyOf(customer),
        UpdateExpression: `SET used = used + :count${isMarked ? ", #mark = :count" : ""}`,
        ConditionExpression: "slot = :slot AND used <= :most AND attribute_not_exists(#mark)",
        ExpressionAttributeNames: { "#mark": MARK + mark },
        ExpressionAttributeValues: { ":slot": slot, ":most": most, ":count": count },
      });
      return writeIf(() => client.send(update));
    },

    begin(customer, { next, over }) {
      const put = new PutCommand({
        TableName,
        Item: { ...keyOf(customer), ...toItem(next) },
        ...(over
          ? {
              ConditionExpression: "slot = :slot AND used = :used",
              ExpressionAttributeValues: { ":slot": over.slot, ":used": over.used },
            }
          : { ConditionExpression: "attribute_not_exists(pk)" }),
      });
      return writeIf(() => client.send(put));
    },

    giveBack(customer, { count, mark, slot }) {
      const update = new UpdateCommand({
        TableName,
        Key: keyOf(customer),
        UpdateExpression: "SET used = used - :count REMOVE #mark",
        ConditionExpression: "slot = :slot AND attribute_exists(#mark)",
        ExpressionAttributeNames: { "#mark": MARK + mark },
        ExpressionAttributeValues: { ":slot": slot, ":count": count },
      });
      return writeIf(() => client.send(update));
    },
  };
}

function toItem({ earlier, marks, slot, used }: Counted): Item {
  return { slot, used, earlier, ...Object.fromEntries(marks.map((mark) => [MARK + mark, 1])) };
}

function toCounted({ earlier, slot, used, ...rest }: Item): Counted {
  const marks = Object.keys(rest).flatMap((name) => (name.startsWith(MARK) ? [name.slice(MARK.length)] : []));
  return { slot: Number(slot), used: Number(used), earlier: earlier as Counted["earlier"], marks };
}
