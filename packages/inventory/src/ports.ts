// The ports of inventory: its records, a pause, and the bus.
import type { StockLevel } from "@order-saga/contracts";
import type { DueStore, Publish, VersionedStore } from "@order-saga/messaging";
import type { Movement, Reservation } from "./reservation.ts";

export type Adjustment = { principal: string; key: string; sku: string; delta: number };

/**
 * Reservations, and the counters of each SKU. Every write is one conditional write or one transaction. A
 * reservation that is saved with a movement moves its stock in the same transaction.
 */
export type InventoryStore = VersionedStore<Reservation, [movement?: Movement]> &
  DueStore & {
    /** The available quantity of each SKU, strongly consistent; unknown SKUs are left out. */
    available(skus: readonly string[]): Promise<ReadonlyMap<string, number>>;
    level(sku: string): Promise<StockLevel | undefined>;
    /** Makes the reservation and takes its stock, all or nothing. */
    reserve(reservation: Reservation): Promise<"written" | "exists" | "short" | "conflict">;
    /** Changes the available stock once per principal and key. */
    adjust(adjustment: Adjustment): Promise<"written" | "repeated" | "reused" | "short" | "conflict">;
    /**
     * Keeps what a written adjustment was answered with, unless an answer is kept already, and returns the
     * one that is kept: the same key is answered alike for ever.
     */
    answered(adjustment: Adjustment, answer: StockLevel): Promise<StockLevel>;
  };

/** Lets a moment pass before the given attempt, so that writers of one SKU stop colliding. */
export type BackOff = (attempt: number) => Promise<void>;

export type InventoryPorts = { store: InventoryStore; backOff: BackOff };

export type SweepPorts = { store: InventoryStore; publish: Publish };
