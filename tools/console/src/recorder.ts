// Remembers what happened to each order, in bounded memory, and what has changed since somebody looked last.

import type { DomainEvent } from "@order-saga/contracts";
import type { Input } from "@order-saga/dead-letters/inputs";
import { forgetOldest, iso } from "@order-saga/invariants/bounded";
import { createAttempts, type Speakers } from "./attempts.ts";
import { standingOf } from "./standing.ts";
import { type OrderRecord, summaryOf } from "./summary.ts";
import type { EventRow, Moment, OrderSummary } from "./wire.ts";

export type RecorderOptions = Speakers & {
  maximumOrders: number;
  maximumEvents: number;
  /** Moments of one order; the oldest are forgotten. */
  maximumMoments: number;
  /** Milliseconds. */
  now: () => number;
};

export type QueueTally = { delivered: number; settled: number; failed: number };

export type Recorder = {
  record(input: Input): void;
  /** Takes in an order that an earlier run of the runtime recorded; what is known of it already stays. */
  recall(events: readonly DomainEvent[]): void;
  order(orderId: string): OrderRecord | undefined;
  summary(orderId: string): OrderSummary | undefined;
  summaries(): OrderSummary[];
  events(): EventRow[];
  event(number: number): DomainEvent | undefined;
  tally(reaction: string): QueueTally;
  /** The dead letters that an order has by now. */
  setDeadLetters(counts: ReadonlyMap<string, number>): void;
  /** Marks the orders as changed that are late by now. */
  age(): void;
  /** What changed since this was asked last. */
  takeChanges(): { orders: OrderSummary[]; events: EventRow[] };
  hasChanges(): boolean;
};

/** As long after `decideBy` the sweep begins to ask again: by then an order should have ended. */
const LATE_MILLISECONDS = 2 * 60_000;

