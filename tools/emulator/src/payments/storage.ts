// What the payment provider keeps, in SQLite: its objects, idempotency keys, events and webhooks to send.
import type { DatabaseSync } from "node:sqlite";
import { type OpenStore, openStore } from "../sqlite-settings.ts";
import { transact } from "../sqlite-transaction.ts";
import type { DeliveryRecord } from "./delivery-record.ts";
import type { Change } from "./events.ts";
import type { DisputeRecord, PaymentIntentRecord, PaymentMethodRecord, RefundRecord } from "./model.ts";

export type KeyedAnswer = { fingerprint: string; status: number; body: string; at: number };

export type CustomerRecord = {
  id: string;
  texts: Record<string, string>;
  /** Absent in one that is older than this. */
  metadata?: Record<string, string>;
  isDeleted?: true;
  created: number;
};

/** An event as it was made; its JSON is what `data.object` was at that time. */
export type EventRecord = {
  id: string;
  type: string;
  /** Of the payment intent that it is about. */
  intent: string;
  created: number;
  /** The API request that caused it; nulls where time did. */
  request: { id: string | null; idempotency_key: string | null };
  object: object;
};

/** What changes by itself at a time, in milliseconds. */
export type Due = { of: Change["of"]; id: string };

export type PaymentStorage = {
  intent(id: string): PaymentIntentRecord | undefined;
  /** This list and the others are in the order in which their objects were made. */
  intents(): PaymentIntentRecord[];
  saveIntent(intent: PaymentIntentRecord): void;
  refund(id: string): RefundRecord | undefined;
  refunds(): RefundRecord[];
  refundsOf(intentId: string): RefundRecord[];
  saveRefund(refund: RefundRecord): void;
  dispute(id: string): DisputeRecord | undefined;
  disputes(): DisputeRecord[];
  disputesOf(intentId: string): DisputeRecord[];
  saveDispute(dispute: DisputeRecord): void;
  event(id: string): EventRecord | undefined;
  events(): EventRecord[];
  saveEvent(event: EventRecord): void;
  customer(id: string): CustomerRecord | undefined;
  customers(): CustomerRecord[];
  saveCustomer(customer: CustomerRecord): void;
  method(id: string): PaymentMethodRecord | undefined;
  methods(): PaymentMethodRecord[];
  saveMethod(method: PaymentMethodRecord): void;
  /** Undefined takes it off the list. */
  setDue(due: Due, at: number | undefined): void;
  due(now: number): Due[];
  deliveries: {
    save(delivery: DeliveryRecord): void;
    get(id: string): DeliveryRecord | undefined;
    /** The ids of those that wait for a time that has come. */
    due(now: number): string[];
    /** The latest, newest first. */
    latest(limit: number): DeliveryRecord[];
  };
  answer(key: string): KeyedAnswer | undefined;
  /** Answers whose key begins with this prefix. */
  answersTo(prefix: string): { key: string; answer: KeyedAnswer }[];
  saveAnswer(key: string, answer: KeyedAnswer): void;
  forgetAnswersBefore(at: number): void;
  forgetEventsBefore(seconds: number): void;
  atomically<T>(act: () => T): T;
  close(): void;
};

/** Done deliveries that are kept, for the laptop's list of webhooks. */
const DELIVERIES_KEPT = 1000;

/** `file` is a path or `:memory:`. */
export function openPaymentStorage(file: string, open: OpenStore = openStore): PaymentStorage {
  const database = open(file);
  database.exec(`
    CREATE TABLE IF NOT EXISTS intents (id TEXT PRIMARY KEY, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS refunds (id TEXT PRIMARY KEY, intent TEXT NOT NULL, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS disputes (id TEXT PRIMARY KEY, intent TEXT NOT NULL, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS customers (id TEXT PRIMARY KEY, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS methods (id TEXT PRIMARY KEY, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, intent TEXT NOT NULL, document TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS refunds_by_intent ON refunds (intent);
    CREATE INDEX IF NOT EXISTS disputes_by_intent ON disputes (intent);
    CREATE INDEX IF NOT EXISTS events_by_intent ON events (intent);
    CREATE TABLE IF NOT EXISTS due (kind TEXT, id TEXT, at INTEGER NOT NULL, PRIMARY KEY (kind, id));
    CREATE INDEX IF NOT EXISTS due_by_time ON due (at);
    CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY, at INTEGER, document TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (at);
    CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, at INTEGER NOT NULL, document TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS answers_by_age ON answers (at);`);
  const intents = documents<PaymentIntentRecord>(database, "intents");
  const customers = documents<CustomerRecord>(database, "customers");
  const methods = documents<PaymentMethodRecord>(database, "methods");
  const refunds = documents<RefundRecord>(database, "refunds", ({ paymentIntent }) => paymentIntent);
  const disputes = documents<DisputeRecord>(database, "disputes", ({ paymentIntent }) => paymentIntent);
  const events = documents<EventRecord>(database, "events", ({ intent }) => intent);
  const putDue = database.prepare("INSERT OR REPLACE INTO due (kind, id, at) VALUES (?, ?, ?)");
  const dropDue = database.prepare("DELETE FROM due WHERE kind = ? AND id = ?");
  const selectDue = database.prepare("SELECT kind, id FROM due WHERE at <= ? ORDER BY at, rowid");
  const purgeEvents = database.prepare("DELETE FROM events WHERE document ->> 'created' < ?");
  return {
    intent: intents.get,
    intents: intents.all,
    saveIntent: intents.save,
    refund: refunds.get,
    refunds: refunds.all,
    refundsOf: refunds.ofIntent,
    saveRefund: refunds.save,
    dispute: disputes.get,
    disputes: disputes.all,
    disputesOf: disputes.ofIntent,
    saveDispute: disputes.save,
    event: events.get,
    events: events.all,
    saveEvent: events.save,
    customer: customers.get,
    customers: customers.all,
    saveCustomer: customers.save,
    method: methods.get,
    methods: methods.all,
    saveMethod: methods.save,
    setDue: ({ of, id }, at) =>
      void (at === undefined ? dropDue.run(of, id) : putDue.run(of, id, Math.ceil(at))),
    due: (now) =>
      selectDue.all(now).map(({ id, kind }) => ({ of: String(kind) as Due["of"], id: String(id) })),
    deliveries: deliveriesIn(database),
    ...answersIn(database),
    forgetEventsBefore: (seconds) => void purgeEvents.run(seconds),
    atomically: (act) => transact(database, act),
    close: () => database.close(),
  };
}

