// Remembers what happened to each order, in bounded memory, and what has changed since somebody looked last.
import type { EventRow, Moment, OrderSummary } from "@order-saga/console/wire";
import { type DomainEvent, producerOf, type ServiceName } from "@order-saga/contracts";
import type { Input, MessageSubject } from "./inputs.ts";
import { type Heard, standingOf } from "./standing.ts";

export type RecorderOptions = {
  maximumOrders: number;
  maximumEvents: number;
  /** Moments of one order; the oldest are forgotten. */
  maximumMoments: number;
  reactions: readonly {
    name: string;
    service: ServiceName;
    says: readonly string[];
    visibilityTimeoutSeconds: number;
  }[];
  schedules: readonly { name: string; service: ServiceName; says: readonly string[] }[];
  /** Milliseconds. */
  now: () => number;
};

type Attempt = Extract<Moment, { kind: "attempt" }>;
type Run = Extract<Moment, { kind: "schedule" }>;

export type OrderRecord = {
  orderId: string;
  heard: Heard;
  moments: Moment[];
  events: { number: number; event: DomainEvent }[];
  changedAt: number;
  deadLetters: number;
  isPartial: boolean;
  /** Open long after its decision was due. */
  isLate: boolean;
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
/** Attempts whose log line may still come. */
const RECENT_ATTEMPTS = 5000;

export function createRecorder(options: RecorderOptions): Recorder {
  const orders = new Map<string, OrderRecord>();
  const rows = new Map<number, { row: EventRow; event: DomainEvent }>();
  const attempts = new Map<string, { moment: Attempt; orderId: string }>();
  const running = new Map<string, Set<Attempt>>();
  const runs = new Map<string, number>();
  const tallies = new Map<string, QueueTally>();
  const reactionOf = new Map(options.reactions.map((each) => [each.name, each]));
  let changedOrders = new Set<string>();
  let changedEvents: EventRow[] = [];
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
    forgetOldest(orders, options.maximumOrders);
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
    const { causationId, id, occurredAt, orderId, producer, type } = event;
    const order = orderOf(orderId);
    // An event's id is derived from its order and type.
    const isRepeat = order.heard[type] !== undefined;
    const number = ++lastNumber;
    const time = iso(at);
    const row: EventRow = {
      number,
      id,
      type,
      orderId,
      causationId,
      producer,
      occurredAt,
      at: time,
      isReplay,
      isRepeat,
      reactions: [...reactions],
    };
    rows.set(number, { row, event });
    changedEvents.push(row);
    forgetOldest(rows, options.maximumEvents);
    if (changedEvents.length > options.maximumEvents) changedEvents.shift();
    if (!order.heard[type]) order.heard = { ...order.heard, [type]: event };
    order.events.push({ number, event });
    if (order.events.length > options.maximumMoments) order.events.shift();
    attribute(event, at);
    add(orderId, at, {
      kind: "event",
      at: time,
      number,
      id,
      type,
      producer,
      causationId,
      isRepeat,
      isReplay,
    });
  }

  /** Who says it is not in the event: of the attempts of its order that run, the one that may say it, or a schedule. */
  function attribute(event: DomainEvent, at: number): void {
    const may = [...(running.get(event.orderId) ?? [])].filter(({ reaction, service }) => {
      return service === producerOf(event.type) && reactionOf.get(reaction)?.says.includes(event.type);
    });
    const speaker = may.find(({ eventId }) => eventId === event.causationId) ?? may[0];
    if (speaker) {
      if (!speaker.says.includes(event.type)) speaker.says.push(event.type);
      return;
    }
    const schedule = options.schedules.find(
      ({ name, says, service }) =>
        runs.has(name) && service === producerOf(event.type) && says.includes(event.type),
    );
    if (!schedule) return;
    const begun = iso(runs.get(schedule.name) ?? at);
    const last = orderOf(event.orderId).moments.findLast((each): each is Run => each.kind === "schedule");
    if (last?.name === schedule.name && last.at === begun) last.says.push(event.type);
    else
      add(event.orderId, at, {
        kind: "schedule",
        at: begun,
        service: schedule.service,
        name: schedule.name,
        says: [event.type],
      });
  }

  function begin({ at, attempt, messageId, reaction, subject }: Extract<Input, { kind: "attempt" }>): void {
    const { orderId } = subject;
    const service = reactionOf.get(reaction)?.service;
    if (!orderId || !service) return;
    const moment: Attempt = {
      kind: "attempt",
      at: iso(at),
      reaction,
      service,
      eventId: subject.eventId,
      eventType: subject.eventType,
      attempt,
      says: [],
    };
    attempts.set(`${messageId}/${attempt}`, { moment, orderId });
    forgetOldest(attempts, RECENT_ATTEMPTS);
    const ofOrder = running.get(orderId) ?? new Set();
    running.set(orderId, ofOrder.add(moment));
    add(orderId, at, moment);
  }

  function end(input: Extract<Input, { kind: "attempt-ended" }>): void {
    const tally = tallyOf(input.reaction);
    if (input.outcome === "settled" || input.outcome === "parked") tally.settled++;
    else tally.failed++;
    const known = attempts.get(`${input.messageId}/${input.attempt}`);
    if (!known) return;
    const { moment, orderId } = known;
    moment.endedAt = iso(input.at);
    // A log line that came first knows more.
    if (moment.outcome !== "parked") moment.outcome = input.outcome;
    if (input.errorName !== undefined) moment.errorName ??= input.errorName;
    if (moment.outcome !== "settled" && moment.outcome !== "parked") {
      const hidden = (reactionOf.get(input.reaction)?.visibilityTimeoutSeconds ?? 0) * 1000;
      moment.nextAt = iso(Date.parse(moment.at) + hidden);
    }
    const ofOrder = running.get(orderId);
    ofOrder?.delete(moment);
    if (ofOrder?.size === 0) running.delete(orderId);
    touch(orderOf(orderId), input.at);
  }

  function explain({ attempt, errorName, isParked, messageId }: Extract<Input, { kind: "reason" }>): void {
    const known = attempts.get(`${messageId}/${attempt}`);
    if (!known) return;
    known.moment.errorName = errorName;
    if (isParked) known.moment.outcome = "parked";
    touch(orderOf(known.orderId), 0);
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
        begin(input);
        return;
      case "attempt-ended":
        end(input);
        return;
      case "reason":
        explain(input);
        return;
      case "schedule":
        runs.set(input.name, input.at);
        return;
      case "schedule-ended":
        runs.delete(input.name);
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
        const { orderId, wasThere: _, ...rest } = input;
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
        if (orders.size >= options.maximumOrders && !orders.has(event.orderId)) continue;
        if (rows.size >= options.maximumEvents) break;
        const order = orderOf(event.orderId);
        if (order.heard[event.type]) continue;
        const number = --firstNumber;
        const { causationId, id, occurredAt, orderId, producer, type } = event;
        order.heard = { ...order.heard, [type]: event };
        order.events.unshift({ number, event });
        order.isPartial = true;
        order.changedAt = Math.max(order.changedAt, Date.parse(occurredAt));
        const row: EventRow = {
          number,
          id,
          type,
          orderId,
          causationId,
          producer,
          occurredAt,
          at: occurredAt,
          isReplay: false,
          isRepeat: false,
          reactions: [],
        };
        rows.set(number, { row, event });
        changedEvents.push(row);
        changedOrders.add(orderId);
        order.moments.unshift({
          kind: "event",
          at: occurredAt,
          number,
          id,
          type,
          producer,
          causationId,
          isRepeat: false,
          isReplay: false,
        });
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
        events: changedEvents,
      };
      changedOrders = new Set();
      changedEvents = [];
      return taken;
    },
    hasChanges: () => changedOrders.size > 0 || changedEvents.length > 0,
  };
}

