// The drill of docs/runbooks/restore.md: tables restored to different moments, rebuilt, replayed, all well.
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  paginateScan,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { type Saga, startSaga } from "@order-saga/local/testing/saga";
import { createTableInput } from "@order-saga/messaging/table";
import { services } from "@order-saga/services";
import { afterEach, expect, test } from "vitest";
import { readArchive } from "../src/archive-reader.ts";
import { intentsSince } from "../src/intents.ts";
import { archiveOf, laptop } from "../src/place.ts";
import { rebuild } from "../src/rebuild.ts";
import { newReplayName, prepared, replay } from "../src/replay.ts";

let saga: Saga;
afterEach(() => saga.stop());

type Items = Record<string, never>[];
type Random = (below: number) => number;

/** A linear congruential generator, so that a seed tells the whole drill. */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const cards = ["pm_card_visa", "pm_card_visa", "pm_card_visa_chargeDeclined"] as const;
const skus = ["TEA-EARL-GREY", "TEA-EARL-GREY", "TEA-GYOKURO"] as const;

/** As a point-in-time recovery has it: all that was written up to now, and nothing after. */
async function snapshotOf(TableName: string): Promise<Items> {
  const items: Items = [];
  for await (const page of paginateScan({ client: saga.runtime.clients.dynamodb }, { TableName }))
    items.push(...((page.Items ?? []) as Items));
  return items;
}

async function restoreTable(TableName: string, items: Items): Promise<void> {
  const { dynamodb } = saga.runtime.clients;
  const service = services.find(({ name }) => name === TableName);
  if (!service) return expect.unreachable();
  await dynamodb.send(new DeleteTableCommand({ TableName }));
  await dynamodb.send(new CreateTableCommand(createTableInput(TableName, service.table)));
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 30, minDelay: 0.05, maxDelay: 1 },
    { TableName },
  );
  for (let first = 0; first < items.length; first += 25) {
    const puts = items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
  }
}

/** Orders of every ending, some under way when a table's snapshot is taken. */
async function trade(random: Random): Promise<{ orderIds: string[]; snapshots: Map<string, Items> }> {
  const orderIds: string[] = [];
  const snapshots = new Map<string, Items>();
  const moments = new Map(services.map(({ name }) => [name, 2 + random(10)]));
  for (let step = 0; step < 14; step++) {
    for (const [name, moment] of moments) if (moment === step) snapshots.set(name, await snapshotOf(name));
    const paymentMethod = cards[random(cards.length)] ?? "pm_card_visa";
    const orderId = await saga.place({
      paymentMethod,
      sku: skus[random(skus.length)] ?? "",
      quantity: 1 + random(3),
    });
    orderIds.push(orderId);
    if (random(3) === 0) await saga.settled(orderId);
    if (random(4) === 0) await saga.cancel(orderId);
  }
  return { orderIds, snapshots };
}

/** What STOPPED does to a stage. Messages stay where they are. */
async function stopped(work: () => Promise<void>): Promise<void> {
  const mappings = [...saga.runtime.mappings.values()];
  await Promise.all(mappings.map((mapping) => mapping.disable()));
  await work();
  for (const mapping of mappings) mapping.enable();
}

async function settleEverything(): Promise<void> {
  await saga.idle();
  // Past every deadline, so that what nobody decided is given up, and every sweep has looked.
  for (const minutes of [3, 20, 20, 60]) {
    await saga.runtime.advanceClock(minutes * 60_000);
    await saga.runtime.schedules.runNow();
    await saga.idle();
  }
}

test.each([1, 2, 3])("seed %i: four tables, each restored to another moment", async (seed) => {
  saga = await startSaga();
  const random = randomOf(seed);
  const place = laptop(saga.runtime.aws.url);
  const begin = Date.now() - 1000;
  const { orderIds, snapshots } = await trade(random);
  let moneyBefore = 0;
  let mailsBefore: string[] = [];
  await stopped(async () => {
    moneyBefore = saga.runtime.aws.payments.intents().filter(({ captures }) => captures > 0).length;
    mailsBefore = saga.runtime.aws.mails().map(({ headers }) => headers["x-order-mail"] ?? "");
    for (const [name, items] of snapshots) await restoreTable(name, items);
    const window = { from: begin, to: saga.runtime.now() + 1000 };
    const events = await readArchive(place, await archiveOf(place), window);
    const intents = await intentsSince(begin, { apiKey: "sk_test_drill", apiUrl: saga.runtime.aws.url });
    const { dynamodb } = saga.runtime.clients;
    const given = { dynamodb, tableOf: (name: string) => name, events, intents, now: saga.runtime.now() };
    expect((await rebuild(given)).problems).toEqual([]);
    // Once more changes nothing.
    expect((await rebuild(given)).written).toEqual({});
  });
  const { archive, rules } = await prepared(place, { from: begin, to: Date.now() + 1000 }, undefined);
  await replay(place, archive, { from: begin, to: Date.now() + 1000, name: newReplayName("all"), rules });
  await settleEverything();

  const books = await readBooks(saga.runtime);
  expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
  expect(books.orders.map(({ orderId }) => orderId).sort()).toEqual([...orderIds].sort());
  for (const { principal } of books.orders) expect(principal).toBe("ada");
  expect(books.intents.filter(({ captures }) => captures > 0).length).toBeGreaterThanOrEqual(moneyBefore);
  expect(books.mails.map(({ headers }) => headers["x-order-mail"]).slice(0, mailsBefore.length)).toEqual(
    mailsBefore,
  );
});
