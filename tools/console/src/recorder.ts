// Remembers what happened to each order, in bounded memory, and what changed since the last frame.
import { type DomainEvent, isEntryEventType, parseEvent, producerOf, subjectOf } from "@order-saga/contracts";
import type { Slices } from "@order-saga/emulator/slices";
import { withFact } from "@order-saga/protocol/facts";
import { createAttempts, type Speakers } from "./attempts.ts";
import type { DeadLetter, EventRow, Moment, OrderSummary } from "./console-api.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import { iso } from "./iso.ts";
import { fits, newestFirst, type OrderFilter } from "./order-filter.ts";
import { createOrderHistories, type OrderHistories } from "./order-histories.ts";
import { orderProgress } from "./order-progress.ts";
import { isStuck, type OrderRecord, type ParkedMessage } from "./order-summary.ts";
import type { RecorderInput } from "./recorder-input.ts";

export type RecorderOptions = Speakers & {
  maximumOrders: number;
  maximumEvents: number;
  /** Moments of one order; the oldest are forgotten. */
  maximumMoments: number;
  /** Milliseconds. */
  now: () => number;
};

/** `running` is of now, the others since the start. */
type QueueTally = { delivered: number; settled: number; failed: number; running: number };

export type Recorder = {
  record(input: RecorderInput): void;
  /**
   * Takes in what services recorded, mostly in an earlier run of the runtime; what is known already stays.
   * The bus of this run tells of every event that it takes, so a first event that it has not told of is not
   * on it.
   */
  recall(events: readonly DomainEvent[]): void;
  order(orderId: string): OrderRecord | undefined;
  summary(orderId: string): OrderSummary | undefined;
  /** The newest orders, and of those that are stuck the newest that are not among them. */
  recent(most: { orders: number; stuck: number }): OrderSummary[];
  /** Newest first, so many that fit, of those that were placed before an order; in slices. */
  search(asked: OrderSearch, slices: Slices): Promise<OrderSummary[]>;
  counts(): RecordedCounts;
  /** The newest, or those before a number. */
  events(most: number, before?: number): EventRow[];
  event(number: number): DomainEvent | undefined;
  /** The last attempt at a dead letter. */
  lastAttempt(
    letter: Pick<DeadLetter, "eventType" | "orderId" | "reaction">,
  ): Extract<Moment, { kind: "attempt" }> | undefined;
  tally(reaction: string): QueueTally;
  /** The dead letters of an order, remembered or not. */
  setDeadLetters(orderId: string, letters: readonly ParkedMessage[]): void;
  /** Marks orders that have become late as changed. */
  age(): void;
  /** What changed since the last call; undefined if it is more than a frame may carry. */
  takeChanges(most: number): { orders: OrderSummary[]; events: EventRow[] } | undefined;
  hasChanges(): boolean;
};

export type OrderSearch = { filter: OrderFilter; before: string | undefined; most: number };

/** Of the orders that are remembered. */
export type RecordedCounts = { orders: number; open: number; stuck: number };

/** So long after `decideBy` the sweep begins to publish again: by then an order should have ended. */
const LATE_MILLISECONDS = 2 * 60_000;

export function createRecorder(options: RecorderOptions): Recorder {
  const histories = createOrderHistories(options);
  const log = createEventLog(options.maximumEvents);
  const startedAt = iso(options.now());
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
      for (const event of events.toSorted((a, b) => (a.occurredAt < b.occurredAt ? 1 : -1))) {
        if (log.isFull()) break;
        if (!histories.hasRoomFor(subjectOf(event))) continue;
        if (isRoot(event) && event.occurredAt > startedAt) learnEvent(parts, event);
        else recallEvent(parts, event);
      }
    },
    order: histories.get,
    summary: histories.summary,
    recent: (most) => recentOrders(histories, most),
    search: (asked, slices) => searchOrders(histories, asked, slices),
    counts: () => countsOf(histories),
    events: log.rows,
    event: log.event,
    lastAttempt: ({ eventType, orderId, reaction }) =>
      (orderId === undefined ? [] : (histories.get(orderId)?.moments ?? []))
        .filter((each) => each.kind === "attempt")
        .findLast((each) => each.reaction === reaction && each.eventType === eventType),
    tally: tallies.of,
    setDeadLetters(orderId, letters) {
      const order = histories.get(orderId);
      if (!order || (order.deadLetters.length === 0 && letters.length === 0)) return;
      order.deadLetters = [...letters];
      histories.mark(order);
    },
    age() {
      for (const order of histories.all()) {
        const isLate = isLateAt(order, options.now());
        if (isLate !== order.isLate) histories.mark(order);
        order.isLate = isLate;
      }
    },
    takeChanges(most) {
      const isTooMuch = histories.changes() > most || log.changes() > most;
      if (!isTooMuch) return { orders: histories.takeChanges(), events: log.takeChanges() };
      histories.dropChanges();
      log.takeChanges();
      return undefined;
    },
    hasChanges: () => histories.changes() > 0 || log.changes() > 0,
  };
}

