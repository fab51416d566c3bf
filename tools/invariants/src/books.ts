// The books: everything that the services, the provider, the mailbox and the queues hold at one time.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { type DomainEvent, entryOf, type StockLevel } from "@order-saga/contracts";
import type { AwsEndpoint, PaymentIntentRecord, QueueCount, StoredMail } from "@order-saga/emulator";
import type { Slices } from "@order-saga/emulator/slices";
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
  deadLetters: { queue: string; errorName: string | undefined; orderId?: string }[];
  pendingDeliveries: number;
};

/** Where the books are read, such as the runtime of a laptop. */
type Source = {
  readonly aws: Pick<AwsEndpoint, "mails" | "payments" | "pendingDeliveries" | "queues">;
  readonly clients: { readonly dynamodb: DynamoDBClient };
  readonly reactions: readonly ReactionResources[];
};

export async function readBooks(source: Source, slices: Slices = noSlices): Promise<Books> {
  return (await readBooksOf(source, { mostOrders: Number.POSITIVE_INFINITY, slices })) as Books;
}

const noSlices: Slices = () => undefined;

/** Undefined if there are more orders: it is seen before anything else is read. */
export async function readBooksOf(
  { aws, clients, reactions }: Source,
  { mostOrders, slices }: { mostOrders: number; slices: Slices },
): Promise<Books | undefined> {
  const items: Item[] = [];
  // One after the other, orders first: each is a slice, and the first one tells how many there are.
  for (const { name } of services) {
    const found = await scan(clients.dynamodb, name, { mostOrders, slices });
    if (!found) return undefined;
    for (const each of found) items.push(each);
  }
  const deadLetterQueues = reactions.flatMap(deadLetterQueuesOf).map(({ name }) => name);
  const deadLetters: Books["deadLetters"] = [];
  for (const queue of deadLetterQueues)
    for (const { attributes, body } of aws.queues.walk(queue)) {
      const orderId = /\bord_[0-9a-f]{32}\b/.exec(body)?.[0];
      deadLetters.push({
        queue,
        errorName: attributes.errorName,
        ...(orderId !== undefined && { orderId }),
      });
      await slices();
    }
  return {
    ...tablesOf(items),
    // Others may take money in the same account.
    intents: aws.payments.intents().filter(({ metadata }) => metadata.orderId !== undefined),
    mails: await mailsOf(aws, slices),
    queues: reactions.map(({ queue }) => ({ name: queue.name, count: aws.queues.count(queue.name) })),
    deadLetters,
    pendingDeliveries: aws.pendingDeliveries().length,
  };
}

const MAILS_AT_ONCE = 100;

async function mailsOf(aws: Source["aws"], slices: Slices): Promise<StoredMail[]> {
  const mails: StoredMail[] = [];
  for (
    let page = aws.mails(0, MAILS_AT_ONCE);
    page.length > 0;
    page = aws.mails(mails.length, MAILS_AT_ONCE)
  ) {
    mails.push(...page);
    await slices();
  }
  return mails;
}

function tablesOf(items: readonly Item[]) {
  const records = <T>(kind: RecordKind) => items.filter(kind.is) as T[];
  const orders = records<Item>(orderRecord).map(toOrder);
  const feeds = feedsIn(items);
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
  };
}

/** The records with events among some items of the tables. */
export const recordsIn = (items: readonly Item[]): OrderRecord[] => recordsWithEvents(tablesOf(items));

/**
 * Every record of an order, a bulk or a feed that keeps published events; each is known by its id. The events
 * of a payment's refunds and disputes are named with their entries.
 */
export function recordsWithEvents(books: ReturnType<typeof tablesOf>): OrderRecord[] {
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

/** A slice of the reading is a page of so many items, or a megabyte. */
const ITEMS_OF_A_PAGE = 50;

/** Undefined if there are more orders among the items. */
async function scan(
  dynamodb: DynamoDBClient,
  TableName: string,
  { mostOrders, slices }: { mostOrders: number; slices: Slices },
): Promise<Item[] | undefined> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  const items: Item[] = [];
  let orders = 0;
  const input = {
    TableName,
    ConsistentRead: true,
    ...(slices !== noSlices && { Limit: ITEMS_OF_A_PAGE }),
  };
  for await (const { Items = [] } of paginateScan({ client }, input)) {
    items.push(...Items);
    orders += Items.filter(orderRecord.is).length;
    if (orders > mostOrders) return undefined;
    await slices();
  }
  return items.sort((a, b) => (String(a.pk) < String(b.pk) ? -1 : 1));
}
