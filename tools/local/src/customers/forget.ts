// Forgets a customer: deletes their key, and says so in a line for the audit without naming them.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { createKeyStore } from "@order-saga/messaging/personal-data/dynamodb";
import { customerOf } from "@order-saga/messaging/personal-data/sealing";
import { forgottenRecord, KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import type { Tables } from "./customer-data.ts";

export type Forgotten = {
  /** The hash by which the table of keys knows them. */
  readonly customer: string;
  readonly forgottenAt: string;
  /** False if they had no key: they never ordered, or were forgotten before. */
  readonly hadKey: boolean;
};

/** May be repeated. What says when they were forgotten stays in the table of keys. */
export async function forget({ client, named }: Tables, sub: string, now: number): Promise<Forgotten> {
  const customer = customerOf(sub);
  const forgottenAt = new Date(now).toISOString();
  const TableName = named(KEYS_TABLE);
  const hadKey = await createKeyStore({ client, tableName: TableName }).forget(customer);
  const Item = { ...forgottenRecord(customer), forgottenAt };
  await client.send(new PutCommand({ TableName, Item }));
  return { customer, forgottenAt, hadKey };
}
