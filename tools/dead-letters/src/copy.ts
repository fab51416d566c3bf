// What a dry run is given to work on: copies of what the reaction's service and the provider hold of the messages' orders.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ServiceName } from "@order-saga/contracts";
import type { PaymentIntentRecord, PaymentRecords } from "@order-saga/emulator";
import type { Runtime } from "@order-saga/local/runtime";
import type { Payment } from "@order-saga/payment/payment";
import { type Item, readRecords, readStock, type TableOf } from "./records.ts";
import { subjectOf } from "./subject.ts";

export async function copyOfRecords(
  { aws, clients }: Pick<Runtime, "aws" | "clients">,
  service: ServiceName,
  messages: readonly { body: string }[],
): Promise<{ items: Item[]; payments: PaymentRecords }> {
  const each = ordersOf(messages).map((orderId) => aws.payments.recordsOf("orderId", orderId));
  return {
    items: await itemsOf(clients.dynamodb, service, messages),
    payments: {
      intents: each.flatMap(({ intents }) => intents),
      refunds: each.flatMap(({ refunds }) => refunds),
      answers: each.flatMap(({ answers }) => answers),
    },
  };
}

/** What a service holds of the messages' orders, and of their stock if it keeps that. */
export async function itemsOf(
  dynamodb: DynamoDBClient,
  service: ServiceName,
  messages: readonly { body: string }[],
  tableOf?: TableOf,
): Promise<Item[]> {
  const records = await Promise.all(
    ordersOf(messages).map((orderId) => readRecords(dynamodb, orderId, tableOf, [service])),
  );
  const items = records.flatMap((record): Item[] => (record[service] ? [record[service]] : []));
  const stock = service === "inventory" ? await readStock(dynamodb, skusIn(messages, items), tableOf) : [];
  return [...items, ...stock];
}

function ordersOf(messages: readonly { body: string }[]): string[] {
  return [...new Set(messages.map(({ body }) => subjectOf(body).orderId))].filter(
    (each) => each !== undefined,
  );
}

/** Of the messages' lines and of what is reserved. */
function skusIn(messages: readonly { body: string }[], items: readonly Item[]): string[] {
  const text = [...messages.map(({ body }) => body), JSON.stringify(items)].join("\n");
  return [...new Set([...text.matchAll(/"sku":\s*"([\w.-]+)"/g)].map(([, sku = ""]) => sku))];
}

/** The provider's side as payment's own records tell it, where the provider cannot be asked. */
export function paymentsByRecord(payments: readonly Payment[]): PaymentRecords {
  return { intents: payments.flatMap(intentOf), refunds: [], answers: [] };
}

function intentOf({ authorization, charge, orderId, settlement }: Payment): PaymentIntentRecord[] {
  if (authorization.state !== "AUTHORIZED" || !charge) return [];
  const isCaptured = settlement === "CAPTURED" || settlement === "REFUNDED";
  const isGivenUp = settlement === "VOIDED" || settlement === "CAPTURE_FAILED";
  return [
    {
      id: authorization.intentId,
      amount: charge.amount,
      currency: charge.currency.toLowerCase(),
      status: isCaptured ? "succeeded" : isGivenUp ? "canceled" : "requires_capture",
      captureMethod: "manual",
      paymentMethod: charge.paymentMethod,
      metadata: { orderId },
      amountReceived: isCaptured ? charge.amount : 0,
      amountRefunded: settlement === "REFUNDED" ? charge.amount : 0,
      captures: isCaptured ? 1 : 0,
      cancellationReason: null,
      lastError: null,
      created: 0,
    },
  ];
}
