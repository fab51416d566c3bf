// A snapshot of a laptop on which little happened yet, for tests.
import type { OrderSummary, Snapshot } from "../../../src/console-api.ts";

export const order = (orderId: string, more: Partial<OrderSummary> = {}): OrderSummary => ({
  orderId,
  status: "CONFIRMED",
  isSettled: true,
  isStuck: false,
  currency: "EUR",
  amount: 990,
  lines: [{ sku: "TEA-ASSAM", quantity: 1, unitPrice: 990 }],
  placedAt: "2026-11-23T09:00:00.000Z",
  decideBy: "2026-11-23T09:15:00.000Z",
  changedAt: "2026-11-23T09:00:01.000Z",
  standing: "Confirmed; the money is captured and the stock is sold.",
  attempts: [],
  deadLetters: 0,
  isCompensating: false,
  ...more,
});

export const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  sequence: 10,
  at: "2026-11-23T09:00:00.000Z",
  runtimeId: "first-run",
  startedAt: "2026-11-23T08:59:00.000Z",
  version: "1.0.0",
  providerUrl: "http://localhost:4566",
  topology: { services: [], events: [], reactions: [] },
  orders: [],
  counts: { orders: 0, open: 0, stuck: 0 },
  events: [],
  queues: [],
  pending: [],
  deadLetters: [],
  mails: [],
  stock: [],
  faults: { seed: 1, faults: [], presets: [] },
  accounts: { money: [], mails: [], orders: [], invariants: [], checkedAt: "2026-11-23T09:00:00.000Z" },
  acts: [],
  clock: { now: "2026-11-23T09:00:00.000Z", aheadSeconds: 0 },
  ...more,
});
