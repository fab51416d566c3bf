// GET /orders/{orderId}?wait=: looks at the order until it has changed, in one of a stage's few places.
import { hashText } from "@order-saga/messaging/hash-text";
import { problem } from "@order-saga/messaging/http";

/** Requests that wait at once, over all processes: each has a place until it is answered. */
export type WaitPlaces = {
  /** False if another request has the place at this moment. */
  take(place: number, until: number, now: number): Promise<boolean>;
  /** Does nothing if another has it since. */
  free(place: number, until: number): Promise<void>;
};

export type WaitingPorts = {
  places: WaitPlaces;
  /** How many there are; with 0 no request waits. */
  count: number;
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
};

const LONGEST_SECONDS = 20;

/** Seconds from 1 to 20; 0 without the parameter. Throws a problem for anything else. */
export function waitSecondsOf({ wait }: Readonly<Record<string, string | undefined>>): number {
  if (wait === undefined) return 0;
  if (/^([1-9]|1\d|20)$/.test(wait)) return Number(wait);
  throw problem(400, "invalid-wait", `wait must be a whole number of seconds from 1 to ${LONGEST_SECONDS}.`);
}

export type Waited<T> = { changed: T } | "time-over" | "no-place";
export type Waiting = <T>(
  principal: string,
  seconds: number,
  look: () => Promise<T | undefined>,
) => Promise<Waited<T>>;

/** Most orders are decided within a second or two; who waits for a person can be told a second later. */
const FIRST_PAUSE_MILLISECONDS = 200;
const LONGEST_PAUSE_MILLISECONDS = 1000;
/** For the last look; then the place of a process that died is free again. */
const SLACK_MILLISECONDS = 5000;

export function createWaiting({ count, now, places, wait }: WaitingPorts): Waiting {
  return async (principal, seconds, look) => {
    const end = now() + seconds * 1000;
    const until = end + SLACK_MILLISECONDS;
    const place = await takeOne(placesOf(principal, count), (each) => places.take(each, until, now()));
    if (place === undefined) return "no-place";
    try {
      for (let pause = FIRST_PAUSE_MILLISECONDS; now() < end; pause *= 2) {
        await wait(Math.min(pause, LONGEST_PAUSE_MILLISECONDS, end - now()));
        const changed = await look();
        if (changed !== undefined) return { changed };
      }
      return "time-over";
    } finally {
      // A place that could not be freed is free when its time is over.
      await places.free(place, until).catch(() => {});
    }
  };
}

async function takeOne(candidates: readonly number[], take: (place: number) => Promise<boolean>) {
  for (const place of candidates) if (await take(place)) return place;
  return undefined;
}

/** A customer has as many places to try as may wait for one customer at once, so one cannot take them all. */
const PLACES_OF_A_CUSTOMER = 3;

function placesOf(principal: string, count: number): number[] {
  const first = hashText(principal);
  return Array.from({ length: Math.min(PLACES_OF_A_CUSTOMER, count) }, (_, n) => (first + n) % count);
}
