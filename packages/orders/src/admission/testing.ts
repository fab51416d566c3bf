// A queue in front of one decision, in virtual time: for the tests of who is admitted to it.
import { testNow } from "@order-saga/messaging/testing";
import { createMemoryGauges, createMemoryTurns } from "../store/admission-memory.ts";
import { type Admission, createAdmission } from "./admission.ts";
import { termsOf } from "./gauge.ts";
import { PAYMENT } from "./gauges.ts";
import { createLateness, type Lateness } from "./lateness.ts";

export type Load = {
  seconds: number;
  decideWithinSeconds: number;
  /** Orders a second that come, and that can be decided, by the second. */
  coming: (second: number) => number;
  decided: (second: number) => number;
  /** The share of refused customers who come again, all when they were told to. */
  returning: number;
  /** Processes that take orders, and that hear of decisions. */
  taking?: number;
  hearing?: number;
  /** Of who comes to which process. */
  seed?: number;
};

/** An order was decided, and that is heard of in the same moment. */
export const heardAtOnce = (lateness: Lateness, queues: readonly string[], placedAt: number, now: number) =>
  lateness.decided(queues, { placedAt, decidedAt: now, now });

type Knock = { at: number; orderId: string; first: number; told?: number };

const STEP = 100;

/** The same numbers in every run. */
function chanceOf(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export async function playLoad(load: Load) {
  const terms = termsOf(load.decideWithinSeconds / 2);
  const stores = { gauges: createMemoryGauges(), turns: createMemoryTurns() };
  const failed = (error: unknown) => {
    throw error;
  };
  const taking = Array.from({ length: load.taking ?? 3 }, () =>
    createAdmission({ ...stores, terms, failed }),
  );
  const hearing = Array.from({ length: load.hearing ?? 3 }, () =>
    createLateness({ gauges: stores.gauges, terms, failed }),
  );
  const chance = chanceOf(load.seed ?? 7);
  const one = <T>(of: readonly T[]) => of[Math.floor(chance() * of.length)] as T;
  const queue: number[] = [];
  let knocks: Knock[] = [];
  const waits: number[] = [];
  /** Of those who came again: how long they waited in all, as a multiple of what they were told first. */
  const ratios: number[] = [];
  let [refused, admitted, idle, credit, due, count] = [0, 0, 0, 0, 0, 0];
  for (let now = testNow; now < testNow + load.seconds * 1000; now += STEP) {
    const second = (now - testNow) / 1000;
    for (due += (load.coming(second) * STEP) / 1000; due >= 1; due--)
      knocks.push({ at: now, orderId: idOf(++count, chance()), first: now });
    const here = knocks.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    knocks = knocks.filter(({ at }) => at > now);
    for (const knock of here) {
      const refusal = await refusalOf(one(taking), knock.orderId, now);
      if (!refusal) {
        admitted++;
        queue.push(now);
        if (knock.told !== undefined) ratios.push((now - knock.first) / knock.told);
        continue;
      }
      refused++;
      const wait = Math.max(1, Math.ceil((refusal.until - now) / 1000)) * 1000;
      if (knock.told !== undefined || chance() < load.returning)
        knocks.push({ ...knock, at: now + wait, told: knock.told ?? wait });
    }
    const can = (load.decided(second) * STEP) / 1000;
    for (credit = Math.min(credit + can, 5); credit >= 1 && queue.length > 0; credit--) {
      const placedAt = queue.shift() ?? now;
      waits.push(now - placedAt);
      await heardAtOnce(one(hearing), [PAYMENT], placedAt, now);
    }
    if (queue.length === 0 && (knocks.length > 0 || load.coming(second) > 0)) idle += can;
  }
  ratios.sort((a, b) => a - b);
  const late = waits.filter((wait) => wait > load.decideWithinSeconds * 1000).length;
  const right = ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length;
  return { refused, admitted, ratios, late, idle, right: right / Math.max(1, ratios.length) };
}

const hex = (value: number, digits: number) => Math.floor(value).toString(16).padStart(digits, "0");
const idOf = (count: number, chance: number) => `ord_${hex(count, 27)}${hex(chance * 0x100000, 5)}`;

async function refusalOf(admission: Admission, orderId: string, now: number) {
  const refusal = await admission.refuses({ orderId, skus: ["TEA"], isKnown: async () => false, now });
  if (!refusal) admission.took(["TEA"], now);
  return refusal;
}
