// The page's state as signals; a frame replaces, by key, what it carries.
import { batch, type Signal, signal } from "@preact/signals";
import type {
  Accounts,
  ActRow,
  ClockState,
  DeadLetterGroup,
  EventRow,
  FaultBoardState,
  Frame,
  MailRow,
  OrderCounts,
  OrderSummary,
  PendingRow,
  QueueGauge,
  Snapshot,
  StockRow,
  Topology,
} from "../../../src/console-api.ts";

type Connection = "connecting" | "live" | "lost" | "file";

/** The most events and orders that the page keeps; the laptop has the rest. */
const MOST_EVENTS = 5_000;
const MOST_ORDERS = 5_000;

export type Store = {
  connection: Signal<Connection>;
  /** Why the laptop does not let the page listen, though it answers. */
  refusal: Signal<string | undefined>;
  topology: Signal<Topology>;
  version: Signal<string>;
  /** Where the provider's own page is. */
  providerUrl: Signal<string>;
  /** The last frame that was applied. */
  sequence: Signal<number>;
  runtimeId: Signal<string>;
  /** Since when is counted. */
  startedAt: Signal<string>;
  /** Of all that the laptop remembers; `orders` has the newest, and those that were asked for. */
  counts: Signal<OrderCounts>;
  /** Newest first. */
  orders: Signal<ReadonlyMap<string, OrderSummary>>;
  /** Oldest first. */
  events: Signal<readonly EventRow[]>;
  queues: Signal<ReadonlyMap<string, QueueGauge>>;
  pending: Signal<readonly PendingRow[]>;
  deadLetters: Signal<readonly DeadLetterGroup[]>;
  mails: Signal<readonly MailRow[]>;
  stock: Signal<ReadonlyMap<string, StockRow>>;
  faults: Signal<FaultBoardState>;
  accounts: Signal<Accounts>;
  acts: Signal<readonly ActRow[]>;
  clock: Signal<ClockState>;
  /** When the clock was read, by this browser's own clock, in milliseconds. */
  clockReadAt: Signal<number>;
};

export function createStore(): Store {
  return {
    connection: signal<Connection>("connecting"),
    refusal: signal<string | undefined>(undefined),
    topology: signal<Topology>({ services: [], events: [], reactions: [] }),
    version: signal(""),
    providerUrl: signal(""),
    sequence: signal(0),
    runtimeId: signal(""),
    startedAt: signal(""),
    counts: signal<OrderCounts>({ orders: 0, open: 0, stuck: 0 }),
    orders: signal<ReadonlyMap<string, OrderSummary>>(new Map()),
    events: signal<readonly EventRow[]>([]),
    queues: signal<ReadonlyMap<string, QueueGauge>>(new Map()),
    pending: signal<readonly PendingRow[]>([]),
    deadLetters: signal<readonly DeadLetterGroup[]>([]),
    mails: signal<readonly MailRow[]>([]),
    stock: signal<ReadonlyMap<string, StockRow>>(new Map()),
    faults: signal<FaultBoardState>({ seed: 0, faults: [], presets: [] }),
    accounts: signal<Accounts>({ money: [], mails: [], orders: [], invariants: [], checkedAt: "" }),
    acts: signal<readonly ActRow[]>([]),
    clock: signal<ClockState>({ now: new Date(0).toISOString(), aheadSeconds: 0 }),
    clockReadAt: signal(0),
  };
}

/** The page's one store. */
export const session = createStore();

/** Forgets what was there; a snapshot is the whole. */
export function applySnapshot(store: Store, snapshot: Snapshot): void {
  batch(() => {
    store.topology.value = snapshot.topology;
    store.version.value = snapshot.version;
    store.providerUrl.value = snapshot.providerUrl;
    store.runtimeId.value = snapshot.runtimeId;
    store.startedAt.value = snapshot.startedAt;
    store.orders.value = new Map();
    store.events.value = [];
    store.queues.value = new Map();
    store.mails.value = [];
    store.stock.value = new Map();
    store.acts.value = [];
    store.sequence.value = -1;
    apply(store, snapshot);
  });
}

/** Adds a frame. One that was applied before, or is older, changes nothing. */
export function apply(store: Store, frame: Frame): void {
  if (frame.sequence <= store.sequence.peek()) return;
  batch(() => {
    store.sequence.value = frame.sequence;
    if (frame.orders) store.orders.value = withOrders(store.orders.peek(), frame.orders);
    if (frame.counts) store.counts.value = frame.counts;
    if (frame.events) store.events.value = withEvents(store.events.peek(), frame.events);
    if (frame.queues) store.queues.value = merged(store.queues.peek(), frame.queues, (each) => each.queue);
    if (frame.pending) store.pending.value = frame.pending;
    if (frame.deadLetters) store.deadLetters.value = frame.deadLetters;
    if (frame.mails) store.mails.value = appended(store.mails.peek(), frame.mails, ({ id }) => id);
    if (frame.stock) store.stock.value = merged(store.stock.peek(), frame.stock, ({ sku }) => sku);
    if (frame.faults) store.faults.value = frame.faults;
    if (frame.accounts) store.accounts.value = frame.accounts;
    if (frame.acts) store.acts.value = appended(store.acts.peek(), frame.acts, ({ id }) => String(id));
    if (frame.clock) {
      store.clock.value = frame.clock;
      store.clockReadAt.value = Date.now();
    }
  });
}

/** Older orders that were asked for; what a frame has told of one of them is newer. */
export function addOrders(store: Store, rows: readonly OrderSummary[]): void {
  const known = store.orders.peek();
  store.orders.value = withOrders(
    known,
    rows.filter(({ orderId }) => !known.has(orderId)),
  );
}

export function addEvents(store: Store, rows: readonly EventRow[]): void {
  const first = store.events.peek()[0]?.number ?? Number.POSITIVE_INFINITY;
  const older = rows.filter(({ number }) => number < first);
  store.events.value = [...older, ...store.events.peek()].slice(0, MOST_EVENTS);
}

function merged<T>(known: ReadonlyMap<string, T>, rows: readonly T[], keyOf: (row: T) => string) {
  const next = new Map(known);
  for (const row of rows) next.set(keyOf(row), row);
  return next;
}

function withOrders(known: ReadonlyMap<string, OrderSummary>, rows: readonly OrderSummary[]) {
  const next = merged(known, rows, ({ orderId }) => orderId);
  const isNew = rows.some(({ orderId }) => !known.has(orderId));
  if (!isNew) return next;
  const newestFirst = [...next.values()].sort((a, b) => Date.parse(b.placedAt) - Date.parse(a.placedAt));
  return new Map(newestFirst.slice(0, MOST_ORDERS).map((order) => [order.orderId, order]));
}

function withEvents(known: readonly EventRow[], rows: readonly EventRow[]) {
  const last = known.at(-1)?.number ?? -1;
  return [...known, ...rows.filter(({ number }) => number > last)].slice(-MOST_EVENTS);
}

/** Rows are only added; one that is there is replaced. */
function appended<T>(known: readonly T[], rows: readonly T[], keyOf: (row: T) => string): readonly T[] {
  const next = new Map(known.map((row) => [keyOf(row), row]));
  for (const row of rows) next.set(keyOf(row), row);
  return [...next.values()].slice(-MOST_EVENTS);
}

/** How many messages lie in dead-letter queues. */
export function deadLetterCount(store: Store): number {
  return store.deadLetters.value.reduce((sum, { count }) => sum + count, 0);
}
