// Inventory's records in memory: the same conditions as the table's, for tests and simulation.
import type { StockLevel } from "@order-saga/contracts";
import { duePages } from "@order-saga/messaging/versioned-store";
import { bucketHeld, bucketId } from "@order-saga/protocol/stock";
import type { Move } from "../buckets.ts";
import type { Adjustment, InventoryStore } from "../ports.ts";
import type { Movement, Reservation } from "../reservation.ts";
import { sumOfBuckets, toBucket } from "./level.ts";

/** The record of one bucket of a SKU. */
export type StockAccount = StockLevel & {
  /** Absent from the head, which is bucket 0. */
  bucket?: number;
  /** Of the head: over how many buckets the SKU is spread; absent if it has no other. */
  buckets?: number;
  /** The sum of adjustments, and of what was moved here from other buckets. */
  restocked: number;
  /** How often units were added to what is available; absent before the first time. */
  given?: number;
};

export type MemoryStore = InventoryStore & { reservations(): Reservation[]; levels(): StockAccount[] };

export function createMemoryStore(): MemoryStore {
  const reservations = new Map<string, Reservation>();
  const levels = new Map<string, StockAccount>();
  const copy = <T>(value: T): T => structuredClone(value);
  /** A SKU's buckets; undefined where there is no record yet. */
  const bucketsIn = (sku: string) =>
    Array.from({ length: levels.get(sku)?.buckets ?? 1 }, (_, n) => levels.get(bucketId(sku, n)));
  /** What the lines of a reservation change; all or nothing. */
  const moves = (holder: Reservation, { from, lines, to }: Omit<Movement, "from" | "to"> & Counters) => {
    const accounts = lines.map(({ quantity, sku }) => ({
      quantity,
      account: levels.get(bucketHeld(holder, sku)),
    }));
    // No counter moves before every condition has been looked at.
    if (accounts.some(({ account, quantity }) => !account || account[from] < quantity)) return false;
    for (const { account, quantity } of accounts) {
      if (!account) continue;
      account[from] -= quantity;
      account[to] += quantity;
      if (to === "available") gave(account);
    }
    return true;
  };
  return {
    load: async (orderId) => copy(reservations.get(orderId)),
    stock: async (skus) =>
      new Map(skus.filter((sku) => levels.has(sku)).map((sku) => [sku, bucketsIn(sku).map(toBucket)])),
    async level(sku) {
      const head = levels.get(sku);
      return head && sumOfBuckets([head, ...bucketsIn(sku).slice(1)]);
    },
    async reserve(reservation) {
      if (reservations.has(reservation.orderId)) return "exists";
      const { lines } = reservation;
      if (!moves(reservation, { from: "available", to: "reserved", lines })) return "short";
      reservations.set(reservation.orderId, copy(reservation));
      return "written";
    },
    async save(next, movement) {
      const known = reservations.get(next.orderId);
      if ((known?.version ?? 0) !== next.version - 1) return "lost";
      if (movement && !moves(next, movement)) return "lost";
      reservations.set(next.orderId, copy(next));
      return "written";
    },
    move: async (move) => (moveIn(levels, move) ? "written" : "lost"),
    ...adjustmentsIn(levels),
    due: async (now, limit) => duePages(reservations.values(), ({ orderId }) => orderId, { now, limit }),
    reservations: () => copy([...reservations.values()]),
    levels: () => copy([...levels.values()]),
  };
}

type Counter = "available" | "reserved" | "sold";
type Counters = { from: Counter; to: Counter };
type Levels = Map<string, StockAccount>;

const gave = (account: StockAccount) => {
  account.given = (account.given ?? 0) + 1;
};

function moveIn(levels: Levels, { below, from, into, sku }: Move): boolean {
  const sources = from.map(({ bucket, quantity }) => ({
    quantity,
    account: levels.get(bucketId(sku, bucket)),
  }));
  const id = bucketId(sku, into);
  const target = levels.get(id) ?? { ...emptyAccount(sku), bucket: into };
  const isMet = sources.every(({ account, quantity }) => account && account.available >= quantity);
  if (!isMet || target.available >= below) return false;
  for (const { account, quantity } of sources) {
    if (!account) continue;
    account.available -= quantity;
    account.restocked -= quantity;
    target.available += quantity;
    target.restocked += quantity;
  }
  gave(target);
  levels.set(id, target);
  return true;
}

function adjustmentsIn(levels: Levels): Pick<InventoryStore, "adjust" | "answered"> {
  const adjustments = new Map<string, Adjustment & { answer?: StockLevel }>();
  const nameOf = ({ principal, key }: Adjustment) => `${principal}#${key}`;
  return {
    async adjust(adjustment) {
      const { buckets, delta, sku } = adjustment;
      const known = adjustments.get(nameOf(adjustment));
      if (known) {
        const isSame = known.sku === sku && known.delta === delta && known.buckets === buckets;
        return isSame ? "repeated" : "reused";
      }
      const account = levels.get(sku) ?? emptyAccount(sku);
      if (delta < 0 && account.available + delta < 0) return "short";
      if (buckets !== undefined && (account.buckets ?? 1) > buckets) return "short";
      account.available += delta;
      account.restocked += delta;
      if (delta > 0) gave(account);
      if (buckets !== undefined) account.buckets = buckets;
      levels.set(sku, account);
      adjustments.set(nameOf(adjustment), structuredClone(adjustment));
      return "written";
    },
    async answered(adjustment, answer) {
      const known = adjustments.get(nameOf(adjustment));
      if (!known) throw new Error("Only an adjustment that was written is answered.");
      known.answer ??= structuredClone(answer);
      return structuredClone(known.answer);
    },
  };
}

function emptyAccount(sku: string): StockAccount {
  return { sku, available: 0, reserved: 0, sold: 0, restocked: 0 };
}
