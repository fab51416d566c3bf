// The quotas in DynamoDB pass the suite of the in-memory ones, and an item of them is one write unit.

import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item as Stored, sizeOf } from "@order-saga/emulator/dynamodb/values";
import { aTestTable } from "@order-saga/emulator/test-table";
import { createQuotaStore } from "@order-saga/messaging/quota/dynamodb";
import { type Counted, stepFor } from "@order-saga/messaging/quota/quota";
import { quotaStoreSuite } from "@order-saga/messaging/quota/quota.suite";
import { createTableInput } from "@order-saga/messaging/table";
import { orderQuotaRecord } from "@order-saga/protocol/records";
import { expect, test } from "vitest";
import { orders } from "../service.ts";

const tableName = "orders";
const testTable = aTestTable(createTableInput(tableName, orders.table));
const aStore = () => createQuotaStore({ client: testTable.client(), tableName }, orderQuotaRecord.key);

quotaStoreSuite(aStore);

test("the item of a customer who orders all the time is of one write unit", async () => {
  const store = aStore();
  const customer = "a".repeat(16);
  const terms = { limit: 1_000_000, windowMilliseconds: 86_400_000 };
  const hour = 3600_000;
  const start = 500_000 * hour;
  let counted: Counted | undefined;
  // A day's slots are hours; the longest marks are those of mails of refunds.
  for (let each = 0; each < 30; each++) {
    const step = stepFor(counted, { mark: "f".repeat(26), count: 500, now: start + each * hour }, terms);
    if (step.do === "begin") counted = step.beginning.next;
  }
  if (!counted) throw new Error("Nothing was counted.");
  const marks = Array.from({ length: 16 }, (_, n) => String(n).padStart(26, "f"));
  await store.begin(customer, { next: { ...counted, marks }, over: undefined });
  const get = new GetItemCommand({ TableName: tableName, Key: marshalled(orderQuotaRecord.key(customer)) });
  const answer = (await testTable.client().send(get as never)) as { Item?: Stored };
  expect(sizeOf(answer.Item ?? {})).toBeLessThan(1024);
});

const marshalled = ({ pk, sk }: { pk: string; sk: string }) => ({ pk: { S: pk }, sk: { S: sk } });
