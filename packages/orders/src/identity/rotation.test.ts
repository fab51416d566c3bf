// OrderIdSecret is rotated in steps: one key makes one order, or one bulk, though functions of two steps run
// at once.
import { readFileSync } from "node:fs";
import { PlaceBulkRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { silentLog } from "@order-saga/messaging/log";
import { memoryPersonalData } from "@order-saga/messaging/personal-data/memory";
import { testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import type { BulkStore } from "../bulk/ports.ts";
import { placeBulkHandler } from "../bulk/routes.ts";
import type { OrderStore } from "../ports.ts";
import * as shipped from "../service.ts";
import { createMemoryBulkStore } from "../store/bulks-memory.ts";
import { createMemoryStore } from "../store/memory.ts";
import { aKey, anHttpRequest, aRequest, aShop, tea } from "../testing.ts";
import { createIdentities } from "./hmac.ts";

const runbook = readFileSync(new URL("../../../../docs/runbooks/rotate-secrets.md", import.meta.url), "utf8");

/** The secret's values in the order of the runbook, after the one that it begins with. */
const values = [...runbook.matchAll(/secret set OrderIdSecret "([^"]+)"/g)].map(([, value = ""]) => value);
const steps = ["$OLD", ...values];
const rollouts = steps.slice(1).map((to, n) => [steps[n] ?? "", to] as const);

/** A store whose calls each wait until they are let on. */
function stopping<S extends object>(store: S) {
  let arrived = Promise.withResolvers<void>();
  let go = Promise.withResolvers<void>();
  const stop = async () => {
    arrived.resolve();
    await go.promise;
  };
  const stopped = new Proxy(store, {
    get:
      (target, method) =>
      async (...given: never[]) => {
        await stop();
        return (target[method as keyof S] as (...given: never[]) => unknown)(...given);
      },
  });
  return {
    store: stopped,
    arrived: () => arrived.promise,
    next() {
      const { resolve } = go;
      [arrived, go] = [Promise.withResolvers(), Promise.withResolvers()];
      resolve();
    },
  };
}

/** Sends one request to a function with this secret over a store; the id it is answered. */
type Place<S> = (store: S, secret: string) => Promise<string>;

/** All requests have one key; bit n of the schedule says which of two makes the nth step. */
async function placeAll<S extends object>(
  place: Place<S>,
  { secrets, schedule, store }: { secrets: readonly string[]; schedule: number; store: S },
): Promise<string[]> {
  const requests = secrets.map((secret) => {
    const { arrived, next, store: stopped } = stopping(store);
    const request = { isDone: false, arrived, next, answer: Promise.resolve("") };
    request.answer = place(stopped, secret).then((id) => {
      request.isDone = true;
      return id;
    });
    return request;
  });
  for (let n = 0; !requests.every(({ isDone }) => isDone); n++) {
    for (const { answer, arrived } of requests) await Promise.race([answer, arrived()]);
    const chosen = requests[(schedule >> n) & 1];
    const request = chosen?.isDone ? requests.find(({ isDone }) => !isDone) : chosen;
    request?.next();
  }
  return Promise.all(requests.map(({ answer }) => answer));
}

/** More steps than two requests make. */
const schedules = Array.from({ length: 2 ** 6 }, (_, schedule) => schedule);

async function aStore() {
  const store = createMemoryStore();
  await store.putProduct(tea);
  return store;
}

const placeOrder: Place<OrderStore> = async (store, secret) =>
  String((await aShop(store, {}, { secrets: secret }).place()).body.orderId);

/** How many orders two requests with one key make, in the schedule where they make most. */
async function ordersAtOnce(secrets: readonly string[]): Promise<number> {
  let most = 0;
  for (const schedule of schedules) {
    const store = await aStore();
    const answers = await placeAll(placeOrder, { secrets, schedule, store });
    most = Math.max(most, store.all().length, new Set(answers).size);
  }
  return most;
}

const bulkRow = (quantity: number) => ({
  lines: [{ sku: tea.sku, quantity }],
  paymentMethod: "pm_card_visa",
});
const aBulk = {
  contact: { email: "ada@example.com" },
  currency: "EUR",
  orders: [bulkRow(1), bulkRow(2)],
};

async function sendBulk(bulks: BulkStore, secret: string, body: object = aBulk) {
  const personalData = memoryPersonalData();
  const ports = { bulks, publish: async () => {}, personalData, identities: createIdentities(secret) };
  const edge = { log: silentLog, now: () => testNow };
  const place = route(shipped.placeBulk, PlaceBulkRequest, placeBulkHandler(ports), edge);
  const answer = await place(anHttpRequest({ body, headers: { "idempotency-key": aKey } }));
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? "null") };
}

