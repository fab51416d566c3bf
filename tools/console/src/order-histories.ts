// What happened to each order, in bounded memory, and which orders changed since the last frame.

import { forgetOldest } from "@order-saga/invariants/forget-oldest";
import type { Moment, OrderSummary } from "./console-api.ts";
import { type OrderRecord, summaryOf } from "./order-summary.ts";

export type OrderHistories = ReturnType<typeof createOrderHistories>;

export function createOrderHistories(options: {
  maximumOrders: number;
  /** Of one order; the oldest are forgotten. */
  maximumMoments: number;
}) {
  const orders = new Map<string, OrderRecord>();
  /** Of orders that have not changed since. */
  const summaries = new Map<string, OrderSummary | undefined>();
  let changed = new Set<string>();

  function change(orderId: string): void {
    summaries.delete(orderId);
    changed.add(orderId);
  }

  /** Begins a history if there is none. */
  function of(orderId: string): OrderRecord {
    const known = orders.get(orderId);
    if (known) return known;
    const fresh = newRecord(orderId);
    orders.set(orderId, fresh);
    // Without a page no change is taken for days, so what is forgotten must not stay among the changes.
    const forgotten = forgetOldest(orders, options.maximumOrders);
    if (forgotten !== undefined) {
      changed.delete(forgotten);
      summaries.delete(forgotten);
    }
    return fresh;
  }

  function touch(order: OrderRecord, at: number): void {
    order.changedAt = Math.max(order.changedAt, at);
    change(order.orderId);
  }

  function summary(orderId: string): OrderSummary | undefined {
    const order = orders.get(orderId);
    if (!order || summaries.has(orderId)) return summaries.get(orderId);
    const fresh = summaryOf(order);
    summaries.set(orderId, fresh);
    return fresh;
  }

  return {
    of,
    touch,
    summary,
    get: (orderId: string) => orders.get(orderId),
    all: () => orders.values(),
    hasRoomFor: (orderId: string) => orders.size < options.maximumOrders || orders.has(orderId),
    add(orderId: string, at: number, moment: Moment): void {
      const order = of(orderId);
      order.moments.push(moment);
      if (order.moments.length > options.maximumMoments) {
        order.moments.shift();
        order.isPartial = true;
      }
      touch(order, at);
    },
    /** As changed, though nothing happened now. */
    mark: ({ orderId }: OrderRecord) => change(orderId),
    changes: () => changed.size,
    dropChanges: () => changed.clear(),
    takeChanges() {
      const taken = [...changed].map(summary).filter((each) => each !== undefined);
      changed = new Set();
      return taken;
    },
  };
}

function newRecord(orderId: string): OrderRecord {
  return {
    orderId,
    facts: {},
    moments: [],
    events: [],
    entries: new Map(),
    unheard: new Set(),
    odd: new Set(),
    changedAt: 0,
    deadLetters: [],
    isPartial: false,
    isSettled: false,
    isLate: false,
    mails: new Map(),
  };
}