type Row = Record<string, unknown> | undefined;
const parsed = <T>(row: Row) => (row === undefined ? undefined : (JSON.parse(String(row.document)) as T));
const allParsed = <T>(rows: Row[]) => rows.flatMap((row) => parsed<T>(row) ?? []);

/** Objects of one kind; of one intent each where `intentOf` says of which. */
function documents<T extends { id: string }>(
  database: DatabaseSync,
  table: string,
  intentOf?: (document: T) => string,
) {
  const select = database.prepare(`SELECT document FROM ${table} WHERE id = ?`);
  const selectAll = database.prepare(`SELECT document FROM ${table} ORDER BY rowid`);
  const selectOf =
    intentOf && database.prepare(`SELECT document FROM ${table} WHERE intent = ? ORDER BY rowid`);
  const into = intentOf
    ? `${table} (id, document, intent) VALUES (?, ?, ?)`
    : `${table} (id, document) VALUES (?, ?)`;
  const put = database.prepare(
    `INSERT INTO ${into} ON CONFLICT (id) DO UPDATE SET document = excluded.document`,
  );
  return {
    get: (id: string) => parsed<T>(select.get(id)),
    all: () => allParsed<T>(selectAll.all()),
    ofIntent: (intentId: string) => allParsed<T>(selectOf?.all(intentId) ?? []),
    save: (document: T) =>
      void put.run(document.id, JSON.stringify(document), ...(intentOf ? [intentOf(document)] : [])),
  };
}

function deliveriesIn(database: DatabaseSync): PaymentStorage["deliveries"] {
  const put = database.prepare(
    "INSERT INTO deliveries (id, at, document) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at, document = excluded.document",
  );
  const select = database.prepare("SELECT document FROM deliveries WHERE id = ?");
  const selectDue = database.prepare("SELECT id FROM deliveries WHERE at <= ? ORDER BY at, rowid");
  const selectLatest = database.prepare("SELECT document FROM deliveries ORDER BY rowid DESC LIMIT ?");
  const purge = database.prepare(
    "DELETE FROM deliveries WHERE at IS NULL AND rowid <= (SELECT MAX(rowid) FROM deliveries) - ?",
  );
  return {
    save(delivery) {
      put.run(delivery.id, delivery.dueAt ?? null, JSON.stringify(delivery));
      if (delivery.dueAt === undefined) purge.run(DELIVERIES_KEPT);
    },
    get: (id) => parsed(select.get(id)),
    due: (now) => selectDue.all(now).map(({ id }) => String(id)),
    latest: (limit) => allParsed(selectLatest.all(limit)),
  };
}

function answersIn(
  database: DatabaseSync,
): Pick<PaymentStorage, "answer" | "answersTo" | "saveAnswer" | "forgetAnswersBefore"> {
  const select = database.prepare("SELECT document FROM answers WHERE key = ?");
  const selectTo = database.prepare(
    "SELECT key, document FROM answers WHERE substr(key, 1, ?) = ? ORDER BY key",
  );
  const put = database.prepare("INSERT OR REPLACE INTO answers (key, at, document) VALUES (?, ?, ?)");
  const purge = database.prepare("DELETE FROM answers WHERE at < ?");
  return {
    answer: (key) => parsed(select.get(key)),
    answersTo: (prefix) =>
      selectTo.all(prefix.length, prefix).map((row) => ({
        key: String(row.key),
        answer: JSON.parse(String(row.document)) as KeyedAnswer,
      })),
    saveAnswer: (key, answer) => void put.run(key, answer.at, JSON.stringify(answer)),
    forgetAnswersBefore: (at) => void purge.run(at),
  };
}
