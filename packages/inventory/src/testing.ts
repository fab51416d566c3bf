// What inventory's tests share: the service over one store, its reactions behind their real edge.

import type { DomainEvent, EventOf } from "@order-saga/contracts";
import { type FunctionManifest, silentLog } from "@order-saga/messaging";
import { grantedPorts, type OperationsOf } from "@order-saga/messaging/granted-ports";
import { assertPublishable } from "@order-saga/messaging/publisher";
import { type ReactionHandler, type ReactionPorts, reaction } from "@order-saga/messaging/reaction";
import { aBatch, anEvent, testContext, testNow } from "@order-saga/messaging/testing";
import { adjustmentId, adjustmentRecord, reservationRecord, stockRecord } from "@order-saga/protocol/records";
import { bucketHeld, bucketId } from "@order-saga/protocol/stock";
import type { Adjustment, InventoryStore } from "./ports.ts";
import { commitStockHandler, releaseStockHandler, reserveStockHandler } from "./reactions.ts";
import * as shipped from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";

export const RESERVATION_SECONDS = 900;

/** What a reaction is told of its message, where a test calls it without its edge. */
export const context = {
  now: testNow,
  attempt: 1,
  log: silentLog,
  body: "",
  remainingMilliseconds: () => 30_000,
  publish: async () => {},
};

/** An order id that no other number has. */
export const orderIdOf = (n: number): string => `ord_${n.toString(16).padStart(32, "0")}`;

/** An order for these quantities. */
export function anOrder(
  orderId: string,
  quantities: Readonly<Record<string, number>>,
): EventOf<"OrderPlaced"> {
  const lines = Object.entries(quantities).map(([sku, quantity]) => ({
    sku,
    name: sku,
    quantity,
    unitPrice: 100,
  }));
  return anEvent("OrderPlaced", { orderId, data: { lines } });
}

/** The store as a function of this manifest may use it. */
export const storeOf = <S extends InventoryStore>(store: S, manifest: FunctionManifest): S =>
  grantedPorts(shipped.inventory, manifest).store<InventoryStore>(store, operations) as S;

const skuKey = (sku: string) => stockRecord.key(sku).pk;
const adjustmentKey = ({ key, principal }: Adjustment) =>
  adjustmentRecord.key(adjustmentId(principal, key)).pk;

/** What the table is asked for by each method of the store that is more than a versioned store's own. */
const operations: OperationsOf<InventoryStore> = {
  stock: (skus) => skus.map((sku) => ["BatchGetItem", skuKey(sku)]),
  move: ({ from, into, sku }) =>
    [into, ...from.map(({ bucket }) => bucket)].map((bucket) => [
      "UpdateItem",
      skuKey(bucketId(sku, bucket)),
    ]),
  level: (sku) => [
    ["GetItem", skuKey(sku)],
    ["BatchGetItem", skuKey(bucketId(sku, 1))],
  ],
  reserve: ({ buckets = {}, lines, orderId }) => [
    ["PutItem", reservationRecord.key(orderId).pk],
    ...lines.map(({ sku }) => ["UpdateItem", skuKey(bucketHeld({ buckets }, sku))] as const),
  ],
  save: ({ buckets = {}, orderId }, movement) => [
    ["PutItem", reservationRecord.key(orderId).pk],
    ...(movement?.lines ?? []).map(
      ({ sku }) => ["UpdateItem", skuKey(bucketHeld({ buckets }, sku))] as const,
    ),
  ],
  adjust: (adjustment) => [
    ["PutItem", adjustmentKey(adjustment)],
    ["UpdateItem", skuKey(adjustment.sku)],
    ["GetItem", adjustmentKey(adjustment)],
  ],
  answered: (adjustment) => [["UpdateItem", adjustmentKey(adjustment)]],
};

let deliveries = 0;

/** The three reactions over one store; the test sees what they say and park, and moves the clock. */
export function aService<S extends InventoryStore>(store: S, planted: Partial<typeof shipped> = {}) {
  const { commitStock, releaseStock, reserveStock } = { ...shipped, ...planted };
  const said: DomainEvent[] = [];
  const parked: string[] = [];
  const clock = { now: testNow };
  const backOff = () => new Promise<void>((resolve) => setImmediate(resolve));
  const portsOf = (manifest: FunctionManifest) => ({ store: storeOf(store, manifest), backOff });
  const ports: ReactionPorts = {
    publish: async (events) => {
      assertPublishable(events);
      said.push(...events);
    },
    park: async ({ error }) => {
      parked.push(error.name);
    },
    log: silentLog,
    now: () => clock.now,
  };
  const reserve = reaction(
    reserveStock,
    reserveStockHandler(portsOf(reserveStock), RESERVATION_SECONDS),
    ports,
  );
  const commit = reaction(commitStock, commitStockHandler(portsOf(commitStock)), ports);
  const release = reaction(releaseStock, releaseStockHandler(portsOf(releaseStock)), ports);
  const handlerOf = ({ type }: DomainEvent): ReactionHandler => {
    if (type === "OrderPlaced") return reserve;
    return type === "PaymentCaptured" ? commit : release;
  };
  return {
    store,
    said,
    parked,
    clock,
    ports,
    /** Delivers events of one reaction in one batch; returns how many of them come again. */
    async deliver(...events: [DomainEvent, ...DomainEvent[]]): Promise<number> {
      const answer = await handlerOf(events[0])(aBatch(events), testContext);
      return answer?.batchItemFailures.length ?? 0;
    },
    /** What is said from here on, as types. */
    types: () => said.map(({ type }) => type),
    forget: () => said.splice(0),
    async stock(quantities: Readonly<Record<string, number>>): Promise<void> {
      for (const [sku, delta] of Object.entries(quantities)) {
        await store.adjust({ principal: "ada", key: `delivery-${++deliveries}`, sku, delta });
      }
    },
  };
}

export const aMemoryService = (planted: Partial<typeof shipped> = {}) =>
  aService(createMemoryStore(), planted);
