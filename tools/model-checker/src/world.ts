// One state of the search: the records of each order, the queued messages and the functions that run.
import type { ContentId } from "./interner.ts";

/** A function that was begun and waits for the answer to its last call. */
export type UnderWay = {
  /** The number of its run: what it was begun with, and every answer it has had. */
  run: number;
  /** The contents of the record that it has last read or written. */
  base: ContentId;
  /** What has happened to a hot SKU's stock meanwhile: see `watch.ts`. */
  watch: number;
};

/** Everything of one order, in its own records. */
export type Saga = {
  /** Which of the orders' ids it has: orders have the same one, but where it chooses a bucket. */
  number: number;
  payment: ContentId;
  reservation: ContentId;
  order: ContentId;
  notification: ContentId;
  /** How the provider's intent really stands; 0 while there is none. */
  intent: ContentId;
  /** A bit for each message (reaction and event type) of which the queue holds a copy or several. */
  queued: number;
  /** A bit for each root event (which only a customer begins) that the bus has accepted. */
  rootsPublished: number;
  /** A bit for each kind of mail that went out. */
  mailed: number;
  /** Two bits for each refund that a clerk may request: how often it was. */
  refundsAsked: number;
  /** What another hand at the provider, and a doorbell that rings for nothing, may still do. */
  handsLeft: number;
  ringsLeft: number;
  /** A bit for each event that a service outside of the scope has said. */
  outside: number;
  /** Requests of the customer, begun so far: to place, to cancel. */
  placed: number;
  cancelled: number;
  underWay: readonly UnderWay[];
};

export type Stock = { available: number; reserved: number; sold: number };
/** A SKU's buckets, the head first. */
export type Shelf = readonly Stock[];

export type World = {
  /** Index into the moments at which things happen; time only goes on. */
  moment: number;
  /** Messages that may still be lost for good. */
  losses: number;
  /** Down at most once, and then for longer than any timer waits. */
  provider: ProviderState;
  shelf: Shelf;
  /** Moves that other orders' processes may still make, and buckets that an operator may still add. */
  movesLeft: number;
  raisesLeft: number;
  sagas: readonly Saga[];
};

export const newSaga: Saga = {
  number: 0,
  payment: 0,
  reservation: 0,
  order: 0,
  notification: 0,
  intent: 0,
  queued: 0,
  rootsPublished: 0,
  mailed: 0,
  refundsAsked: 0,
  handsLeft: 0,
  ringsLeft: 0,
  outside: 0,
  placed: 0,
  cancelled: 0,
  underWay: [],
};

const providers = ["up", "down", "long down", "back"] as const;
type ProviderState = (typeof providers)[number];

export const isDown = ({ provider }: { provider: ProviderState }) =>
  provider === "down" || provider === "long down";

/** Characters of a saga, without the functions that run. */
const LENGTH = 11;

/** A short string, the same for the same state; orders in any order, because they are alike. */
export function encode({ losses, moment, movesLeft, provider, raisesLeft, sagas, shelf }: World): string {
  const counts = (shelf.length << 10) | (movesLeft << 12) | (raisesLeft << 14);
  let head = String.fromCharCode(moment | (losses << 4) | (providers.indexOf(provider) << 8) | counts);
  for (const { available, reserved, sold } of shelf)
    head += String.fromCharCode(available + 256, reserved + 256, sold + 256);
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
    saga.intent,
    saga.placed | (saga.cancelled << 3) | (saga.handsLeft << 6) | (saga.ringsLeft << 9) | (saga.number << 12),
    saga.mailed,
    saga.refundsAsked | (saga.rootsPublished << 8),
    saga.queued & 0xffff,
    saga.queued >>> 16,
    underWay.length | (saga.outside << 8),
  );
  if (underWay.length === 0) return text;
  const sorted =
    underWay.length === 1
      ? underWay
      : underWay.toSorted((a, b) => a.run - b.run || a.base - b.base || a.watch - b.watch);
  let more = text;
  for (const { base, run, watch } of sorted)
    more += String.fromCharCode(run & 0xffff, (run >>> 16) | (watch << 8), base);
  return more;
}

export function decode(text: string): World {
  const at = (index: number) => text.charCodeAt(index);
  const sagas: Saga[] = [];
  const count = (at(0) >>> 10) & 3;
  const shelf = Array.from({ length: count }, (_, bucket) => stockIn(at, 1 + 3 * bucket));
  let index = 1 + 3 * count;
  while (index < text.length) {
    const counts = at(index + 5);
    const running = at(index + 10) & 255;
    const underWay: UnderWay[] = [];
    for (let each = 0; each < running; each++) {
      const place = index + LENGTH + 3 * each;
      const more = at(place + 1);
      underWay.push({ run: at(place) | ((more & 255) << 16), base: at(place + 2), watch: more >>> 8 });
    }
    sagas.push({
      payment: at(index),
      reservation: at(index + 1),
      order: at(index + 2),
      notification: at(index + 3),
      intent: at(index + 4),
      placed: counts & 7,
      cancelled: (counts >>> 3) & 7,
      handsLeft: (counts >>> 6) & 7,
      ringsLeft: (counts >>> 9) & 7,
      number: counts >>> 12,
      mailed: at(index + 6),
      refundsAsked: at(index + 7) & 255,
      rootsPublished: at(index + 7) >>> 8,
      queued: at(index + 8) | (at(index + 9) << 16),
      outside: at(index + 10) >>> 8,
      underWay,
    });
    index += LENGTH + 3 * running;
  }
  return {
    moment: at(0) & 15,
    losses: (at(0) >>> 4) & 15,
    provider: providers[(at(0) >>> 8) & 3] ?? "up",
    shelf,
    movesLeft: (at(0) >>> 12) & 3,
    raisesLeft: at(0) >>> 14,
    sagas,
  };
}

const stockIn = (at: (index: number) => number, index: number): Stock => ({
  available: at(index) - 256,
  reserved: at(index + 1) - 256,
  sold: at(index + 2) - 256,
});

export function withSaga(world: World, index: number, saga: Saga): World {
  return { ...world, sagas: world.sagas.length === 1 ? [saga] : world.sagas.with(index, saga) };
}