const placeBulk: Place<BulkStore> = async (bulks, secret) =>
  String((await sendBulk(bulks, secret)).body.bulkId);

/** As of orders; a bulk that no answer names is found by its being due. */
async function bulksAtOnce(secrets: readonly string[]): Promise<number> {
  let most = 0;
  for (const schedule of schedules) {
    const store = createMemoryBulkStore();
    const answers = await placeAll(placeBulk, { secrets, schedule, store });
    const { orderIds } = await store.due(testNow + 60_000, 10);
    most = Math.max(most, orderIds.length, new Set(answers).size);
  }
  return most;
}

test("the runbook begins and ends with one secret, and the two are not the same", () => {
  expect(steps.length).toBeGreaterThan(2);
  expect(steps.at(-1)).toBe("$NEW");
});

describe.for([
  { what: "order", atOnce: ordersAtOnce },
  { what: "bulk", atOnce: bulksAtOnce },
])("one key makes one $what in every interleaving", ({ atOnce }) => {
  test.for(rollouts)("while %s becomes %s", async (rollout) => {
    expect(await atOnce(rollout)).toBe(1);
    expect(await atOnce([...rollout].reverse())).toBe(1);
  });

  test("and two where a step is left out, which this test would find", async () => {
    expect(await atOnce(["$OLD", "$NEW,$OLD"])).toBe(2);
    expect(await atOnce(["$OLD", "$NEW"])).toBe(2);
  });
});

/** What an earlier secret made is found as long as that secret is in the list. */
const makerBefore = ([from, to]: readonly [string, string]) =>
  from.includes("$OLD") && !to.includes("$OLD") ? "$NEW,$OLD" : "$OLD";

test.for(rollouts)(
  "after %s became %s, a retry finds its order, also if it is not sold any more",
  async (rollout) => {
    const store = await aStore();
    const [, to] = rollout;
    const first = await aShop(store, {}, { secrets: makerBefore(rollout) }).place();
    await store.putProduct({ ...tea, currency: "USD" });
    const again = await aShop(store, {}, { secrets: to }).place();
    expect([again.status, again.body.orderId, again.headers]).toEqual([
      202,
      first.body.orderId,
      first.headers,
    ]);
    const other = await aShop(store, {}, { secrets: to }).place({
      body: { ...aRequest, paymentMethod: "pm_card_mastercard" },
    });
    expect([other.status, other.body.type]).toEqual([422, expect.stringContaining("idempotency-key-reused")]);
    expect(store.all()).toHaveLength(1);
  },
);

test.for(rollouts)(
  "after %s became %s, a retry finds its bulk, with the orders' ids of then",
  async (rollout) => {
    const bulks = createMemoryBulkStore();
    const [, to] = rollout;
    const first = await sendBulk(bulks, makerBefore(rollout));
    const { bulkId } = first.body;
    const bulk = await bulks.load(bulkId);
    const rows = bulk && (await bulks.rows(bulk));
    expect(await sendBulk(bulks, to)).toEqual(first);
    expect(bulk && (await bulks.rows(bulk))).toEqual(rows);
    const other = await sendBulk(bulks, to, { ...aBulk, orders: [bulkRow(2), bulkRow(1)] });
    expect([other.status, other.body.type]).toEqual([422, "idempotency-key-reused"]);
    expect(await bulks.due(testNow + 60_000, 10)).toMatchObject({ orderIds: [bulkId] });
  },
);
