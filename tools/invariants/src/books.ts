// The books of a running saga: what every service, the provider, the mailbox and the queues hold, read at one time.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { StockLevel } from "@order-saga/contracts";
import type { AwsEndpoint, PaymentIntentRecord, QueueCount, StoredMail } from "@order-saga/emulator";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { ReactionResources } from "@order-saga/messaging/topology";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import { toOrder } from "@order-saga/orders/store/record";
import type { Payment } from "@order-saga/payment/payment";
import {
  notificationRecord,
  orderRecord,
  paymentRecord,
  type RecordKind,
  reservationRecord,
  stockRecord,
} from "@order-saga/protocol/records";

export type StockAccount = StockLevel & {
  /** The sum of all adjustments. */
  restocked: number;
};

export type Books = {
  orders: Order[];
  stock: StockAccount[];
  reservations: Reservation[];
  payments: Payment[];
  intents: PaymentIntentRecord[];
  notifications: Notification[];
  mails: StoredMail[];
  queues: { name: string; count: QueueCount }[];
  deadLetters: { queue: string; errorName: string | undefined }[];
  pendingDeliveries: number;
};

/** What the books are read from, such as the runtime of a laptop. */
export type Source = {
  readonly aws: Pick<AwsEndpoint, "mails" | "payments" | "pendingDeliveries" | "queues">;
  readonly clients: { readonly dynamodb: DynamoDBClient };
  readonly reactions: readonly ReactionResources[];
};

export async function readBooks(runtime: Source): Promise<Books> {
  const [orders, inventory, payments, notifications] = await Promise.all(
    ["orders", "inventory", "payment", "notification"].map((table) => scan(runtime, table)),
  );
  const records = <T>(items: Item[] | undefined, kind: RecordKind) => (items ?? []).filter(kind.is) as T[];
  const { aws } = runtime;
  const deadLetterQueues = runtime.reactions.flatMap((each) => [
    each.deadLetterQueue.name,
    each.undeliveredQueue.name,
  ]);
  return {
    orders: records<Item>(orders, orderRecord).map(toOrder),
    stock: records<StockAccount>(inventory, stockRecord),
    reservations: records<Reservation>(inventory, reservationRecord),
    payments: records<Payment>(payments, paymentRecord),
    notifications: records<Notification>(notifications, notificationRecord),
    intents: aws.payments.intents(),
    mails: aws.mails(),
    queues: runtime.reactions.map(({ queue }) => ({ name: queue.name, count: aws.queues.count(queue.name) })),
    deadLetters: deadLetterQueues.flatMap((queue) =>
      aws.queues.messages(queue).map((message) => ({ queue, errorName: message.attributes.errorName })),
    ),
    pendingDeliveries: aws.pendingDeliveries().length,
  };
}

type Item = Record<string, unknown>;

async function scan(runtime: Source, TableName: string): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(runtime.clients.dynamodb);
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...(page.Items ?? []));
  return items.sort((a, b) => (String(a.pk) < String(b.pk) ? -1 : 1));
}
