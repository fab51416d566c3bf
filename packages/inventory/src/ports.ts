// The ports of inventory: its records, a pause, and the bus.
import type { StockLevel } from "@order-saga/contracts";
import type { DueStore, Publish, VersionedStore } from "@order-saga/messaging";
import type { Move, Stock } from "./buckets.ts";
import type { Movement, Reservation } from "./reservation.ts";

export type Adjustment = {
  principal: string;
  key: string;
  sku: string;
  delta: number;
  /** Over so many buckets the SKU is spread from now on. */
  buckets?: number;
};

/**
 * Reservations, and the counters of each SKU. Every write is one conditional write or one transaction. A
 * reservation that is saved with a movement moves its stock in the same transaction, in the buckets that it
 * names.
 */
export type InventoryStore = VersionedStore<Reservation, [movement?: Movement]> &
  DueStore & {
    /** All buckets of each SKU, each strongly consistent; unknown SKUs are left out. */
    stock(skus: readonly string[]): Promise<ReadonlyMap<string, Stock>>;
    /** The sum over the buckets, which are read one after the other. */
    level(sku: string): Promise<StockLevel | undefined>;
    /** Makes the reservation and takes its stock from the buckets that it names, all or nothing. */
    reserve(reservation: Reservation): Promise<"written" | "exists" | "short" | "conflict">;
    /** `lost`: a bucket has too little to move, or the one to be filled has enough by now. */
    move(move: Move): Promise<"written" | "lost" | "conflict">;
    /**
     * Changes what the head has available, and raises the number of buckets, once per principal and key.
     * `short`: the head has too little, or the SKU more buckets.
     */
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
