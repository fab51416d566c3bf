// How sweeps publish what an outage left behind: ten events in a request, each request in its turn.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import { PublishError } from "./errors.ts";
import { NoTurn, type PaceClock } from "./pace.ts";
import type { Publish } from "./publisher.ts";

type Sharing = {
  publish: Publish;
  clock: PaceClock;
  /** True once the others have answered what was published about the subject. */
  isHeard?: (subject: string) => Promise<boolean>;
};

/** A caller's events, until they are published. */
type Waiting = {
  readonly events: readonly DomainEvent[];
  readonly since: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

/** EventBridge's limit of a request. */
const MOST_EVENTS = 10;
/** Requests a second of a process: at first, at most, and however little is heard. */
const FIRST_PER_SECOND = 10;
export const MOST_PER_SECOND = 30;
const LEAST_PER_SECOND = 1;
/** Each answer raises the rate by so much; by a fourth of it for so long after it was too high. */
const GROWTH = 0.04;
const CAREFUL_MILLISECONDS = 10_000;
const SLOWED = 0.75;
/** Slowed so often for nothing, it was an outage, which says nothing of what goes when it is over. */
const OUTAGE = 5;
/** Who has had no turn for so long has none in this run. */
const LONGEST_WAIT_MILLISECONDS = 5000;
/**
 * What is not heard in this time waits in queues, as does everything new behind it. Then the backlog rests,
 * so that the queues empty, and goes on more slowly.
 */
const HEARD_WITHIN_MILLISECONDS = 4000;
const REST_MILLISECONDS = 2500;
const PROBE_EVERY_MILLISECONDS = 1000;

/**
 * Publishes at once where little is said. Behind a backlog requests are full, and as many a second as the bus
 * takes and the others hear. Throws NoTurn; what was refused of a request fails its own callers alone.
 */
export function sharePublisher({ clock, isHeard, publish }: Sharing): Publish {
  const turns = createTurns(clock);
  const waiting: Waiting[] = [];
  let isServing = false;
  let nextProbeAt = 0;

  async function serve(): Promise<void> {
    isServing = true;
    const begun = new Set<Promise<void>>();
    for (let [first] = waiting; first; [first] = waiting) {
      const began = await turns.next(first.since + LONGEST_WAIT_MILLISECONDS);
      if (began === undefined) {
        for (const { failed } of waiting.splice(0)) failed(new NoTurn());
        continue;
      }
      const request = say(takeTogether(waiting), began).finally(() => begun.delete(request));
      begun.add(request);
    }
    isServing = false;
    await Promise.all(begun);
  }

  async function say(together: readonly Waiting[], began: number): Promise<void> {
    const events = together.flatMap((each) => each.events);
    try {
      await publish(events);
      turns.answered();
      turns.isGood("refused");
      for (const { done } of together) done();
      if (events.length >= MOST_EVENTS) probe(events[0], began);
    } catch (error) {
      // Not the bus has refused it, so the others of the request are said without it.
      if (error instanceof TypeError && together.length > 1) {
        await Promise.all(together.map((each) => say([each], began)));
        return;
      }
      if (!(error instanceof TypeError)) turns.slowDown("refused", began);
      for (const each of together) tell(each, error, events);
    }
  }

  /** One event a second tells how long all wait. */
  function probe(event: DomainEvent | undefined, began: number): void {
    if (!isHeard || !event || began < nextProbeAt) return;
    nextProbeAt = began + PROBE_EVERY_MILLISECONDS;
    void clock
      .wait(HEARD_WITHIN_MILLISECONDS)
      .then(() => isHeard(subjectOf(event)))
      .then((heard) => (heard ? turns.isGood("unheard") : turns.slowDown("unheard", began)))
      // A record that cannot be read says nothing.
      .catch(() => {});
  }

  return (events) => {
    if (events.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      waiting.push({ events, since: clock.now(), done, failed });
      if (!isServing) void serve();
    });
  };
}

/** The bus did not take a request, or the others did not hear it in time. */
type Reason = "refused" | "unheard";

/** The moments of requests. Unlike a provider's limit, queues tell only later that the rate is too high. */
function createTurns(clock: PaceClock) {
  let perSecond = FIRST_PER_SECOND;
  let nextAt = Number.NEGATIVE_INFINITY;
  let slowedAt = Number.NEGATIVE_INFINITY;
  const inVain = { refused: 0, unheard: 0 };
  return {
    /** The next moment, once it has come; at once undefined if it comes too late. */
    async next(until: number): Promise<number | undefined> {
      for (let now = clock.now(); now < nextAt; now = clock.now()) {
        if (nextAt > until) return undefined;
        await clock.wait(nextAt - now);
      }
      const began = clock.now();
      nextAt = began + 1000 / perSecond;
      return began;
    },
    answered() {
      const isCareful = clock.now() < slowedAt + CAREFUL_MILLISECONDS;
      perSecond = Math.min(MOST_PER_SECOND, perSecond + (isCareful ? GROWTH / 4 : GROWTH));
    },
    /** What it was slowed for has passed. */
    isGood(reason: Reason) {
      if (inVain[reason] >= OUTAGE) perSecond = Math.max(perSecond, FIRST_PER_SECOND);
      inVain[reason] = 0;
    },
    /** Of requests that began before it was slowed, only the first counts. */
    slowDown(reason: Reason, began: number) {
      if (began < slowedAt) return;
      slowedAt = clock.now();
      inVain[reason]++;
      perSecond = Math.max(LEAST_PER_SECOND, perSecond * SLOWED);
      nextAt = slowedAt + Math.max(reason === "unheard" ? REST_MILLISECONDS : 0, 1000 / perSecond);
    },
  };
}

/** As many callers, in their order, as have room in one request; at least one. */
function takeTogether(waiting: Waiting[]): Waiting[] {
  let count = 0;
  let callers = 0;
  for (const { events } of waiting) {
    count += events.length;
    if (callers > 0 && count > MOST_EVENTS) break;
    callers++;
  }
  return waiting.splice(0, callers);
}

function tell({ done, events, failed }: Waiting, error: unknown, all: readonly DomainEvent[]): void {
  const isRefused = (event: DomainEvent) =>
    !(error instanceof PublishError) || error.refused.includes(all.indexOf(event));
  if (events.some(isRefused)) failed(error);
  else done();
}
