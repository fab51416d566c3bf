// Rebuilds in restored tables what the archive and the provider know: every order, then every bulk of orders.
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { hasEnded } from "@order-saga/inventory/feed/feed";
import { createDynamoDbStore as createInventoryStore } from "@order-saga/inventory/store/dynamodb";
import { createFeedStore } from "@order-saga/inventory/store/feeds-dynamodb";
import { createDynamoDbStore as createOrderStore } from "@order-saga/orders/store/dynamodb";
import { createDynamoDbStore as createPaymentStore } from "@order-saga/payment/store/dynamodb";
import type { Facts } from "@order-saga/protocol/facts";
import { bulkOf, type EntryEvent, entriesByOrder, type FeedEnd, factsByOrder, feedEnds } from "./facts.ts";
import { rebuiltOrder } from "./rebuild/order.ts";
import { rebuiltPayment } from "./rebuild/payment.ts";
import { reservationSteps } from "./rebuild/reservation.ts";
import { rebuildBulks } from "./rebuild-bulks.ts";
import { type Desk, deskOf, type OrdersOfBulks, type Rebuilding, type Rebuilt } from "./rebuilding.ts";
import { takeStock } from "./take-stock.ts";

const SHORT = "its stock is not there: an adjustment or a stock feed of the window is missing";

/** May be run again: a record that lacks nothing is not written. */
export async function rebuild(given: Rebuilding): Promise<Rebuilt> {
  const facts = factsByOrder(given.events);
  const rebuilt: Rebuilt = {
    orders: facts.size,
    bulks: 0,
    written: {},
    unknownMails: [],
    lostFeeds: await lostFeeds(given),
    problems: [],
  };
  const desk = deskOf(given, rebuilt);
  const ofBulks: OrdersOfBulks = new Map();
  const rebuildOne = rebuilder(given, desk, ofBulks);
  const short: [string, Facts][] = [];
  for (const each of facts) if ((await rebuildOne(...each)) === SHORT) short.push(each);
  // What others gave back within the window is there only now.
  for (const [orderId, archived] of short)
    if ((await rebuildOne(orderId, archived)) === SHORT) desk.problem("inventory", orderId, SHORT);
  await rebuildBulks(given, desk, ofBulks);
  return rebuilt;
}

function rebuilder(given: Rebuilding, desk: Desk, ofBulks: OrdersOfBulks) {
  const { events, intents, isDryRun, now } = given;
  const archivedEntries = entriesByOrder(events);
  const { at, problem, rebuildMails, write } = desk;
  const orders = createOrderStore(at("orders"));
  const inventory = createInventoryStore(at("inventory"));
  const payments = createPaymentStore(at("payment"));
  return async (orderId: string, archived: Facts) => {
    const order = await orders.load(orderId);
    const reservation = await inventory.load(orderId);
    const payment = await payments.load(orderId);
    const facts = { ...archived, ...order?.events, ...reservation?.events, ...payment?.events };
    // What is recorded and was never said counts as well.
    const entries = unique([...(archivedEntries.get(orderId) ?? []), ...(payment?.ledgerEvents ?? [])]);

    const nextOrder = rebuiltOrder(order, facts, entries, now);
    if (typeof nextOrder === "string") problem("orders", orderId, nextOrder);
    else if (nextOrder) await write("orders", orderId, () => orders.save(nextOrder));

    const nextPayment = rebuiltPayment(payment, facts, entries, intents.get(orderId), now);
    if (typeof nextPayment === "string") problem("payment", orderId, nextPayment);
    else if (nextPayment) await write("payment", orderId, () => payments.save(nextPayment));

    const ofBulk = bulkOf(facts);
    if (ofBulk) {
      const rows = ofBulks.get(ofBulk.bulkId) ?? new Map<number, Facts>();
      // With an outcome that was never said and is decided now.
      const decided = typeof nextOrder === "object" ? { ...facts, ...nextOrder.events } : facts;
      ofBulks.set(ofBulk.bulkId, rows.set(ofBulk.row, decided));
    } else {
      // What is recorded and in no archive was never said, so that no mail of it can have gone out.
      const { OrderPlaced } = facts;
      const placed = { ...archived, ...(OrderPlaced && { OrderPlaced }) };
      await rebuildMails(orderId, placed, archivedEntries.get(orderId));
    }

    const steps = reservationSteps(reservation, facts, now);
    if (typeof steps === "string") return void problem("inventory", orderId, steps);
    for (const { next, stock } of steps) {
      if (stock !== "reserve") await write("inventory", orderId, () => inventory.save(next, stock));
      else {
        const result = isDryRun ? "written" : await takeStock(inventory, next);
        if (result === "short") return SHORT;
        await write("inventory", orderId, async () => (result === "written" ? result : "lost"));
      }
    }
    return undefined;
  };
}

const unique = (events: readonly EntryEvent[]) => [
  ...new Map(events.map((each) => [each.id, each])).values(),
];

async function lostFeeds({ dynamodb, events, tableOf }: Rebuilding): Promise<FeedEnd[]> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  const feeds = createFeedStore({ client, tableName: tableOf("inventory") });
  const lost: FeedEnd[] = [];
  for (const [feedId, end] of feedEnds(events)) {
    const feed = await feeds.load(feedId);
    if (!feed || !hasEnded(feed)) lost.push(end);
  }
  return lost;
}