/** Undefined for an order of which nobody has said that it was placed. */
function summaryOf(order: OrderRecord): OrderSummary | undefined {
  const { changedAt, deadLetters, heard, moments, orderId } = order;
  const placed = heard.OrderPlaced;
  if (!placed) return undefined;
  const { status, isCompensating, isSettled, words } = standingOf(heard);
  const open = openAttempts(moments);
  const isMailUnknown = moments.some((each) => each.kind === "mail" && each.outcome === "unknown");
  return {
    orderId,
    status,
    isSettled,
    isStuck: deadLetters > 0 || isMailUnknown || (order.isLate && !isSettled),
    currency: placed.data.currency,
    amount: placed.data.amount,
    lines: placed.data.lines.map(({ quantity, sku, unitPrice }) => ({ sku, quantity, unitPrice })),
    placedAt: placed.occurredAt,
    decideBy: placed.data.decideBy,
    changedAt: iso(changedAt),
    standing: standingIn(words, open, deadLetters),
    attempts: open.map(({ attempt, reaction }) => ({ reaction, attempt })),
    deadLetters,
    isCompensating,
  };
}

function standingIn(words: string, open: readonly Attempt[], deadLetters: number): string {
  if (deadLetters > 0)
    return `${deadLetters === 1 ? "A message of it is" : `${deadLetters} messages of it are`} parked. ${words}`;
  const [failed] = open.filter(({ outcome }) => outcome !== undefined);
  return failed ? `${failed.reaction} failed ${times(failed.attempt)} and tries again. ${words}` : words;
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);

/** The last attempt at each message that has not settled. */
export function openAttempts(moments: readonly Moment[]): Attempt[] {
  const last = new Map<string, Attempt>();
  for (const moment of moments)
    if (moment.kind === "attempt") last.set(`${moment.reaction}/${moment.eventId}`, moment);
  return [...last.values()].filter(({ outcome }) => outcome !== "settled" && outcome !== "parked");
}

export function subjectLabel({ eventType }: MessageSubject): string {
  return eventType || "a message nobody can read";
}

function forgetOldest(map: Map<unknown, unknown>, maximum: number): void {
  const [oldest] = map.size > maximum ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}

/** Many things happen in one millisecond, and a date costs more than all else here. */
let lastTime = { milliseconds: 0, text: new Date(0).toISOString() };
function iso(milliseconds: number): string {
  if (milliseconds !== lastTime.milliseconds)
    lastTime = { milliseconds, text: new Date(milliseconds).toISOString() };
  return lastTime.text;
}
