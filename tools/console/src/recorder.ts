// Remembers what happened to each order, in bounded memory, and what changed since the last frame.
import { type DomainEvent, isEntryEventType, subjectOf } from "@order-saga/contracts";
import { withFact } from "@order-saga/protocol/facts";
import { createAttempts, type Speakers } from "./attempts.ts";
import type { DeadLetter, EventRow, Moment, OrderSummary } from "./console-api.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import { iso } from "./iso.ts";
import { createOrderHistories, type OrderHistories } from "./order-histories.ts";
import { orderProgress } from "./order-progress.ts";
import { type OrderRecord, summaryOf } from "./order-summary.ts";
import type { RecorderInput } from "./recorder-input.ts";

export type RecorderOptions = Speakers & {
  maximumOrders: number;
  maximumEvents: number;
  /** Moments of one order; the oldest are forgotten. */
  maximumMoments: number;
  /** Milliseconds. */
  now: () => number;
};

type QueueTally = { delivered: number; settled: number; failed: number };

export type Recorder = {
  record(input: RecorderInput): void;
  /** Takes in an order that an earlier run of the runtime recorded; what is known of it already stays. */
  recall(events: readonly DomainEvent[]): void;
  order(orderId: string): OrderRecord | undefined;
  summary(orderId: string): OrderSummary | undefined;
  summaries(): OrderSummary[];
  events(): EventRow[];
  event(number: number): DomainEvent | undefined;
  /** The last attempt at a dead letter. */
  lastAttempt(
    letter: Pick<DeadLetter, "eventType" | "orderId" | "reaction">,
  ): Extract<Moment, { kind: "attempt" }> | undefined;
  tally(reaction: string): QueueTally;
  /** The number of dead letters of each order. */
  setDeadLetters(counts: ReadonlyMap<string, number>): void;
  /** Marks orders that have become late as changed. */
  age(): void;
  /** What changed since the last call. */
  takeChanges(): { orders: OrderSummary[]; events: EventRow[] };
  hasChanges(): boolean;
};

/** So long after `decideBy` the sweep begins to publish again: by then an order should have ended. */
const LATE_MILLISECONDS = 2 * 60_000;

export function createRecorder(options: RecorderOptions): Recorder {
  const histories = createOrderHistories(options);
  const log = createEventLog(options.maximumEvents);
  const tallies = createTallies();
  const attempts = createAttempts({
    reactions: options.reactions,
    schedules: options.schedules,
    add: histories.add,
    momentsOf: (orderId) => histories.of(orderId).moments,
    touch: (orderId, at) => histories.touch(histories.of(orderId), at),
  });
  const parts: Parts = { attempts, histories, log, maximumMoments: options.maximumMoments, tallies };
  return {
    record: (input) => record(parts, input),
    recall(events) {
      for (const event of events.toSorted((a, b) => b.occurredAt.localeCompare(a.occurredAt))) {
        if (log.isFull()) break;
        if (histories.hasRoomFor(subjectOf(event))) recallEvent(parts, event);
      }
    },
    order: histories.get,
    summary: histories.summary,
    summaries: () => [...histories.all()].map(summaryOf).filter((each) => each !== undefined),
    events: log.rows,
    event: log.event,
    lastAttempt: ({ eventType, orderId, reaction }) =>
      (orderId === undefined ? [] : (histories.get(orderId)?.moments ?? []))
        .filter((each) => each.kind === "attempt")
        .findLast((each) => each.reaction === reaction && each.eventType === eventType),
    tally: tallies.of,
    setDeadLetters(counts) {
      for (const order of histories.all()) {
        const count = counts.get(order.orderId) ?? 0;
        if (count === order.deadLetters) continue;
        order.deadLetters = count;
        histories.mark(order);
      }
    },
    age() {
      for (const order of histories.all()) {
        const isLate = isLateAt(order, options.now());
        if (isLate !== order.isLate) histories.mark(order);
        order.isLate = isLate;
      }
    },
    takeChanges: () => ({ orders: histories.takeChanges(), events: log.takeChanges() }),
    hasChanges: () => histories.hasChanges() || log.hasChanges(),
  };
}

