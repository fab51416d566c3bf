// The ports of bulk orders: their records, the queue of rows to be placed, and the orders they become.
import type { Due, Publish, SaveResult } from "@order-saga/messaging";
import type { Seal } from "@order-saga/messaging/personal-data/personal-data";
import type { Quota } from "@order-saga/messaging/quota/places";
import type { SendTasks } from "@order-saga/messaging/tasks";
import type { Admission } from "../admission/admission.ts";
import type { Identity, OrderStore } from "../ports.ts";
import type { Bulk, Outcome, Row, Tally } from "./bulk.ts";

export type BulkStore = {
  /** Strongly consistent. */
  load(bulkId: string): Promise<Bulk | undefined>;
  /**
   * Keeps the rows, then the bulk if there is none under its id nor under the others, and returns the one
   * that is there then: a bulk exists only if all its rows do.
   */
  create(bulk: Bulk, chunks: readonly (readonly Row[])[], otherIds: readonly string[]): Promise<Bulk>;
  /** Compare-and-set. */
  save(next: Bulk): Promise<SaveResult>;
  /** Every row, in order. */
  rows(bulk: Bulk): Promise<Row[]>;
  /** Keeps how a row ended and counts it, once. */
  settle(bulkId: string, row: number, outcome: Outcome): Promise<"written" | "known" | "conflict">;
  /** As settle, of a row that becomes no order; "placed" if its order is there already. */
  refuse(bulkId: string, row: number, outcome: Outcome): Promise<"written" | "known" | "conflict" | "placed">;
  /** How the rows of each part have ended so far. */
  tallies(bulkId: string, parts: readonly number[]): Promise<ReadonlyMap<number, Tally>>;
  /** How these rows ended, of those that have. */
  outcomes(bulkId: string, rows: readonly number[]): Promise<ReadonlyMap<number, Outcome>>;
  /** Bulks whose `dueAt` has come; the index lags behind the table. */
  due(now: number, limit: number): Promise<Due>;
};

/** Lets a moment pass before the given attempt. */
export type BackOff = (attempt: number) => Promise<void>;

export type SettlePorts = { bulks: BulkStore; backOff: BackOff };

export type PlaceBulkPorts = {
  personalData: Seal;
  bulks: BulkStore;
  publish: Publish;
  identities: readonly [Identity, ...Identity[]];
  /** Without it each customer may place any number of orders. */
  quota?: Quota | undefined;
};

export type SplitPorts = { bulks: BulkStore; sendTasks: SendTasks; pace: Pace };

/** How fast a bulk's rows are placed, and how long payment may take to decide an order, in seconds. */
export type Pace = { ordersPerSecond: number; decideWithinSeconds: number };

export type PlaceChildPorts = SettlePorts & {
  store: OrderStore;
  decideWithinSeconds: number;
  /** Brings a row again for which there is no room yet. */
  sendTasks: SendTasks;
  admission?: Admission | undefined;
};

export type SweepBulksPorts = SettlePorts &
  SplitPorts & { store: Pick<OrderStore, "loadAll">; publish: Publish };
