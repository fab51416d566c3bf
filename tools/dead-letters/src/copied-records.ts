// Reads what a dry run copies: the orders' records in the service's table and at the provider.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ServiceName } from "@order-saga/contracts";
import type { PaymentIntentRecord, PaymentProvider, PaymentRecords } from "@order-saga/emulator";
import type { Payment } from "@order-saga/payment/payment";
import { eventHeaderOf } from "./event-header.ts";
import { type Item, readRecords, readStock, type TableOf } from "./records.ts";

export async function copyOfRecords(
  source: { payments: Pick<PaymentProvider, "recordsOf">; dynamodb: DynamoDBClient },
  service: string,
  messages: readonly { body: string }[],
): Promise<{ items: Item[]; payments: PaymentRecords }> {
  const each = ordersOf(messages).map((orderId) => source.payments.recordsOf("orderId", orderId));
  return {
    items: await itemsOf(source.dynamodb, service, messages),
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
  service: string,
  messages: readonly { body: string }[],
  tableOf?: TableOf,
): Promise<Item[]> {
  const records = await Promise.all(
    ordersOf(messages).map((orderId) => readRecords(dynamodb, orderId, tableOf, [service as ServiceName])),
  );
  const items = records.flatMap((record): Item[] => Object.values(record));
  const stock = service === "inventory" ? await readStock(dynamodb, skusIn(messages, items), tableOf) : [];
  return [...items, ...stock];
}

function ordersOf(messages: readonly { body: string }[]): string[] {
  return [...new Set(messages.map(({ body }) => eventHeaderOf(body).orderId))].filter(
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
