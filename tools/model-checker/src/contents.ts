// Gives each record and event a number, the same for the same contents, so that a state is a handful of numbers.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";

export type Kinds = {
  payment: Payment;
  reservation: Reservation;
  order: Order;
  notification: Notification;
  event: DomainEvent;
};
export type Kind = keyof Kinds;

/** The number of some contents; 0 is for a record that is not there. */
export type ContentId = number;

/** Rules only ask whether a time has come: these have, whatever the time is, or have not until time passes for good. */
const LONG_AGO = "2000-01-01T00:00:00.000Z";
const FAR_AWAY = "3000-01-01T00:00:00.000Z";

const plain = <T>(value: T): Record<string, unknown> => value as Record<string, unknown>;

/** What tells two contents apart for the rules. With `exact`, every byte but the version does. */
function essence<K extends Kind>(kind: K, given: Kinds[K], exact: boolean): unknown {
  if (kind === "event") {
    const { data, type } = given as DomainEvent;
    return exact ? given : { type, data: withoutExpiry(data) };
  }
  const { version: _, ...record } = plain(given);
  if (exact) return record;
  switch (kind) {
    case "payment":
      return essenceOfPayment(given as Payment);
    case "reservation":
      return essenceOfReservation(given as Reservation);
    case "order":
      return essenceOfOrder(given as Order);
    default:
      return essenceOfNotification(given as Notification);
  }
}

/** Nobody reads until when stock is held: the expiry is inventory's own, by `dueAt`. */
function withoutExpiry(data: object) {
  const { reservedUntil: _, ...rest } = data as { reservedUntil?: string };
  return rest;
}

const bodies = (events: { [T in EventType]?: DomainEvent }) =>
  Object.fromEntries(Object.values(events).map(({ data, type }) => [type, withoutExpiry(data)]));

function essenceOfPayment({ deadline, decision, events, version: _, ...rest }: Payment) {
  // Once it is decided, nobody asks for the deadline.
  return { ...rest, decision, deadline: decision ? undefined : deadline, events: bodies(events) };
}

function essenceOfReservation({ events, reservedUntil, version: _, ...rest }: Reservation) {
  return { ...rest, isHeld: reservedUntil !== undefined, events: bodies(events) };
}

function essenceOfOrder({ events, heard, placedAt: _, timeline, version: __, ...rest }: Order) {
  return {
    ...rest,
    heard: Object.keys(heard).toSorted(),
    timeline: timeline.map(({ type }) => ({ type })).toSorted((a, b) => (a.type < b.type ? -1 : 1)),
    // The cause of an outcome tells which redelivery says it again.
    events: Object.fromEntries(
      Object.values(events).map(({ causationId, data, type }) => [type, { causationId, data }]),
    ),
  };
}

function essenceOfNotification({ mails, version: _, ...rest }: Notification) {
  const essences = Object.entries(mails).map(([kind, mail]) => {
    if (mail.state === "CLAIMED") return [kind, mail];
    return [kind, { state: mail.state, by: mail.state === "UNKNOWN" ? mail.by : undefined }];
  });
  return { ...rest, mails: Object.fromEntries(essences) };
}

/** How often a timer has repeated itself lengthens its pause and nothing else. */
function withoutRepeats<K extends Kind>(kind: K, given: Kinds[K]): Kinds[K] {
  if (kind === "order") return { ...given, repeats: 0 };
  return kind === "reservation" ? { ...given, signals: 0 } : given;
}

/** The contents at a moment: each time is long ago, far away, or that of the first later moment at which it has come. */
function aged<K extends Kind>(kind: K, given: Kinds[K], now: number, moments: readonly number[]): Kinds[K] {
  const come = (time: string, after = 0) => {
    const at = Date.parse(time) + after;
    // By the time at which it is written a function knows its own write again.
    if (after > 0 && at - after === now) return time;
    if (at <= now) return LONG_AGO;
    const moment = moments.find((each) => each >= at);
    return moment === undefined ? FAR_AWAY : new Date(moment - after).toISOString();
  };
  const { dueAt } = given as { dueAt?: string };
  const record = dueAt === undefined ? given : { ...given, dueAt: come(dueAt) };
  if (kind === "payment") {
    const { authorization, deadline } = record as Payment;
    const since = authorization.state === "PENDING" ? come(authorization.since, 60_000) : undefined;
    const authorized = since === undefined ? authorization : { ...authorization, since };
    return { ...(record as Payment), deadline: come(deadline), authorization: authorized } as Kinds[K];
  }
  if (kind !== "notification") return record;
  const { mails } = record as Notification;
  const entries = Object.entries(mails).map(([mail, state]) =>
    state.state === "CLAIMED" ? [mail, { ...state, at: come(state.at, 60_000) }] : [mail, state],
  );
  return { ...(record as Notification), mails: Object.fromEntries(entries) } as Kinds[K];
}

export type Contents = ReturnType<typeof createContents>;

export function createContents({ exact }: { exact: boolean }, moments: readonly number[]) {
  const kinds = ["payment", "reservation", "order", "notification", "event"] as const;
  const shelves = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      {
        ids: new Map<string, ContentId>(),
        all: [undefined] as unknown[],
        essences: [undefined] as unknown[],
      },
    ]),
  ) as Record<Kind, { ids: Map<string, ContentId>; all: unknown[]; essences: unknown[] }>;
  /** For each time asked about, the later number of each number. */
  const later = new Map<number, Record<Kind, ContentId[]>>();

  function idOf<K extends Kind>(kind: K, given: Kinds[K]): ContentId {
    const content = withoutRepeats(kind, given);
    const reduced = sorted(essence(kind, content, exact));
    const key = JSON.stringify(reduced);
    const { all, essences, ids } = shelves[kind];
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, all.length);
    essences.push(reduced);
    return all.push(frozen(content)) - 1;
  }

  function get<K extends Kind>(kind: K, id: ContentId): Kinds[K] | undefined {
    return shelves[kind].all[id] as Kinds[K] | undefined;
  }

  return {
    idOf,
    get,
    /** What tells these contents apart from others. */
    essenceOf: <K extends Kind>(kind: K, id: ContentId) => shelves[kind].essences[id] as Kinds[K] | undefined,
    /** The same record at a later moment (milliseconds; Infinity once every time has come). */
    later<K extends Kind>(kind: K, id: ContentId, now: number): ContentId {
      if (id === 0) return id;
      const tables = later.get(now) ?? {
        payment: [],
        reservation: [],
        order: [],
        notification: [],
        event: [],
      };
      later.set(now, tables);
      const known = tables[kind][id];
      if (known !== undefined) return known;
      const found = idOf(kind, aged(kind, get(kind, id) as Kinds[K], now, moments));
      tables[kind][id] = found;
      return found;
    },
    /** True if a timer is due; of contents that are those of the present moment. */
    isDue<K extends Kind>(kind: K, id: ContentId): boolean {
      return (get(kind, id) as { dueAt?: string } | undefined)?.dueAt === LONG_AGO;
    },
    counts: () => Object.fromEntries(kinds.map((kind) => [kind, shelves[kind].all.length - 1])),
  };
}

/** With the names of every object in order, so that equal contents have equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]),
  );
}

/** A rule that changes what it was given fails at once. */
function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