type Parts = {
  attempts: ReturnType<typeof createAttempts>;
  histories: OrderHistories;
  log: EventLog;
  maximumMoments: number;
  tallies: ReturnType<typeof createTallies>;
};

function createTallies() {
  const tallies = new Map<string, QueueTally>();
  return {
    of(reaction: string): QueueTally {
      const tally = tallies.get(reaction) ?? { delivered: 0, settled: 0, failed: 0 };
      tallies.set(reaction, tally);
      return tally;
    },
  };
}

function record({ attempts, histories, ...parts }: Parts, input: RecorderInput): void {
  switch (input.kind) {
    case "event":
      recordEvent({ attempts, histories, ...parts }, input);
      return;
    case "delivered": {
      parts.tallies.of(input.reaction).delivered++;
      const { eventId, orderId } = input.header;
      const moment: Moment = { kind: "delivered", at: iso(input.at), reaction: input.reaction, eventId };
      if (orderId) histories.add(orderId, input.at, moment);
      return;
    }
    case "attempt":
      attempts.begin(input);
      return;
    case "attempt-ended": {
      const tally = parts.tallies.of(input.reaction);
      if (input.outcome === "settled") tally.settled++;
      else tally.failed++;
      attempts.end(input);
      return;
    }
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
      histories.add(orderId, input.endedAt, { ...rest, at: iso(input.at), endedAt: iso(input.endedAt) });
      return;
    }
    case "mail":
    case "redrive":
    case "dead-letter": {
      const { orderId, ...rest } = input;
      histories.add(orderId, input.at, { ...rest, at: iso(input.at) });
      return;
    }
  }
}

function recordEvent(
  { attempts, histories, log, maximumMoments }: Parts,
  { at, event, isReplay, reactions }: Extract<RecorderInput, { kind: "event" }>,
): void {
  const order = histories.of(subjectOf(event));
  const isRepeat = isKnown(order, event);
  const row = log.append(event, at, { isReplay, isRepeat, reactions: [...reactions] });
  if (!isRepeat) remember(order, event);
  order.events.push({ number: row.number, event });
  if (order.events.length > maximumMoments) order.events.shift();
  attempts.attribute(event, at);
  histories.add(subjectOf(event), at, momentOf(row));
}

function recallEvent({ histories, log }: Parts, event: DomainEvent): void {
  const order = histories.of(subjectOf(event));
  if (isKnown(order, event)) return;
  const row = log.prepend(event);
  remember(order, event);
  order.events.unshift({ number: row.number, event });
  order.moments.unshift(momentOf(row));
  order.isPartial = true;
  histories.touch(order, Date.parse(event.occurredAt));
}

/** Derived ids: an order says a type once, or once for each refund and dispute. */
function isKnown({ entries, facts }: OrderRecord, { id, type }: DomainEvent): boolean {
  return isEntryEventType(type) ? entries.has(id) : Object.hasOwn(facts, type);
}

function remember(order: OrderRecord, event: DomainEvent): void {
  order.facts = withFact(order.facts, event);
  if (isEntryEventType(event.type)) order.entries = new Map(order.entries).set(event.id, event);
}

function isLateAt({ facts }: OrderRecord, now: number): boolean {
  const decideBy = facts.OrderPlaced?.data.decideBy;
  const isDue = decideBy !== undefined && now > Date.parse(decideBy) + LATE_MILLISECONDS;
  return isDue && !orderProgress(facts).isSettled;
}

function momentOf({ at, causationId, id, isRepeat, isReplay, number, producer, type }: EventRow): Moment {
  return { kind: "event", at, number, id, type, producer, causationId, isRepeat, isReplay };
}
