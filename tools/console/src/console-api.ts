// The shapes and paths of the console's API, for the server and the page.
import type { EndReason, PaymentView, ServiceName } from "@order-saga/contracts";
import type { DeadLetter, DeadLetterGroup } from "@order-saga/dead-letters/types";

export type {
  DeadLetter,
  DeadLetterGroup,
  DiscardResult,
  DryRun,
  QueuedMessage,
  RedriveRequest,
  RedriveResult,
} from "@order-saga/dead-letters/types";
export type { EndReason, PaymentView, ServiceName };

/** What the manifests say, and never changes while the runtime runs. */
export type Topology = {
  services: {
    name: ServiceName;
    schedules: { name: string; everyMinutes: number; says: string[] }[];
    routes: RouteNode[];
    /** Where files are uploaded. */
    bucket?: string;
  }[];
  events: { type: string; producer: ServiceName; layer: number; isFailure: boolean }[];
  reactions: ReactionNode[];
};

type RouteNode = {
  name: string;
  method: string;
  path: string;
  says: string[];
  /** It signs forms for uploads into its service's bucket. */
  signsUploads?: boolean;
  /** The reactions of its service whose queues it sends tasks to. */
  sends?: string[];
};

export type ReactionNode = {
  name: string;
  service: ServiceName;
  hears: string[];
  says: string[];
  /** It hears of uploads into its service's bucket. */
  hearsUploads?: boolean;
  /** The reactions of its service whose queues it sends tasks to. */
  sends?: string[];
  queue: string;
  deadLetterQueue: string;
  /** Absent where its messages do not come by a rule. */
  undeliveredQueue?: string;
  maxReceiveCount: number;
  visibilityTimeoutSeconds: number;
  timeoutSeconds: number;
  batchSize: number;
};

export type OrderSummary = {
  orderId: string;
  /** As the storefront API says it. */
  status: string;
  /** True once money and stock are at rest. */
  isSettled: boolean;
  /** True if a person must look: a dead letter, an unknown mail, or past its bound. */
  isStuck: boolean;
  currency: string;
  amount: number;
  lines: { sku: string; quantity: number; unitPrice: number }[];
  placedAt: string;
  decideBy: string;
  /** The last thing that happened. */
  changedAt: string;
  /** What the order waits for or how it ended: one short sentence. */
  standing: string;
  attempts: { reaction: string; attempt: number }[];
  deadLetters: number;
  isCompensating: boolean;
  /** What was given back so far, in minor units. */
  refunded?: number;
  /** What a person of the shop must do: of a failed refund, a dispute, a short capture. */
  attention?: string;
  /** While the bank waits for the customer: when the order is given up without an answer. */
  actionBy?: string;
  /** Why it was rejected or cancelled. */
  reason?: EndReason;
};

/** An event the bus accepted, newest last. Its body comes with `GET events/{sequence}`. */
export type EventRow = {
  /** Position in the bus's own order, since the runtime's start. */
  number: number;
  id: string;
  type: string;
  orderId: string;
  causationId: string | null;
  producer: ServiceName;
  /** When the producer decided it. */
  occurredAt: string;
  /** When the bus took it. */
  at: string;
  isReplay: boolean;
  isRepeat: boolean;
  /** It breaks its contract: no service takes it. */
  isOdd: boolean;
  /** Reactions it was sent to. */
  reactions: string[];
};

export type QueueGauge = {
  queue: string;
  kind: "reaction" | "dead-letter" | "undelivered";
  reaction: string;
  ready: number;
  delayed: number;
  inFlight: number;
  /** When the oldest message was sent. */
  oldestAt?: string;
  /** Events that the bus could not put on the queue yet. */
  retrying: number;
  /** Of what is in flight, what a function works on now; the rest waits for its next attempt. */
  running: number;
  /** Since the runtime's start: deliveries to the queue, and records that settled or failed in any way. */
  delivered: number;
  settled: number;
  failed: number;
};

/** Of the orders that are remembered, listed or not. */
export type OrderCounts = { orders: number; open: number; stuck: number };

/** Events the bus could not put on a queue yet. */
export type PendingRow = {
  reaction: string;
  eventId: string;
  attempts: number;
  nextAttemptAt: string;
  errorCode: string;
};

export type MailRow = { id: string; orderId: string; kind: string; subject: string; at: string };

export type StockCounters = { available: number; reserved: number; sold: number };

/** With the counters of all its buckets. */
export type StockRow = StockCounters & {
  sku: string;
  name: string;
  unitPrice: number;
  currency: string;
  /** By number, the head first; absent if it has one. */
  buckets?: StockCounters[];
};

/** A version of a file in the bucket of stock feeds. */
export type FeedFile = {
  key: string;
  versionId: string;
  /** Empty if its key names no feed. */
  feedId: string;
  bytes: number;
  uploadedAt: string;
};

