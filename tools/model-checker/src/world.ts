// One state of the search: the records of each order, the queued messages and the functions that run.
import type { ContentId } from "./interner.ts";

/** The provider's payment intent, as it really is. */
export const intents = ["none", "held", "captured", "voided", "declined", "failed", "refunded"] as const;
export type Intent = (typeof intents)[number];

/** A function that was begun and waits for the answer to its last call. */
export type UnderWay = {
  /** The number of its run: what it was begun with, and every answer it has had. */
  run: number;
  /** The contents of the record that it has last read or written. */
  base: ContentId;
};

/** Everything of one order. All orders have the same id, each in its own records. */
export type Saga = {
  payment: ContentId;
  reservation: ContentId;
  order: ContentId;
  notification: ContentId;
  intent: Intent;
  /** A bit for each message (reaction and event type) of which the queue holds a copy or several. */
  queued: number;
  /** A bit for each root event (which only a customer begins) that the bus has accepted. */
  rootsPublished: number;
  /** A bit for each kind of mail that went out. */
  mailed: number;
  /** A bit for each event that a service outside of the scope has said. */
  outside: number;
  /** Requests of the customer, begun so far: to place, to cancel. */
  placed: number;
  cancelled: number;
  underWay: readonly UnderWay[];
};

export type Stock = { available: number; reserved: number; sold: number };

export type World = {
  /** Index into the moments at which things happen; time only goes on. */
  moment: number;
  /** Messages that may still be lost for good. */
  losses: number;
  stock: Stock;
  sagas: readonly Saga[];
};

export const newSaga: Saga = {
  payment: 0,
  reservation: 0,
  order: 0,
  notification: 0,
  intent: "none",
  queued: 0,
  rootsPublished: 0,
  mailed: 0,
  outside: 0,
  placed: 0,
  cancelled: 0,
  underWay: [],
};

const intentIndex = Object.fromEntries(intents.map((intent, index) => [intent, index])) as Record<
  Intent,
  number
>;

/** A short string, the same for the same state; orders in any order, because they are alike. */
export function encode({ losses, moment, sagas, stock }: World): string {
  const head = String.fromCharCode(
    moment | (losses << 4),
    stock.available + 256,
    stock.reserved + 256,
    stock.sold + 256,
  );
  const [only] = sagas;
  if (only && sagas.length === 1) return head + encodeSaga(only);
  return head + sagas.map(encodeSaga).sort().join("");
}

function encodeSaga({ underWay, ...saga }: Saga): string {
  const text = String.fromCharCode(
    saga.payment,
    saga.reservation,
    saga.order,
    saga.notification,
    intentIndex[saga.intent] |
      (saga.placed << 4) |
      (saga.cancelled << 7) |
      (saga.mailed << 10) |
      (saga.rootsPublished << 14),
    saga.queued & 0xffff,
    saga.queued >>> 16,
    underWay.length | (saga.outside << 8),
  );
  if (underWay.length === 0) return text;
  const sorted =
    underWay.length === 1 ? underWay : underWay.toSorted((a, b) => a.run - b.run || a.base - b.base);
  let more = text;
  for (const { base, run } of sorted) more += String.fromCharCode(run & 0xffff, run >>> 16, base);
  return more;
}

export function decode(text: string): World {
  const at = (index: number) => text.charCodeAt(index);
  const sagas: Saga[] = [];
  let index = 4;
  while (index < text.length) {
    const bits = at(index + 4);
    const count = at(index + 7) & 255;
    const underWay: UnderWay[] = [];
    for (let each = 0; each < count; each++) {
      const place = index + 8 + 3 * each;
      underWay.push({ run: at(place) | (at(place + 1) << 16), base: at(place + 2) });
    }
    sagas.push({
      payment: at(index),
      reservation: at(index + 1),
      order: at(index + 2),
      notification: at(index + 3),
      intent: intents[bits & 15] ?? "none",
      queued: at(index + 5) | (at(index + 6) << 16),
      mailed: (bits >>> 10) & 15,
      rootsPublished: bits >>> 14,
      outside: at(index + 7) >>> 8,
      placed: (bits >>> 4) & 7,
      cancelled: (bits >>> 7) & 7,
      underWay,
    });
    index += 8 + 3 * count;
  }
  const stock = { available: at(1) - 256, reserved: at(2) - 256, sold: at(3) - 256 };
  return { moment: at(0) & 15, losses: at(0) >>> 4, stock, sagas };
}

export function withSaga(world: World, index: number, saga: Saga): World {
  return { ...world, sagas: world.sagas.length === 1 ? [saga] : world.sagas.with(index, saga) };
}
