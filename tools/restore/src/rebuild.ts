// Rebuilds in restored tables what the archive and the provider know, one order after the other.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { DomainEvent } from "@order-saga/contracts";
import { createDynamoDbStore as createInventoryStore } from "@order-saga/inventory/store/dynamodb";
import type { SaveResult } from "@order-saga/messaging";
import type { Notification } from "@order-saga/notification/notification";
import { createDynamoDbStore as createNotificationStore } from "@order-saga/notification/store/dynamodb";
import { createDynamoDbStore as createOrderStore } from "@order-saga/orders/store/dynamodb";
import { createDynamoDbStore as createPaymentStore } from "@order-saga/payment/store/dynamodb";
import type { Facts } from "@order-saga/protocol/facts";
import { factsByOrder } from "./facts.ts";
import { ReplayError } from "./place.ts";
import { rebuiltNotification } from "./rebuild/notification.ts";
import { rebuiltOrder } from "./rebuild/order.ts";
import { type Intent, rebuiltPayment } from "./rebuild/payment.ts";
import { reservationSteps } from "./rebuild/reservation.ts";

export type TableOf = (service: "orders" | "inventory" | "payment" | "notification") => string;

export type Rebuilding = {
  dynamodb: DynamoDBClient;
  tableOf: TableOf;
  /** Every event of the window. */
  events: readonly DomainEvent[];
  intents: ReadonlyMap<string, Intent>;
  /** Milliseconds. */
  now: number;
  /** Judges without writing. */
  isDryRun?: boolean;
};

/** Records written by service, and what stands in the way of an order's. */
export type Rebuilt = {
  orders: number;
  written: Record<string, number>;
  /** Mails that may have gone out or not, by order. */
  unknownMails: { orderId: string; kinds: string[] }[];
  problems: { orderId: string; service: string; why: string }[];
};

const SHORT = "its stock is not there: an adjustment of the window is missing";

/** May be run again: a record that lacks nothing is not written. */
export async function rebuild(given: Rebuilding): Promise<Rebuilt> {
  const facts = factsByOrder(given.events);
  const rebuilt: Rebuilt = { orders: facts.size, written: {}, unknownMails: [], problems: [] };
  const rebuildOne = rebuilder(given, rebuilt);
  const short: [string, Facts][] = [];
  for (const each of facts) if ((await rebuildOne(...each)) === SHORT) short.push(each);
  // What others gave back within the window is there only now.
  for (const [orderId, archived] of short)
    if ((await rebuildOne(orderId, archived)) === SHORT)
      rebuilt.problems.push({ orderId, service: "inventory", why: SHORT });
  return rebuilt;
}

function rebuilder({ dynamodb, intents, isDryRun, now, tableOf }: Rebuilding, rebuilt: Rebuilt) {
  const client = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
  const at = (service: Parameters<TableOf>[0]) => ({ client, tableName: tableOf(service) });
  const orders = createOrderStore(at("orders"));
  const inventory = createInventoryStore(at("inventory"));
  const payments = createPaymentStore(at("payment"));
  const notifications = createNotificationStore(at("notification"));
  const write = async (service: string, orderId: string, save: () => Promise<SaveResult>) => {
    if (!isDryRun && (await save()) !== "written") throw notAlone(service, orderId);
    rebuilt.written[service] = (rebuilt.written[service] ?? 0) + 1;
  };
  return async (orderId: string, archived: Facts) => {
    const order = await orders.load(orderId);
    const reservation = await inventory.load(orderId);
    const payment = await payments.load(orderId);
    const notification = await notifications.load(orderId);
    const facts = { ...archived, ...order?.events, ...reservation?.events, ...payment?.events };
    const problem = (service: string, why: string) => rebuilt.problems.push({ orderId, service, why });

    const nextOrder = rebuiltOrder(order, facts, now);
    if (typeof nextOrder === "string") problem("orders", nextOrder);
    else if (nextOrder) await write("orders", orderId, () => orders.save(nextOrder));

    const nextPayment = rebuiltPayment(payment, facts, intents.get(orderId), now);
    if (typeof nextPayment === "string") problem("payment", nextPayment);
    else if (nextPayment) await write("payment", orderId, () => payments.save(nextPayment));

    // What is recorded and in no archive was never said, so that no mail of it can have gone out.
    const { OrderPlaced } = facts;
    const mailed = { ...archived, ...(OrderPlaced && { OrderPlaced }) };
    const nextNotification = rebuiltNotification(notification, mailed, now);
    if (nextNotification) {
      await write("notification", orderId, () => notifications.save(nextNotification));
      const before = unknownIn(notification);
      const kinds = unknownIn(nextNotification).filter((kind) => !before.includes(kind));
      if (kinds.length > 0) rebuilt.unknownMails.push({ orderId, kinds });
    }

    const steps = reservationSteps(reservation, facts, now);
    if (typeof steps === "string") return void problem("inventory", steps);
    for (const { next, stock } of steps) {
      if (stock !== "reserve") await write("inventory", orderId, () => inventory.save(next, stock));
      else {
        const result = isDryRun ? "written" : await inventory.reserve(next);
        if (result === "short") return SHORT;
        await write("inventory", orderId, async () => (result === "written" ? result : "lost"));
      }
    }
    return undefined;
  };
}

const unknownIn = (notification: Notification | undefined) =>
  Object.entries(notification?.mails ?? {}).flatMap(([kind, mail]) =>
    mail.state === "UNKNOWN" ? [kind] : [],
  );

function notAlone(service: string, orderId: string): ReplayError {
  return new ReplayError(
    `The ${service} record of ${orderId} was written by another meanwhile: the stage must be stopped (STOPPED=yes).`,
  );
}