/** A line of a feed's file, with the change that inventory recorded for it once it was applied. */
export type FeedRow = { line: number; text: string; record?: Record<string, unknown> };

type FaultRow = {
  id: string;
  kind: string;
  words: string;
  hits: number;
  left?: number;
  orderId?: string;
  reaction?: string;
};

export type FaultBoardState = {
  seed: number;
  faults: FaultRow[];
  presets: { name: string; words: string }[];
};

/** One invariant of `docs/protocol.md`, checked continuously. */
export type InvariantRow = {
  /** Such as A3. */
  id: string;
  /** Its sentence. */
  says: string;
  state: "holds" | "violated" | "unchecked";
  checkedAt?: string;
  violations: { orderId?: string; detail: string }[];
};

export type Accounts = {
  money: { currency: string; authorized: number; captured: number; voided: number; refunded: number }[];
  mails: { kind: string; sent: number; unknown: number; refused: number }[];
  orders: { status: string; count: number }[];
  invariants: InvariantRow[];
  checkedAt: string;
  /** There are more orders than this, and so the books were not read. */
  moreThan?: number;
};

/** An operator's action, newest last. */
export type ActRow = { id: number; at: string; who: string; act: string; target: string; outcome: string };

export type ClockState = { now: string; aheadSeconds: number };

/**
 * The page fetches one snapshot, then reads a stream of frames. A snapshot has every part, a frame those that
 * changed; each replaces, by its key, what the page had. Of orders, events and mails a snapshot has the
 * newest, and the orders that are stuck; the others are asked for.
 */
export type Frame = {
  sequence: number;
  at: string;
  /** A new one means that the runtime was restarted: fetch a snapshot. */
  runtimeId: string;
  orders?: OrderSummary[];
  events?: EventRow[];
  queues?: QueueGauge[];
  pending?: PendingRow[];
  /** All of them, whenever one changed. */
  deadLetters?: DeadLetterGroup[];
  counts?: OrderCounts;
  mails?: MailRow[];
  stock?: StockRow[];
  faults?: FaultBoardState;
  accounts?: Accounts;
  acts?: ActRow[];
  clock?: ClockState;
};

export type Snapshot = Required<Frame> & {
  topology: Topology;
  version: string;
  /** When the runtime started: what is counted is counted since then. */
  startedAt: string;
  /** Where the provider's own page is, to which the shop sends a customer whose bank asks for them. */
  providerUrl: string;
};

/** One thing that happened to an order, in the order it happened: what the timeline draws. */
export type Moment =
  | {
      kind: "event";
      at: string;
      number: number;
      id: string;
      type: string;
      producer: ServiceName;
      causationId: string | null;
      isRepeat: boolean;
      isReplay: boolean;
    }
  | { kind: "delivered"; at: string; reaction: string; eventId: string }
  /** One record of a batch, from the invocation's start to its end; `endedAt` is absent while it runs. */
  | {
      kind: "attempt";
      at: string;
      endedAt?: string;
      reaction: string;
      service: ServiceName;
      eventId: string;
      eventType: string;
      attempt: number;
      outcome?: "settled" | "failed" | "timed out" | "crashed" | "parked";
      errorName?: string;
      /** When a failed one can be received again. */
      nextAt?: string;
      /** As often as the queue delivers it: what fails now is parked. */
      isLast?: boolean;
      says: string[];
    }
  | { kind: "schedule"; at: string; service: ServiceName; name: string; says: string[] }
  | { kind: "request"; at: string; endedAt: string; route: string; status: number }
  | {
      kind: "provider";
      at: string;
      endedAt: string;
      operation: string;
      outcome: string;
      amount?: number;
      currency?: string;
    }
  | { kind: "mail"; at: string; mailKind: string; outcome: "sent" | "refused" | "throttled" | "unknown" }
  | { kind: "dead-letter"; at: string; queue: string; reaction: string; cause: string }
  | { kind: "redrive"; at: string; queue: string; reaction: string; who: string };

/** Why an order is where it is: what it awaits, where that is, and what happens then. */
export type Why = {
  /** The whole answer in one or two sentences. */
  words: string;
  awaits: {
    reaction: string;
    queue: string;
    eventType: string;
    attempt: number;
    of: number;
    state: "ready" | "delayed" | "in flight" | "dead letter" | "undelivered" | "retrying";
    nextAt?: string;
  }[];
  deadline?: { at: string; then: string };
};

/** How one of the order's mails stands by notification's record; `missing` if that knows nothing of it. */
export type MailStanding = {
  kind: string;
  state: "due" | "claimed" | "sent" | "unknown" | "superseded" | "refused" | "missing";
  at: string;
  reason?: string;
  /** If it came back. */
  returned?: { how: "bounced" | "bounced_for_now" | "complained"; at: string };
};