export function createRecorder(options: RecorderOptions): Recorder {
  const orders = new Map<string, OrderRecord>();
  const rows = new Map<number, { row: EventRow; event: DomainEvent }>();
  const attempts = createAttempts({
    reactions: options.reactions,
    schedules: options.schedules,
    add,
    momentsOf: (orderId) => orderOf(orderId).moments,
    touch: (orderId, at) => touch(orderOf(orderId), at),
  });
  const tallies = new Map<string, QueueTally>();
  let changedOrders = new Set<string>();
  let changedEvents = new Map<number, EventRow>();
  let lastNumber = 0;
  let firstNumber = 1;

  function orderOf(orderId: string): OrderRecord {
    const known = orders.get(orderId);
    if (known) return known;
    const fresh: OrderRecord = {
      orderId,
      heard: {},
      moments: [],
      events: [],
      changedAt: 0,
      deadLetters: 0,
      isPartial: false,
      isLate: false,
    };
    orders.set(orderId, fresh);
    // Nobody may listen for days, so what is forgotten is no change that somebody could be told of.
    const forgotten = forgetOldest(orders, options.maximumOrders);
    if (forgotten !== undefined) changedOrders.delete(forgotten);
    return fresh;
  }

  function add(orderId: string, at: number, moment: Moment): void {
    const order = orderOf(orderId);
    order.moments.push(moment);
    if (order.moments.length > options.maximumMoments) {
      order.moments.shift();
      order.isPartial = true;
    }
    touch(order, at);
  }

  function touch(order: OrderRecord, at: number): void {
    order.changedAt = Math.max(order.changedAt, at);
    changedOrders.add(order.orderId);
  }

  function hear({ at, event, isReplay, reactions }: Extract<Input, { kind: "event" }>): void {
    const order = orderOf(event.orderId);
    // An event's id is derived from its order and type.
    const isRepeat = order.heard[event.type] !== undefined;
    const row: EventRow = {
      ...rowOf(event, ++lastNumber, iso(at)),
      isReplay,
      isRepeat,
      reactions: [...reactions],
    };
    keep(row, event);
    if (!isRepeat) order.heard = { ...order.heard, [event.type]: event };
    order.events.push({ number: row.number, event });
    if (order.events.length > options.maximumMoments) order.events.shift();
    attempts.attribute(event, at);
    add(event.orderId, at, momentOf(row));
  }

  function keep(row: EventRow, event: DomainEvent): void {
    rows.set(row.number, { row, event });
    changedEvents.set(row.number, row);
    forgetOldest(rows, options.maximumEvents);
    forgetOldest(changedEvents, options.maximumEvents);
  }

  /** The table's records do not say when the bus took an event, so it is as if that was at once. */
  function recallOne(event: DomainEvent): void {
    const order = orderOf(event.orderId);
    if (order.heard[event.type]) return;
    const row = rowOf(event, --firstNumber, event.occurredAt);
    keep(row, event);
    order.heard = { ...order.heard, [event.type]: event };
    order.events.unshift({ number: row.number, event });
    order.moments.unshift(momentOf(row));
    order.isPartial = true;
    touch(order, Date.parse(event.occurredAt));
  }

  const tallyOf = (reaction: string): QueueTally => {
    const tally = tallies.get(reaction) ?? { delivered: 0, settled: 0, failed: 0 };
    tallies.set(reaction, tally);
    return tally;
  };

  function record(input: Input): void {
    switch (input.kind) {
      case "event":
        hear(input);
        return;
      case "delivered": {
        tallyOf(input.reaction).delivered++;
        const { eventId, orderId } = input.subject;
        if (orderId)
          add(orderId, input.at, {
            kind: "delivered",
            at: iso(input.at),
            reaction: input.reaction,
            eventId,
          });
        return;
      }
      case "attempt":
        attempts.begin(input);
        return;
      case "attempt-ended":
        if (input.outcome === "settled") tallyOf(input.reaction).settled++;
        else tallyOf(input.reaction).failed++;
        attempts.end(input);
        return;
      case "reason":
        attempts.explain(input);
        return;
      case "schedule":
      case "schedule-ended":
        attempts.run(input);
        return;
      case "request":
      case "provider": {
        const { orderId, ...rest } = input;
        add(orderId, input.endedAt, { ...rest, at: iso(input.at), endedAt: iso(input.endedAt) });
        return;
      }
      case "mail":
      case "redrive": {
        const { orderId, ...rest } = input;
        add(orderId, input.at, { ...rest, at: iso(input.at) });
        return;
      }
      case "dead-letter": {
        const { orderId, ...rest } = input;
        add(orderId, input.at, { ...rest, at: iso(input.at) });
        return;
      }
    }
  }

  function summary(orderId: string): OrderSummary | undefined {
    const order = orders.get(orderId);
    return order && summaryOf(order);
  }

  return {
    record,
    recall(events) {
      for (const event of events.toSorted((a, b) => b.occurredAt.localeCompare(a.occurredAt))) {
        if (rows.size >= options.maximumEvents) break;
        if (orders.size < options.maximumOrders || orders.has(event.orderId)) recallOne(event);
      }
    },
    order: (orderId) => orders.get(orderId),
    summary,
    summaries: () => [...orders.values()].map(summaryOf).filter((each) => each !== undefined),
    events: () => [...rows.values()].map(({ row }) => row).sort((a, b) => a.number - b.number),
    event: (number) => rows.get(number)?.event,
    tally: tallyOf,
    setDeadLetters(counts) {
      for (const order of orders.values()) {
        const count = counts.get(order.orderId) ?? 0;
        if (count === order.deadLetters) continue;
        order.deadLetters = count;
        changedOrders.add(order.orderId);
      }
    },
    age() {
      for (const order of orders.values()) {
        const decideBy = order.heard.OrderPlaced?.data.decideBy;
        const isDue = decideBy !== undefined && options.now() > Date.parse(decideBy) + LATE_MILLISECONDS;
        const isLate = isDue && !standingOf(order.heard).isSettled;
        if (isLate !== order.isLate) changedOrders.add(order.orderId);
        order.isLate = isLate;
      }
    },
    takeChanges() {
      const taken = {
        orders: [...changedOrders].map(summary).filter((each) => each !== undefined),
        events: [...changedEvents.values()],
      };
      changedOrders = new Set();
      changedEvents = new Map();
      return taken;
    },
    hasChanges: () => changedOrders.size > 0 || changedEvents.size > 0,
  };
}

function rowOf(
  { causationId, id, occurredAt, orderId, producer, type }: DomainEvent,
  number: number,
  at: string,
): EventRow {
  const marks = { isReplay: false, isRepeat: false, reactions: [] };
  return { number, id, type, orderId, causationId, producer, occurredAt, at, ...marks };
}

function momentOf({ at, causationId, id, isRepeat, isReplay, number, producer, type }: EventRow): Moment {
  return { kind: "event", at, number, id, type, producer, causationId, isRepeat, isReplay };
}
