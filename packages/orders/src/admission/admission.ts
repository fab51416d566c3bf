// Whether a new order is taken: only if it can be decided in time, and else not before a moment that is said.
import { isLate, type Terms, type Wait, waitOf } from "./gauge.ts";
import { BUS, namesFor } from "./gauges.ts";
import type { GaugeStore, Gauges, TurnStore } from "./ports.ts";
import { createProcessGauges } from "./process-gauges.ts";

export type Asking = {
  readonly orderId: string;
  readonly skus: readonly string[];
  /** True if the request came before and was taken: such a one is never refused. */
  readonly isKnown: () => Promise<boolean>;
  /** Milliseconds, as every moment here. */
  readonly now: number;
};

export type Refused = { readonly until: number; readonly queue: string };

export type Admission = {
  /** Why, and until when, an order is refused; undefined if it may be taken. Never rejects. */
  refuses(asking: Asking): Promise<Refused | undefined>;
  /** A new order was taken. */
  took(skus: readonly string[], now: number): void;
  /** What became of a publication. */
  published(): void;
  notPublished(now: number): void;
};

export type AdmissionPorts = {
  readonly gauges: GaugeStore;
  readonly turns: TurnStore;
  readonly terms: Terms;
  readonly failed: (error: unknown) => void;
};

/** New orders are taken up to this share of the limit, so that room is left for those with a turn. */
const ROOM = 0.9;
/** While turns are promised, more room must be left before it is taken for one that was not taken up. */
const ROOM_BESIDE_TURNS = 0.65;
/** Those are taken up to this one: more may come at once than turns were given. */
const SPARE = 1.4;
/**
 * A turn is for when this part of the limit is expected to be left to wait. What is told is the difference of
 * two numbers that are known by and large: it is right within a factor of two if it is no small one.
 */
const AIM = 0.7;
/** An outage has no end that can be known: who is refused asks again within this time. */
const LONGEST_OUTAGE_MILLISECONDS = 120_000;
/** While the bus refuses, each process tries it with one order in so long. */
const PROBE_MILLISECONDS = 5000;
/** So much too early is in time: a header says seconds. */
const EARLY_MILLISECONDS = 1000;
/** A turn that was not taken up for so long is forgotten. */
const TURN_MILLISECONDS = 3600_000;
/**
 * An order taken without a turn while turns were promised says that others were not taken up, one with a turn
 * says the contrary: at rest, nine in ten of those taken have a turn. It is learnt in this part of the limit.
 */
const LEARNT_IN = 1 / 30;
const WITH_TURN = 0.9;

export function createAdmission({ failed, gauges, terms, turns }: AdmissionPorts): Admission {
  const shared = createProcessGauges({ gauges, terms, failed });
  let probedAt = Number.NEGATIVE_INFINITY;

  async function decide({ isKnown, now, orderId, skus }: Asking): Promise<Refused | undefined> {
    const [worst] = lateOf(shared.at(now), skus, now, terms);
    if (!worst) return undefined;
    shared.watch(now);
    const { gauge, queue, rate, wait } = worst;
    const take = (taken?: number) => {
      if (taken !== undefined) shared.add(queue, { taken });
      return undefined;
    };
    const learning = rate === undefined ? 0 : 1 / (rate * terms.limit * LEARNT_IN);
    const slip = gauge.slip ?? 0;
    const isInLine = gauge.line + slip > now;
    if (wait <= (isInLine ? ROOM_BESIDE_TURNS : ROOM) * terms.limit)
      return take(isInLine ? Math.exp(-learning) : undefined);
    if (await isKnown()) return undefined;
    if (rate === undefined) {
      if (queue !== BUS || now - probedAt < PROBE_MILLISECONDS)
        return { until: now + outageOf(wait, orderId), queue };
      probedAt = now;
      return undefined;
    }
    const promised = await turns.load(orderId);
    const turn = promised === undefined ? Number.NEGATIVE_INFINITY : promised + slip;
    if (now - turn < TURN_MILLISECONDS) {
      if (turn > now + EARLY_MILLISECONDS) return { until: turn, queue };
      const tooMuch = wait - SPARE * terms.limit;
      if (tooMuch <= 0) return take(Math.exp((learning * (1 - WITH_TURN)) / WITH_TURN));
      // Not to the end of the line: all turns come later by what this one does.
      const until = now + tooMuch + EARLY_MILLISECONDS;
      shared.add(queue, { slip: slip + until - turn });
      return { until, queue };
    }
    const from = now + Math.max(0, wait - AIM * terms.limit) - slip;
    const step = gauge.taken / rate;
    const next = Math.max(gauge.line, from) + step;
    shared.add(queue, { turns: [{ from, step }] });
    await turns.save(orderId, next);
    return { until: next + slip, queue };
  }

  return {
    async refuses(asking) {
      try {
        await shared.exchange(asking.now);
        return await decide(asking);
      } catch (error) {
        failed(error);
        return undefined;
      }
    },
    took: (skus, now) => shared.took(namesFor(skus), now),
    published: shared.published,
    notPublished: shared.notPublished,
  };
}

/** The queues that an order of these products waits in and that are late, the latest first. */
function lateOf({ of }: Gauges, skus: readonly string[], now: number, terms: Terms) {
  return namesFor(skus)
    .flatMap((queue) => {
      const gauge = of[queue];
      if (!gauge || !isLate(gauge, now)) return [];
      const { rate, wait }: Wait = waitOf(gauge, now, terms) ?? { wait: 0 };
      return [{ queue, gauge, rate, wait }];
    })
    .sort((a, b) => b.wait - a.wait);
}

/** As long as it has lasted, within a bound, and by chance a little longer: not all at one moment. */
function outageOf(wait: number, orderId: string): number {
  return Math.min(wait, LONGEST_OUTAGE_MILLISECONDS) * (1 + shareOf(orderId) / 4);
}

/** From 0 to 1, by the last digits of the id, which are as good as chance. */
const shareOf = (orderId: string) => Number.parseInt(orderId.slice(-4), 16) / 0xffff || 0;
