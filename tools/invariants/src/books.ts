// The books: everything that the services, the provider, the mailbox and the queues hold at one time.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { type DomainEvent, entryOf, type StockLevel } from "@order-saga/contracts";
import type { AwsEndpoint, PaymentIntentRecord, QueueCount, StoredMail } from "@order-saga/emulator";
import type { Reservation } from "@order-saga/inventory/reservation";
import { deadLetterQueuesOf, type ReactionResources } from "@order-saga/messaging/topology";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import { toOrder } from "@order-saga/orders/store/record";
import type { Payment } from "@order-saga/payment/payment";
import { toPayment } from "@order-saga/payment/store/record";
import {
  adjustmentRecord,
  notificationRecord,
  orderRecord,
  paymentRecord,
  type RecordKind,
  reservationRecord,
  stockRecord,
} from "@order-saga/protocol/records";
import { services } from "@order-saga/services";
import { bulksIn } from "./bulk-books.ts";
import type { BulkRecords } from "./bulks.ts";
import { feedsIn } from "./feed-books.ts";
import type { FeedRecords } from "./feeds.ts";

/** A SKU's head or another bucket of it. */
type StockAccount = StockLevel & {
  /** The sum of all adjustments, and of what was moved in and out. */
  restocked: number;
  /** Absent in the head. */
  bucket?: number;
};

/** What any service's record of an order has in common: the events that the service published, by name. */
export type OrderRecord = { orderId: string; events: { readonly [name: string]: DomainEvent } };

export type Books = {
  orders: Order[];
  stock: StockAccount[];
  /** Every adjustment, and every change by a feed. */
  restocks: { sku: string; delta: number }[];
  reservations: Reservation[];
  payments: Payment[];
  bulks: BulkRecords[];
  feeds: FeedRecords[];
  /** Of services that have no place of their own in these books. */
  otherRecords: OrderRecord[];
  intents: PaymentIntentRecord[];
  notifications: Notification[];
  mails: StoredMail[];
  queues: { name: string; count: QueueCount }[];
  deadLetters: { queue: string; errorName: string | undefined }[];
  pendingDeliveries: number;
};

/** Where the books are read, such as the runtime of a laptop. */
type Source = {
  readonly aws: Pick<AwsEndpoint, "mails" | "payments" | "pendingDeliveries" | "queues">;
  readonly clients: { readonly dynamodb: DynamoDBClient };
  readonly reactions: readonly ReactionResources[];
};

export async function readBooks({ aws, clients, reactions }: Source): Promise<Books> {
  const tables = await Promise.all(services.map(({ name }) => scan(clients.dynamodb, name)));
  const items = tables.flat();
  const records = <T>(kind: RecordKind) => items.filter(kind.is) as T[];
  const orders = records<Item>(orderRecord).map(toOrder);
  const feeds = feedsIn(items);
  const deadLetterQueues = reactions.flatMap(deadLetterQueuesOf).map(({ name }) => name);
  return {
    orders,
    bulks: bulksIn(items, orders),
    feeds,
    stock: records<StockAccount>(stockRecord),
    restocks: [
      ...records<Books["restocks"][number]>(adjustmentRecord),
      ...feeds.flatMap(({ changes }) => changes),
    ],
    reservations: records<Reservation>(reservationRecord),
    payments: records<Item>(paymentRecord).map(toPayment),
    notifications: records<Notification>(notificationRecord),
    otherRecords: items.filter(isOtherRecord),
    intents: aws.payments.intents(),
    mails: aws.mails(),
    queues: reactions.map(({ queue }) => ({ name: queue.name, count: aws.queues.count(queue.name) })),
    deadLetters: deadLetterQueues.flatMap((queue) =>
      aws.queues.messages(queue).map((message) => ({ queue, errorName: message.attributes.errorName })),
    ),
    pendingDeliveries: aws.pendingDeliveries().length,
  };
}

/**
 * Every record of an order, a bulk or a feed that keeps published events; each is known by its id. The events
 * of a payment's refunds and disputes are named with their entries.
 */
export function recordsWithEvents(books: Books): OrderRecord[] {
  const { bulks, feeds, orders, otherRecords, payments, reservations } = books;
  const heads = [
    ...bulks.map(({ bulk: { bulkId, events } }) => ({ orderId: bulkId, events })),
    ...feeds.map(({ feed: { events, feedId } }) => ({ orderId: feedId, events })),
  ];
  const ofPayments = payments.map(({ events, ledgerEvents, orderId }) => {
    const entries = ledgerEvents.map((event) => [`${event.type}/${entryOf(event)}`, event]);
    return { orderId, events: { ...events, ...Object.fromEntries(entries) } };
  });
  return [...orders, ...ofPayments, ...reservations, ...heads, ...otherRecords];
}

type Item = Record<string, unknown>;

const known = [orderRecord, stockRecord, reservationRecord, paymentRecord, notificationRecord];

function isOtherRecord(item: Item): item is Item & OrderRecord {
  const { events, orderId } = item;
  const isRecord = typeof orderId === "string" && typeof events === "object" && events !== null;
  return isRecord && !known.some((kind) => kind.is(item));
}

async function scan(dynamodb: DynamoDBClient, TableName: string): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...(page.Items ?? []));
  return items.sort((a, b) => (String(a.pk) < String(b.pk) ? -1 : 1));
}