/** What a person can do about what the page says: a request, after a confirmation in these words. */
export type OrderAct = {
  id: string;
  /** On the button. */
  title: string;
  confirm: { title: string; detail: string; act: string };
  /** A discard asks for the reason, which goes into the body. */
  asksReason: boolean;
  /** Under the console's path. */
  path: string;
  body: Record<string, unknown>;
};

export type OrderDetail = {
  /** When all of this was read, by the runtime's clock. */
  at: string;
  acts: OrderAct[];
  mailStandings: MailStanding[];
  summary: OrderSummary;
  moments: Moment[];
  /** True if moments before the runtime's start or beyond the limit are gone. */
  isPartial: boolean;
  why: Why;
  /** The record each service holds, personal data masked; absent where it holds none. */
  facts: Partial<Record<ServiceName, unknown>>;
  events: { number: number; event: Record<string, unknown> }[];
  mails: MailRow[];
  deadLetters: DeadLetter[];
  /** What the provider rang about it, newest first. */
  rings: RingRow[];
};

/** A webhook on its way: what happened at the provider, and how the shop answered. */
export type RingRow = {
  id: string;
  /** Such as `refund.created`. */
  type: string;
  intentId: string;
  /** What was asked to go wrong with it. */
  fault?: string;
  attempts: { at: string; status?: number }[];
  /** When it is sent again. */
  nextAt?: string;
};

/** A session as a file. */
export type Session = {
  format: "order-saga-session";
  version: 1;
  exportedAt: string;
  snapshot: Snapshot;
  orders: OrderDetail[];
};

/** Who is told how orders end, and how that goes. */
export type EndpointRow = {
  name: string;
  url: string;
  state: "healthy" | "failing" | "disabled";
  /** Since when it fails or is disabled. */
  since?: string;
  reason?: "gone" | "failing" | "by-hand";
  /** When a failing one is tried again. */
  restsUntil?: string;
  /** Webhooks that are not taken yet, up to 1,000. */
  waiting: number;
  /** Those that were given up, the oldest first. */
  failed: WebhookRow[];
};

/** What an endpoint is told of one event. */
export type WebhookRow = {
  id: string;
  endpoint: string;
  orderId: string;
  type: string;
  body: string;
  recordedAt: string;
  state: "PENDING" | "DELIVERED" | "FAILED";
  tries: number;
  attempts: readonly { at: string; status?: number; error?: string; durationMilliseconds: number }[];
  /** When it is looked at again. */
  dueAt?: string;
  replays: number;
};

export type Webhooks = { endpoints: EndpointRow[]; recent: WebhookRow[] };

/**
 * Routes, all under `/__local/console`, JSON; problems are `application/problem+json`.
 *
 * GET  snapshot                          → Snapshot
 * GET  stream?after={sequence}           → server-sent events `frame` (Frame; id = sequence) and `reset`
 *                                          (fetch a snapshot); resumes after `Last-Event-ID` or `after`
 * GET  orders?text=&status=&stuck=&before={orderId} → OrderSummary[], newest first, those before that one
 * GET  orders/{orderId}                  → OrderDetail; 404
 * GET  events?before={number}            → EventRow[], those before that number
 * GET  events/{number}                   → the event as the bus has it
 * POST events/{number}/publish           → ActRow
 * POST orders/{orderId}/publish          { type } → ActRow: an event that its service recorded
 * POST orders/{orderId}/mails/send-again { kind } → ActRow
 * GET  queues/{queue}/messages           → QueuedMessage[], without receiving them
 * GET  dead-letters?queue=&group=&order=&from= → DeadLetter[], 1,000 at most
 * GET  dead-letters/groups               → DeadLetterGroup[]
 * POST dead-letters/dry-run              { queue, messageIds } → DryRun[]
 * POST dead-letters/redrive              RedriveRequest → RedriveResult
 * POST dead-letters/discard              DiscardRequest → DiscardResult
 * GET  mails/{id}                        → { html, text, subject, to } as the customer sees it
 * GET  mails/{id}/html                   → the mail's page for a frame; nothing runs in it
 * GET  webhooks                          → Webhooks
 * GET  orders/{orderId}/webhooks         → WebhookRow[]
 * POST webhooks/replay                   { id } → ActRow
 * POST webhooks/enable, webhooks/disable { name } → ActRow
 * GET  orders/{orderId}/test             → text/plain: a vitest case of the order's events ("Copy as test")
 * GET  session                           → Session
 *
 * Times are ISO 8601 by the runtime's clock, durations milliseconds, money minor units. E-mail addresses and
 * names are masked, except in a mail's own page.
 * A write needs the header X-Order-Saga. Clock, faults and tokens have routes of their own under `/__local`.
 */
export const CONSOLE_PATH = "/__local/console";
