// The ids of what a plan has: its orders, its bulks with their orders, and its stock feeds.
import { uploadIdOf } from "@order-saga/inventory/feed/import";
import type { Identity } from "@order-saga/orders/ports";
import { childNumber, type Plan, type PlannedBulk, type PlannedFeed, type PlannedOrder } from "./plan.ts";

export type PlanIds = {
  /** By the number in the plan. */
  readonly byNumber: ReadonlyMap<number, string>;
  readonly numbers: ReadonlyMap<string, number>;
};

export function idsOf(plan: Plan, identity: Pick<Identity, "orderId" | "bulkId">): PlanIds {
  const { bulks = [], feeds = [], orders } = plan;
  const byNumber = new Map([
    ...orders.map((order): [number, string] => [
      order.number,
      identity.orderId(order.customer, keyOf(order, plan)),
    ]),
    ...bulks.flatMap((bulk) => idsOfBulk(bulk, identity)),
    ...feeds.map((feed): [number, string] => [feed.number, `feed_${uploadIdOf(uploadOf(feed))}`]),
  ]);
  return { byNumber, numbers: new Map([...byNumber].map(([number, id]) => [id, number])) };
}

function idsOfBulk(bulk: PlannedBulk, identity: Pick<Identity, "orderId" | "bulkId">): [number, string][] {
  const bulkId = identity.bulkId(bulk.customer, bulkKeyOf(bulk));
  const children = bulk.orders.map((_, row): [number, string] => [
    childNumber(bulk.number, row),
    identity.orderId(bulk.customer, `${bulkId}#${row}`),
  ]);
  return [[bulk.number, bulkId], ...children];
}

/** Numbers the orders of each customer separately, so that different customers use the same keys. */
export function keyOf(order: PlannedOrder, { orders }: Pick<Plan, "orders">): string {
  const own = orders.filter(({ customer, number }) => customer === order.customer && number <= order.number);
  return `key-of-order-number-${own.length}`;
}

/** A supplier's program that has a grant puts its file into the bucket itself, without asking for a form. */
export const uploadOf = ({ number, replaces = number }: PlannedFeed) => ({
  bucket: "feeds",
  key: `feeds/supplier-${replaces}.csv`,
  versionId: `version-${number}`,
});

export const bulkKeyOf = ({ number }: PlannedBulk) => `key-of-bulk-number-${number}`;
