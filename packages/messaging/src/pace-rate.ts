// The rate at which one process calls an endpoint: it follows what the provider allows, and stores nothing.

export type PaceLimit = {
  /** What the provider allows all processes together. */
  readonly perSecond: number;
  /** How many there may be. */
  readonly processes: number;
};

export type PaceRate = {
  /** Calls per second. */
  current(): number;
  /** A call was answered, by whatever but the limit. */
  answered(now: number): void;
  /** A call that began then was refused because of the limit. */
  refused(now: number, began: number): void;
};

/** While no limit was met, each answer raises the rate by this part of it. */
const GROWTH = 0.025;
/**
 * Of what succeeded when a limit was met, so many of its square root are left free for long: calls do not
 * arrive as evenly as they begin, and of few in a second the number varies most.
 */
const SPREAD = 0.6;
/** Up to so many calls a second a smaller part is left free, for a batch is to find its turns in time. */
const LOW = 1;
const LOW_SHARE = 0.9;
/** Of the rest the rate is this share at first, so that other processes find room as well. */
const BACK_TO = 0.85;
/**
 * After a refusal the rate comes near to what is safe, stays there for most of so many seconds of calling,
 * and only then tries for more, faster and faster: the curve of TCP CUBIC (RFC 9438). Its time grows with the
 * cube root of the rate, so that a slow process comes back sooner; this is the time of five calls a second.
 */
const PLATEAU_SECONDS = 180;
const PLATEAU_RATE = 5;
/** What succeeded is counted over the time of so many calls, within these bounds. */
const MEASURED_CALLS = 8;
const SHORTEST_MEASURE_MILLISECONDS = 1000;
const LONGEST_MEASURE_MILLISECONDS = 10_000;
/** What a process counts with of its rate, if it is above one, while its answers say nothing of the limit. */
const UNSEEN = 0.4;
/** Calls per second of a process that has hardly anything to ask. */
const LITTLE = 4;
/** A limit that was met so long ago may be another by now. */
const BELIEVED_MILLISECONDS = 600_000;
/** Calls per second that are tried however often the provider refuses. */
const SLOWEST = 0.25;
/**
 * So many refusals with no answer between are an outage, and say nothing of what is let through after it.
 * Fewer may be the bad luck of a process where others use up a limit of one call a second.
 */
const OUTAGE_REFUSALS = 12;

type Met = {
  readonly ceiling: number;
  readonly at: number;
  readonly inVain: number;
  secondsCalled: number;
  isAnswered: boolean;
};

/** Begins at the process's share of the limit, and never passes the whole of it. */
export function createPaceRate(born: number, { perSecond, processes }: PaceLimit): PaceRate {
  const share = perSecond / processes;
  let rate = share;
  let met: Met | undefined;
  /** In their order. */
  const answers: number[] = [];

  /**
   * Calls per second that the provider lets through: those that were answered lately. A process that asked
   * for little has not seen the limit, only that others use it up, and counts with a part of its rate.
   */
  function letThrough(now: number): number {
    const calls = Math.min((MEASURED_CALLS / rate) * 1000, LONGEST_MEASURE_MILLISECONDS, now - born);
    const seconds = Math.max(SHORTEST_MEASURE_MILLISECONDS, calls) / 1000;
    const answered = answers.filter((at) => at > now - seconds * 1000).length / seconds;
    return Math.max(answered, Math.min(Math.max(1, rate * UNSEEN), LITTLE));
  }

  return {
    current: () => rate,
    answered(now) {
      const before = answers.at(-1) ?? born;
      // Those after `now` are of a clock that jumped back since.
      while ((answers.at(-1) ?? now) > now) answers.pop();
      while ((answers[0] ?? now) <= now - LONGEST_MEASURE_MILLISECONDS) answers.shift();
      answers.push(now);
      if (met && now - met.at > BELIEVED_MILLISECONDS) met = undefined;
      if (met && !met.isAnswered && met.inVain >= OUTAGE_REFUSALS) {
        rate = Math.max(rate, Math.min(share, LITTLE));
        met = undefined;
      }
      if (met) met.isAnswered = true;
      if (!met) {
        rate = Math.min(perSecond, rate * (1 + GROWTH));
        return;
      }
      // Time without calls says nothing of the limit.
      met.secondsCalled += Math.min(Math.max(0, now - before) / 1000, 2 / rate);
      const way = met.secondsCalled / PLATEAU_SECONDS - Math.cbrt(met.ceiling / PLATEAU_RATE);
      rate = Math.min(perSecond, met.ceiling + (1 - BACK_TO) * PLATEAU_RATE * way ** 3);
    },
    refused(now, began) {
      // Calls that were under way when the limit was met say nothing new.
      if (met && began < met.at && met.at <= now) return;
      const through = Math.min(rate, letThrough(now));
      const safe = Math.max(Math.min(LOW, LOW_SHARE * through), through - SPREAD * Math.sqrt(through));
      const ceiling = Math.max(SLOWEST, safe);
      const inVain = met && !met.isAnswered ? met.inVain + 1 : 1;
      met = { ceiling, at: now, inVain, secondsCalled: 0, isAnswered: false };
      rate = Math.max(SLOWEST, ceiling * BACK_TO);
    },
  };
}
