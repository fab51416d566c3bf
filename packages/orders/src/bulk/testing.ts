// What tests of bulk orders share: their routes, reactions and sweep over memory.
import { type DomainEvent, type EventOf, PlaceBulkRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { createLog } from "@order-saga/messaging/log";
import { memoryPersonalData } from "@order-saga/messaging/personal-data/memory";
import { createMemoryQuotaStore } from "@order-saga/messaging/quota/memory";
import { createQuota } from "@order-saga/messaging/quota/places";
import { reaction, taskReaction } from "@order-saga/messaging/reaction";
import { schedule } from "@order-saga/messaging/schedule";
import type { Task } from "@order-saga/messaging/tasks";
import { aBatch, testContext, testNow } from "@order-saga/messaging/testing";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { expect } from "vitest";
import type { Admission } from "../admission/admission.ts";
import { createIdentities } from "../identity/hmac.ts";
import { type Tracked, track } from "../order.ts";
import * as shipped from "../service.ts";
import { createMemoryBulkStore } from "../store/bulks-memory.ts";
import { createMemoryStore } from "../store/memory.ts";
import { aKey, anHttpRequest, histories, minutes, mug, tea } from "../testing.ts";
import { collectBulkHandler, placeChildHandler, RowTask, splitBulkHandler } from "./reactions.ts";
import { getBulkHandler, placeBulkHandler } from "./routes.ts";
import { sweepBulksHandler } from "./sweeps.ts";

export const rowOf = (sku: string, reference?: string) => ({
  lines: [{ sku, quantity: 2 }],
  paymentMethod: "pm_card_visa",
  ...(reference !== undefined && { reference }),
});

/** The body of a bulk, a row for each SKU. */
export const aBulk = (...skus: string[]) => ({
  contact: { email: "ada@example.com" },
  currency: "EUR",
  orders: skus.map((sku, index) => rowOf(sku, `PO-${index}`)),
});

/** Bulk orders over one store; the test carries their messages, moves the clock and loses calls. */
export async function aBulkShop({ ordersPerHour }: { ordersPerHour?: number } = {}) {
  const store = createMemoryStore();
  await store.putProduct(tea);
  await store.putProduct(mug);
  const bulks = createMemoryBulkStore(store);
  const said: DomainEvent[] = [];
  const tasks: Task[] = [];
  const clock = { now: testNow };
  const lost = { publish: false, send: false };
  const publish = async (events: readonly DomainEvent[]) => {
    if (lost.publish) throw new Error("no answer");
    said.push(...events);
  };
  const sendTasks = async (given: readonly Task[]) => {
    if (lost.send) throw new Error("no answer");
    if (given.length === 0) expect.unreachable("a queue refuses to be sent nothing");
    tasks.push(...given);
  };
  const lines: string[] = [];
  const now = () => clock.now;
  const write = (line: string) => void lines.push(line);
  const edge = { log: createLog({ service: "orders", level: "debug", now, write }), now };
  const reactionEdge = { ...edge, publish, park: async () => expect.unreachable("nothing is parked") };
  const pace = { ordersPerSecond: 10, decideWithinSeconds: 900 };
  const { admission, asked, busyUntil, taken } = anAdmission();
  const within = { decideWithinSeconds: 900, backOff: async () => {} };
  const ports = { bulks, store, publish, sendTasks, pace, admission, ...within };
  const identities = createIdentities("a secret of the tests");
  const personalData = memoryPersonalData();
  const quota =
    ordersPerHour === undefined
      ? undefined
      : createQuota(createMemoryQuotaStore(), { limit: ordersPerHour, windowMilliseconds: 60 * minutes });
  const place = route(
    shipped.placeBulk,
    PlaceBulkRequest,
    placeBulkHandler({ ...ports, personalData, identities, quota }),
    edge,
  );
  const get = route(shipped.getBulk, undefined, getBulkHandler({ ...ports, personalData }), edge);
  const split = reaction(shipped.splitBulk, splitBulkHandler(ports), reactionEdge);
  const child = taskReaction(shipped.placeChild, RowTask, placeChildHandler(ports), reactionEdge);
  const collect = reaction(shipped.collectBulk, collectBulkHandler(ports), reactionEdge);
  const sweep = schedule(shipped.sweepBulks, sweepBulksHandler(ports), edge);
  const parsed = (answer: APIGatewayProxyStructuredResultV2) => ({
    status: answer.statusCode,
    headers: answer.headers,
    body: JSON.parse(answer.body ?? "null"),
  });
  return {
    store,
    bulks,
    said,
    tasks,
    clock,
    lost,
    lines,
    /** What admission was asked for. */
    asked,
    /** What admission was told to have been taken. */
    taken,
    sweep,
    busyUntil,
    async place(body: unknown, key = aKey, principal = "ada") {
      return parsed(await place(anHttpRequest({ body, principal, headers: { "idempotency-key": key } })));
    },
    async get(bulkId: string, query: Record<string, string> = {}, principal = "ada") {
      return parsed(await get(anHttpRequest({ path: { bulkId }, query, principal })));
    },
    split: async (event: DomainEvent) => (await split(aBatch([event]), testContext)).batchItemFailures.length,
    child: async (task: Task) =>
      (await child(aBatch([JSON.stringify(task.body)]), testContext)).batchItemFailures.length,
    collect: async (event: DomainEvent) =>
      (await collect(aBatch([event]), testContext)).batchItemFailures.length,
    of: <T extends DomainEvent["type"]>(type: T) =>
      said.filter((event): event is EventOf<T> & DomainEvent => event.type === type),
  };
}

/** There is no room until the time that the test says. */
function anAdmission() {
  let until = 0;
  const asked: string[] = [];
  const taken: string[] = [];
  const admission: Admission = {
    refuses: async ({ isKnown, now, skus }) =>
      asked.push(...skus) && now < until && !(await isKnown()) ? { until, queue: "payment" } : undefined,
    took: (skus) => void taken.push(...skus),
    published() {},
    notPublished() {},
  };
  const busyUntil = (time: number) => {
    until = time;
  };
  return { admission, asked, taken, busyUntil };
}

type BulkShop = Awaited<ReturnType<typeof aBulkShop>>;

/** What track-order says of an order after this history. */
export async function ended(shop: BulkShop, orderId: string, history: string): Promise<DomainEvent[]> {
  let order = await shop.store.load(orderId);
  if (!order) return [];
  for (const event of histories(orderId)[history] ?? []) {
    order = track(order, event as Tracked, shop.clock.now);
    await shop.store.save(order);
  }
  const { OrderCancelled, OrderConfirmed, OrderRejected } = order.events;
  return [OrderConfirmed, OrderRejected, OrderCancelled].filter((event) => event !== undefined);
}
