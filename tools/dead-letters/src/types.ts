// The shapes of the command's JSON and the laptop's HTTP API; types only, so that a page can import them.

/** Times are ISO 8601; e-mail addresses and names are masked. */
export type QueuedMessage = {
  messageId: string;
  body: string;
  attributes: Record<string, string>;
  receiveCount: number;
  sentAt: string;
  state: "ready" | "delayed" | "in flight";
  visibleAt?: string;
  orderId?: string;
  /** The order, bulk or feed that it is about. */
  subject?: string;
  eventType?: string;
};

export type DeadLetterQueueKind = "dead-letter" | "undelivered";

export type DeadLetter = QueuedMessage & {
  queue: string;
  reaction: string;
  groupKey: string;
  cause: string;
  attempts: number;
  /** Whether the body keeps its contract, and where it does not. */
  verdict: { isValid: true } | { isValid: false; pointer: string; message: string };
};

/** The dead letters of one queue with one cause. */
export type DeadLetterGroup = {
  /** Stable for queue and cause. */
  key: string;
  queue: string;
  reaction: string;
  kind: DeadLetterQueueKind;
  /** Such as `NotJsonError`, or `exhausted` after the last delivery. */
  cause: string;
  /** In words. */
  message: string;
  count: number;
  oldestAt: string;
  orderIds: string[];
  /** What an operator should do, such as "Mend the function, then redrive". */
  act: string;
  /** True if a redriven message of it is back. */
  failedAgain: boolean;
};

export type DryRunRequest = { queue: string; messageIds: string[] };

export type DryRun = {
  messageId: string;
  verdict: "would settle" | "no effect" | "fails again";
  words: string;
  says: string[];
  changes: string[];
};

export type RedriveRequest = {
  queue: string;
  /** Without `messageIds` and `groupKey`, all messages of the queue. */
  messageIds?: string[];
  groupKey?: string;
  /** Messages a second. */
  rate?: number;
  /** Stop when a redriven message fails again; default true. */
  stopOnFailure?: boolean;
};

export type RedriveResult = {
  redriven: number;
  settled: number;
  failedAgain: number;
  left: number;
  stopped: boolean;
};

/** Deletes for good, with the reason that is logged. */
export type DiscardRequest = {
  queue: string;
  /** Without `groupKey`, only these; at least one of both is given. */
  messageIds?: string[];
  groupKey?: string;
  reason: string;
};

export type DiscardResult = { discarded: number; left: number };
