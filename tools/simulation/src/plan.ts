// A plan: everything that is decided before a run, as plain JSON. The plan alone determines the run.
import type { Contention } from "./dynamodb/contention.ts";
import * as faults from "./fault-kinds.ts";

export type PlannedProduct = {
  sku: string;
  unitPrice: number;
  stock: number;
  /** Of the stock so much lies in buckets 1, 2 … before the first order comes; absent: it has one bucket. */
  scattered?: number[];
};

/** A customer's order and its cancellation, if any. Times are milliseconds from the start. */
export type PlannedOrder = {
  /** Names the order in faults, also after others were taken out of the plan. */
  number: number;
  at: number;
  customer: string;
  lines: { sku: string; quantity: number }[];
  paymentMethod: string;
  cancelAt?: number;
  /** What its customer tells the bank, if that asks, and how long after being asked; absent: no answer. */
  authentication?: { answer: "succeeded" | "failed"; afterSeconds: number };
};

/** A refund that a clerk of the shop asks for: of a part of the price, or of what came back. */
export type PlannedRefund = {
  order: number;
  at: number;
  /** Of what the order's lines cost at first. */
  percent?: number;
  lines?: { sku: string; quantity: number; restock: boolean }[];
  /** Those of an order with the same key are one request, sent again. */
  key: number;
};

/** What another hand does to a payment: the shop's owner in the provider's dashboard, or the bank. */
export type PlannedHand = {
  order: number;
  at: number;
  does: "capture" | "void" | "refund" | "dispute" | "win" | "lose";
  /** Of the amount; all of it unless given. */
  percent?: number;
};

/** Many orders of a customer in one request, and which of them the customer cancels. */
export type PlannedBulk = {
  /** Names the bulk in faults; no order, feed or other bulk has the same. */
  number: number;
  at: number;
  customer: string;
  orders: Omit<PlannedOrder, "number" | "at" | "customer">[];
};

/** A file of stock that is uploaded, line by line; the first line is its header. */
export type PlannedFeed = {
  number: number;
  at: number;
  /** The number of an earlier feed under whose key it is uploaded, so that it replaces that feed's file. */
  replaces?: number;
  lines: string[];
  /** So many times its rows are in the file, which takes more than one transaction then. */
  copies?: number;
};

/** The number of an order of a bulk, by its row from 0. */
export const childNumber = (bulk: number, row: number) => bulk * 1000 + row;

/** The shop's own doings. */
export type PlannedChange =
  | { at: number; restock: string; quantity: number }
  | { at: number; raise: string; buckets: number }
  | { at: number; reprice: string; unitPrice: number };

/** How fast things are; mean values in milliseconds. */
export type Pace = {
  call: number;
  bus: number;
  poll: number;
  indexLag: number;
};

/**
 * One fault. `at` names a function (`payment-capture-payment`), its queue (the same name) or a service;
 * `order` the order; `nth` the occurrence it strikes first; `times` how many in a row.
 */
export type Fault = {
  kind: faults.FaultKind;
  at: string;
  order?: number;
  /** Which of a function's calls: `write`, `publish`, … */
  call?: faults.CallCategory;
  /** The type of the event that is delivered. */
  event?: string;
  nth?: number;
  times?: number;
  /** Milliseconds from the start, for what happens at a moment or during a time. */
  from?: number;
  until?: number;
  /** How long, how late, how wrong. */
  seconds?: number;
  /** Of a limit. */
  perSecond?: number;
  /** Which variant of the kind. */
  variant?: string;
  /** Of the webhooks that it may strike, this part, from 0 to 1; all unless given. */
  share?: number;
};

export type Plan = {
  /** Where the plan came from, and the scheduler's chance. */
  seed: number;
  /** Epoch milliseconds. */
  start: number;
  pace: Pace;
  /** How tables are contended; absent: requests take the plan's pace, and every table takes all. */
  contention?: Contention;
  settings: {
    decideWithinSeconds: number;
    reservationSeconds: number;
    /** The secret of order ids is being rotated: the one before is known, and another one is used. */
    isRotating?: true;
    /** The shop has not told the provider where to ring. */
    hasNoWebhooks?: true;
    /** What the provider rings for; for everything unless given. */
    webhookTypes?: readonly string[];
    /** So many orders and mails each customer has in so long a window; absent: any number. */
    quota?: { orders: number; mails: number; seconds: number };
    /** So many batches a process of a reaction handles at once, as a worker does; 1 unless given. */
    batchesAtOnce?: number;
  };
  products: PlannedProduct[];
  orders: PlannedOrder[];
  changes: PlannedChange[];
  bulks?: PlannedBulk[];
  feeds?: PlannedFeed[];
  refunds?: PlannedRefund[];
  hands?: PlannedHand[];
  faults: Fault[];
  /** Milliseconds from the start; no fault acts afterwards. */
  faultsUntil: number;
  /** So long an operator takes, at most, to redrive what is dead when faults have stopped. */
  redriveWithinSeconds: number;
};

/** 2026-01-05T12:00:00Z: every run begins then. */
export const START = Date.UTC(2026, 0, 5, 12);

/** Throws a TypeError that says what is wrong with a plan read from a file. */
export function asPlan(value: unknown): Plan {
  const plan = value as Plan;
  const lists = [plan?.products, plan?.orders, plan?.changes, plan?.faults];
  if (!lists.every(Array.isArray)) throw new TypeError("A plan has products, orders, changes and faults.");
  for (const { kind } of plan.faults) {
    if (!Object.hasOwn(faults.faultKinds, kind))
      throw new TypeError(`There is no fault of the kind ${kind}.`);
  }
  return plan;
}
