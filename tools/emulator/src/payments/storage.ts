// Payment intents, refunds and idempotency keys in SQLite.
import { DatabaseSync } from "node:sqlite";
import { EXCLUSIVE } from "../sqlite-settings.ts";
import type { PaymentIntentRecord, RefundRecord } from "./model.ts";

export type KeyedAnswer = { fingerprint: string; status: number; body: string; at: number };

export type PaymentStorage = {
  intent(id: string): PaymentIntentRecord | undefined;
  intents(): PaymentIntentRecord[];
  saveIntent(intent: PaymentIntentRecord): void;
  refund(id: string): RefundRecord | undefined;
  refundsOf(intentId: string): RefundRecord[];
  saveRefund(refund: RefundRecord): void;
  answer(key: string): KeyedAnswer | undefined;
  /** Answers whose key begins with this prefix. */
  answersTo(prefix: string): { key: string; answer: KeyedAnswer }[];
  saveAnswer(key: string, answer: KeyedAnswer): void;
  forgetAnswersBefore(at: number): void;
  atomically<T>(act: () => T): T;
  close(): void;
};

/** `file` is a path or `:memory:`. */
export function openPaymentStorage(file: string): PaymentStorage {
  const database = new DatabaseSync(file);
  database.exec(`${EXCLUSIVE}
    CREATE TABLE IF NOT EXISTS intents (id TEXT PRIMARY KEY, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS refunds (id TEXT PRIMARY KEY, intent TEXT NOT NULL, document TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, at INTEGER NOT NULL, document TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS answers_by_age ON answers (at);`);
  const statement = (sql: string) => database.prepare(sql);
  const selectIntent = statement("SELECT document FROM intents WHERE id = ?");
  const selectIntents = statement("SELECT document FROM intents ORDER BY rowid");
  const putIntent = statement(
    "INSERT INTO intents (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
  );
  const selectRefund = statement("SELECT document FROM refunds WHERE id = ?");
  const selectRefunds = statement("SELECT document FROM refunds WHERE intent = ? ORDER BY rowid");
  const putRefund = statement("INSERT INTO refunds (id, intent, document) VALUES (?, ?, ?)");
  const selectAnswer = statement("SELECT document FROM answers WHERE key = ?");
  const selectAnswers = statement(
    "SELECT key, document FROM answers WHERE substr(key, 1, ?) = ? ORDER BY key",
  );
  const putAnswer = statement("INSERT OR REPLACE INTO answers (key, at, document) VALUES (?, ?, ?)");
  const purgeAnswers = statement("DELETE FROM answers WHERE at < ?");
  const parse = <T>(row: Record<string, unknown> | undefined) =>
    row === undefined ? undefined : (JSON.parse(String(row.document)) as T);
  const present = <T>(value: T | undefined): value is T => value !== undefined;

  return {
    intent: (id) => parse(selectIntent.get(id)),
    intents: () =>
      selectIntents
        .all()
        .map((row) => parse<PaymentIntentRecord>(row))
        .filter(present),
    saveIntent: (intent) => void putIntent.run(intent.id, JSON.stringify(intent)),
    refund: (id) => parse(selectRefund.get(id)),
    refundsOf: (id) =>
      selectRefunds
        .all(id)
        .map((row) => parse<RefundRecord>(row))
        .filter(present),
    saveRefund: (refund) => void putRefund.run(refund.id, refund.paymentIntent, JSON.stringify(refund)),
    answer: (key) => parse(selectAnswer.get(key)),
    answersTo: (prefix) =>
      selectAnswers.all(prefix.length, prefix).map((row) => ({
        key: String(row.key),
        answer: JSON.parse(String(row.document)) as KeyedAnswer,
      })),
    saveAnswer: (key, answer) => void putAnswer.run(key, answer.at, JSON.stringify(answer)),
    forgetAnswersBefore: (at) => void purgeAnswers.run(at),
    atomically(act) {
      database.exec("BEGIN");
      try {
        const result = act();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => database.close(),
  };
}
