// Structured logs: one JSON line each, from an allow-list of fields, so that no personal data can slip in.

/** Ids, names, numbers: what may be logged. Anything about a person or a card has no field here. */
export type LogFields = {
  orderId?: string;
  bulkId?: string;
  feedId?: string;
  eventType?: string;
  messageId?: string;
  /** API Gateway's id of a request, as in the access log; in a reaction or a schedule Lambda's of the run. */
  requestId?: string | undefined;
  reaction?: string;
  function?: string;
  sku?: string;
  /** The kind of a mail: received, confirmed, rejected, cancelled. */
  mail?: string;
  attempt?: number;
  count?: number;
  durationMilliseconds?: number;
  errorName?: string;
  /** Only messages of our own errors, which are written without personal data. */
  reason?: string;
  status?: number | string;
  traceparent?: string;
  providerRequestId?: string;
  /** The name of a webhook's receiver. */
  endpoint?: string;
  webhookId?: string;
};

export type LogLevel = "debug" | "info" | "warn" | "error";

export type Log = {
  (level: LogLevel, message: string, fields?: LogFields): void;
  /** Its lines have these fields too, as they are when a line is written. */
  with(fields: LogFields): Log;
};

const ranks: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40 };

type LogOptions = {
  service: string;
  level: LogLevel;
  /**
   * The share of orders of which every line is written, of the others only warnings and errors; 1 if absent.
   */
  sample?: number;
  now: () => number;
  write: (line: string) => void;
};

/** Writes lines of at least `level` through `write`; `now` is in milliseconds. */
export function createLog(options: LogOptions): Log {
  return logWith(options, () => ({}));
}

/** Fields are put together when a line is written: most logs of a record write none. */
function logWith(options: LogOptions, inherited: () => LogFields): Log {
  const log = (level: LogLevel, message: string, fields?: LogFields) => {
    if (ranks[level] < ranks[options.level]) return;
    const all = { ...inherited(), ...fields };
    if (ranks[level] < ranks.warn && !isSampled(all.orderId, options.sample)) return;
    // By these two names Lambda knows a line's time and level (developer guide, "Log-level filtering").
    const timestamp = new Date(options.now()).toISOString();
    options.write(JSON.stringify({ timestamp, level, service: options.service, message, ...all }));
  };
  log.with = (fields: LogFields) => logWith(options, () => ({ ...inherited(), ...fields }));
  return log;
}

/** An order is sampled in every service or in none. Order ids end in random hex digits. */
function isSampled(orderId: string | undefined, sample = 1): boolean {
  return orderId === undefined || Number.parseInt(orderId.slice(-4), 16) < sample * 0x10000;
}

export const silentLog: Log = createLog({ service: "test", level: "error", now: () => 0, write: () => {} });
