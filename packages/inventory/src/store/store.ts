// The port to inventory's records: every write is one conditional write or one transaction.
import type { StockLevel } from "@order-saga/contracts";
import type { Movement, Reservation } from "../reservation.ts";

/** `conflict`: another transaction held an item; nothing was written and nothing is known, so try again. */
export type WriteResult = "written" | "lost" | "conflict";

export type Adjustment = { principal: string; key: string; sku: string; delta: number };

export type InventoryStore = {
  /** A strongly consistent read. */
  load(orderId: string): Promise<Reservation | undefined>;
  /** The available quantity of each SKU, strongly consistent; unknown SKUs are left out. */
  available(skus: readonly string[]): Promise<ReadonlyMap<string, number>>;
  level(sku: string): Promise<StockLevel | undefined>;
  /** Makes the reservation and takes its stock, all or nothing. */
  reserve(reservation: Reservation): Promise<"written" | "exists" | "short" | "conflict">;
  /**
   * Writes the reservation over the version before it, or anew if its version is 1, and moves its stock in the
   * same transaction. `lost`: another writer was first.
   */
  write(next: Reservation, movement: Movement | undefined): Promise<WriteResult>;
  /** Changes the available stock once per principal and key. */
  adjust(adjustment: Adjustment): Promise<"written" | "repeated" | "reused" | "short" | "conflict">;
  /**
   * Keeps what a written adjustment was answered with, unless an answer is kept already, and returns the one that
   * is kept: the same key is answered alike for ever.
   */
  answered(adjustment: Adjustment, answer: StockLevel): Promise<StockLevel>;
  /** Reservations whose `dueAt` has come, by an index that may lag: check each again. */
  due(now: number, limit: number): Promise<{ orderIds: string[]; more: boolean }>;
};