/** By when they were placed; an order without OrderPlaced has no place in a list. */
function placed(histories: OrderHistories) {
  return [...histories.all()]
    .flatMap(({ changedAt, facts, odd, orderId }) => {
      if (facts.OrderPlaced) return { orderId, placedAt: facts.OrderPlaced.occurredAt };
      return odd.size > 0 ? { orderId, placedAt: iso(changedAt) } : [];
    })
    .sort(newestFirst);
}

function recentOrders(histories: OrderHistories, most: Parameters<Recorder["recent"]>[0]): OrderSummary[] {
  const all = placed(histories);
  const stuck = all.slice(most.orders).filter(({ orderId }) => {
    const order = histories.get(orderId);
    return order && isStuck(order);
  });
  return [...all.slice(0, most.orders), ...stuck.slice(0, most.stuck)].flatMap(
    ({ orderId }) => histories.summary(orderId) ?? [],
  );
}

async function searchOrders(
  histories: OrderHistories,
  { before, filter, most }: OrderSearch,
  slices: Slices,
): Promise<OrderSummary[]> {
  const all = placed(histories);
  const from = before === undefined ? 0 : all.findIndex(({ orderId }) => orderId === before) + 1;
  const found: OrderSummary[] = [];
  for (const { orderId } of all.slice(from)) {
    const summary = histories.summary(orderId);
    if (summary && fits(summary, filter)) found.push(summary);
    if (found.length >= most) break;
    const rest = slices();
    if (rest) await rest;
  }
  return found;
}

function countsOf(histories: OrderHistories): RecordedCounts {
  const counts = { orders: 0, open: 0, stuck: 0 };
  for (const order of histories.all()) {
    if (!order.facts.OrderPlaced && order.odd.size === 0) continue;
    counts.orders++;
    if (!order.isSettled) counts.open++;
    if (isStuck(order)) counts.stuck++;
  }
  return counts;
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
      const tally = tallies.get(reaction) ?? { delivered: 0, settled: 0, failed: 0, running: 0 };
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
      parts.tallies.of(input.reaction).running++;
      attempts.begin(input);
      return;
    case "attempt-ended": {
      const tally = parts.tallies.of(input.reaction);
      tally.running = Math.max(0, tally.running - 1);
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
      histories.of(input.orderId).mails.set(input.mailKind, input.outcome);
      histories.add(input.orderId, input.at, mailMoment(input));
      return;
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
  { at, event: given, isReplay, reactions }: Extract<RecorderInput, { kind: "event" }>,
): void {
  const isContract = parseEvent(given.type, given).success;
  const event = isContract ? given : withPlainHead(given);
  const order = histories.of(subjectOf(event));
  // One that the bus has not taken before is news of it, whatever its service's record said.
  const isRepeat = !order.unheard.delete(event.type) && isKnown(order, event);
  const isOdd = !isContract && !isRepeat;
  const row = log.append(event, at, { isReplay, isRepeat, isOdd, reactions: [...reactions] });
  // What breaks its contract is no fact: no service takes it, and nothing in it may be relied upon.
  if (isOdd) order.odd.add(event.type);
  else if (!isRepeat) remember(order, event);
  if (isContract) order.events.push({ number: row.number, event });
  if (order.events.length > maximumMoments) order.events.shift();
  attempts.attribute(event, at);
  histories.add(subjectOf(event), at, momentOf(row));
}

/** An event that breaks its contract may have anything where a text belongs, and rows have texts only. */
function withPlainHead(event: DomainEvent): DomainEvent {
  const given = event as unknown as Readonly<Record<string, unknown>>;
  const text = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
  const subjects = ["orderId", "bulkId", "feedId"].filter((name) => name in given);
  return {
    ...event,
    ...Object.fromEntries(["id", "occurredAt", ...subjects].map((name) => [name, text(given[name])])),
    producer: producerOf(event.type),
    causationId: typeof given.causationId === "string" ? given.causationId : null,
  } as DomainEvent;
}

/** What a customer's request began; everything else follows from an event. */
const isRoot = ({ type }: DomainEvent) => type === "OrderPlaced" || type === "OrderCancelRequested";

function learnEvent({ histories }: Parts, event: DomainEvent): void {
  const order = histories.of(subjectOf(event));
  if (isKnown(order, event)) return;
  order.unheard.add(event.type);
  remember(order, event);
  histories.touch(order, Date.parse(event.occurredAt));
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
  order.isSettled = orderProgress(order.facts).isSettled;
  if (isEntryEventType(event.type)) order.entries = new Map(order.entries).set(event.id, event);
}

function isLateAt({ facts, isSettled }: OrderRecord, now: number): boolean {
  const decideBy = facts.OrderPlaced?.data.decideBy;
  return !isSettled && decideBy !== undefined && now > Date.parse(decideBy) + LATE_MILLISECONDS;
}

function mailMoment({ at, mailKind, outcome }: Extract<RecorderInput, { kind: "mail" }>): Moment {
  return { kind: "mail", at: iso(at), mailKind, outcome };
}

function momentOf({ at, causationId, id, isRepeat, isReplay, number, producer, type }: EventRow): Moment {
  return { kind: "event", at, number, id, type, producer, causationId, isRepeat, isReplay };
}
