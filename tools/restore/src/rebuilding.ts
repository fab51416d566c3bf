// What a rebuilding is given, and the desk where it writes records and says what stands in the way.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DomainEvent } from "@order-saga/contracts";
import type { SaveResult } from "@order-saga/messaging";
import type { Notification } from "@order-saga/notification/notification";
import { createDynamoDbStore as createNotificationStore } from "@order-saga/notification/store/dynamodb";
import type { Facts } from "@order-saga/protocol/facts";
import type { BulkFacts, EntryEvent, FeedEnd } from "./facts.ts";
import { ReplayError } from "./place.ts";
import { rebuiltNotification } from "./rebuild/notification.ts";
import type { Intent } from "./rebuild/payment.ts";

export type TableOf = (service: "orders" | "inventory" | "payment" | "notification") => string;

export type Rebuilding = {
  dynamodb: DynamoDBClient;
  tableOf: TableOf;
  /** Every event of the window. */
  events: readonly DomainEvent[];
  intents: ReadonlyMap<string, Intent>;
  /** ORDER_ID_SECRET: needed only for bulks that the table has lost with rows that never became orders. */
  orderIdSecret?: string;
  /** Milliseconds. */
  now: number;
  /** Judges without writing. */
  isDryRun?: boolean;
};

/** Records written by service, and what stands in the way of an order's or a bulk's. */
export type Rebuilt = {
  orders: number;
  bulks: number;
  written: Record<string, number>;
  /** Mails that may have gone out or not, by order or bulk. */
  unknownMails: { orderId: string; kinds: string[] }[];
  /** Stock feeds that ended in the window and have not in the table: no event has their rows. */
  lostFeeds: FeedEnd[];
  problems: { orderId: string; service: string; why: string }[];
};

/** What is known of a bulk's orders, by row. */
export type OrdersOfBulks = Map<string, Map<number, Facts>>;

export type Desk = ReturnType<typeof deskOf>;

/** Where every record's rebuilding reads, writes and says what it found. */
export function deskOf({ dynamodb, isDryRun, now, tableOf }: Rebuilding, rebuilt: Rebuilt) {
  const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const at = (service: Parameters<TableOf>[0]) => ({ client, tableName: tableOf(service) });
  const notifications = createNotificationStore(at("notification"));

  async function write(service: string, id: string, save: () => Promise<SaveResult>) {
    if (!isDryRun && (await save()) !== "written") throw notAlone(service, id);
    rebuilt.written[service] = (rebuilt.written[service] ?? 0) + 1;
  }

  /** The mails of an order, or of a bulk. */
  async function rebuildMails(id: string, facts: Facts | BulkFacts, entries: readonly EntryEvent[] = []) {
    const known = await notifications.load(id);
    const next = rebuiltNotification(known, facts, now, entries);
    if (!next) return;
    await write("notification", id, () => notifications.save(next));
    const before = unknownIn(known);
    const kinds = unknownIn(next).filter((kind) => !before.includes(kind));
    if (kinds.length > 0) rebuilt.unknownMails.push({ orderId: id, kinds });
  }

  const problem = (service: string, orderId: string, why: string) =>
    rebuilt.problems.push({ orderId, service, why });
  return { at, problem, rebuildMails, rebuilt, write };
}

const unknownIn = (notification: Notification | undefined) =>
  Object.entries(notification?.mails ?? {}).flatMap(([kind, mail]) =>
    mail.state === "UNKNOWN" ? [kind] : [],
  );

export function notAlone(service: string, id: string): ReplayError {
  return new ReplayError(
    `The ${service} record of ${id} was written by another meanwhile: the stage must be stopped (STOPPED=yes).`,
  );
}
