// Calls to a provider that refuses them beyond a rate: each waits for its turn, and a passing fault is tried
// again.
import { createPaceRate, type PaceLimit } from "./pace-rate.ts";
import { again, retry } from "./retry.ts";

/** Milliseconds. `wait` lets just so many pass, `pause` a random part of them. */
export type PaceClock = {
  now(): number;
  wait(milliseconds: number): Promise<void>;
  pause(longestMilliseconds: number): Promise<void>;
};

/** One process's way to one endpoint of the provider. */
export type Pace = {
  /** When a call may begin: that moment, or at once undefined if it could not before `until`. */
  turn(until: number): Promise<number | undefined>;
  /** Until another call could begin. */
  millisecondsLeft(): number;
  /** A call was answered, by whatever but the limit. */
  answered(): void;
  /** A call that began then was refused because of the limit. */
  refused(began: number, retryAfterMilliseconds?: number): void;
};

type Waiting = { readonly until: number; readonly begin: (now: number | undefined) => void };

/** So many calls of a quiet process begin at once. */
const BURST = 2;
/** After a refusal that does not say how long, the process asks nothing for so long. */
const REST_MILLISECONDS = 500;
/** By so much at most, and by chance, a refusal shifts the moments of the calls that wait. */
const LONGEST_SHIFT_MILLISECONDS = 2000;

/** A token bucket with few tokens. Where nothing else is asked, no call waits. */
export function createPace(clock: PaceClock, limit: PaceLimit): Pace {
  let last = clock.now();
  const rate = createPaceRate(last, limit);
  const most = Math.max(1, Math.min(BURST, rate.current()));
  let tokens = most;
  const waiting: Waiting[] = [];
  let isServing = false;
  let isRefused = false;

  /** A clock that jumps back gives nothing. */
  function refill(): number {
    const now = clock.now();
    tokens = Math.min(most, tokens + (Math.max(0, now - last) / 1000) * rate.current());
    last = now;
    return now;
  }

  /** Until the turn of a call that so many others come before. */
  const millisecondsUntil = (others: number) =>
    Math.max(0, Math.ceil(((others + 1 - tokens) / rate.current()) * 1000));

  async function serve(): Promise<void> {
    isServing = true;
    while (waiting.length > 0) {
      // Two processes of one rhythm would meet at the limit again and again, and the same one be refused.
      if (isRefused) await clock.pause(Math.min(LONGEST_SHIFT_MILLISECONDS, 1000 / rate.current()));
      isRefused = false;
      await clock.wait(millisecondsUntil(0));
      const now = refill();
      // The rate may have fallen since they came: what cannot be served in time learns it now.
      for (const each of waiting.splice(0))
        if (now + millisecondsUntil(waiting.length) > each.until) each.begin(undefined);
        else waiting.push(each);
      if (tokens < 1 || waiting.length === 0) continue;
      tokens--;
      waiting.shift()?.begin(now);
    }
    isServing = false;
  }

  return {
    async turn(until) {
      const now = refill();
      if (waiting.length === 0 && tokens >= 1) {
        tokens--;
        return now;
      }
      if (now + millisecondsUntil(waiting.length) > until) return undefined;
      const begun = new Promise<number | undefined>((begin) => waiting.push({ until, begin }));
      if (!isServing) void serve();
      return begun;
    },
    millisecondsLeft() {
      refill();
      return millisecondsUntil(waiting.length);
    },
    answered: () => rate.answered(refill()),
    refused(began, retryAfterMilliseconds = REST_MILLISECONDS) {
      rate.refused(refill(), began);
      isRefused = true;
      tokens = Math.min(tokens, 1 - (rate.current() * retryAfterMilliseconds) / 1000);
    },
  };
}

/** What a failed call means for the next try. */
export type Failure =
  /** An answer, or a fault that lasts: asking again does not help. */
  | { kind: "final" }
  /** No answer, or one that another try may change. */
  | { kind: "passing" }
  | { kind: "limit"; retryAfterMilliseconds?: number | undefined };

export type Asking = {
  readonly pace: Pace;
  readonly clock: PaceClock;
  /** No call waits for its turn, or for another try, beyond this moment. */
  readonly until: number;
  readonly failureOf: (error: unknown) => Failure;
};

const ATTEMPTS = 4;
/** Before the second try passes this and, by chance, as much again; before each later one twice as much. */
const BACK_OFF_MILLISECONDS = 150;

/** No turn came before the caller's time was up, so nothing was asked. */
export class NoTurn extends Error {
  override readonly name = "NoTurn";
  constructor() {
    super("the provider's limit left no turn in time");
  }
}

/** Calls in turn, and again after a passing fault. Throws NoTurn, or what the last try threw. */
export function inTurn<T>({ clock, failureOf, pace, until }: Asking, call: () => Promise<T>): Promise<T> {
  let failed: unknown;
  return retry<T>({ attempts: ATTEMPTS, exhausted: () => failed as Error }, async (attempt) => {
    const began = await pace.turn(until);
    if (began === undefined) throw failed ?? new NoTurn();
    try {
      const answer = await call();
      pace.answered();
      return answer;
    } catch (error) {
      failed = error;
      const failure = failureOf(error);
      if (failure.kind === "final") pace.answered();
      if (failure.kind === "limit") pace.refused(began, failure.retryAfterMilliseconds);
      const backOff = BACK_OFF_MILLISECONDS * 2 ** (attempt - 1);
      if (failure.kind === "final" || attempt === ATTEMPTS || clock.now() + 2 * backOff > until) throw error;
      await clock.wait(backOff);
      await clock.pause(backOff);
      return again;
    }
  });
}
