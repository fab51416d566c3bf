// The same order by other means, from the same operations: what changes is named here, all else is equal.
import { type Bill, billOf, total } from "./bill.ts";
import type { Operations } from "./operations.ts";
import { prices as european, type Prices } from "./prices.ts";

export type Peer = { name: string; assumes: string; bill: Bill };

/**
 * A saga that one state machine runs: no bus, no queues; a function for each step instead of each reaction.
 * Steps: start, save, mail, reserve, authorise, capture, commit, settle, mail, and a choice before and after.
 */
const TRANSITIONS = 11;
export const STEPS = 8;
/** An Express execution is only seen in its log: input and output of every step. */
const EXPRESS_LOG_BYTES = 12_000;
const EXPRESS_GIGABYTES = 64 / 1024;

/** The order without bus and queues: the same records, read and written by so many functions. */
export function conducted(confirmed: Operations, functions: number, prices: Prices = european): Bill {
  return billOf(
    {
      ...confirmed,
      invocations: functions,
      events: 0,
      eventBytes: 0,
      sqsRequests: 0,
      fairSqsRequests: 0,
      logBytes: confirmed.logBytes * Math.min(1, functions / confirmed.invocations),
      // No event is recorded before it is said, and no sweep has to find what a crash left.
      indexWriteUnits: 1,
    },
    prices,
  );
}

export function peersOf(confirmed: Operations, prices: Prices = european): Peer[] {
  const machine = conducted(confirmed, 1 + STEPS, prices);
  const seconds = confirmed.durationMilliseconds / 1000;
  return [
    {
      name: "Step Functions Standard",
      assumes: `${TRANSITIONS} transitions, ${STEPS} step functions, the same writes`,
      bill: { ...machine, "Step Functions": TRANSITIONS * prices.stateTransition },
    },
    {
      name: "Step Functions Express",
      assumes: `${seconds.toFixed(1)} s at 64 MB, ${EXPRESS_LOG_BYTES / 1000} kB of execution log; ends after 5 minutes, at least once`,
      bill: {
        ...machine,
        "Step Functions": prices.expressRequest + seconds * EXPRESS_GIGABYTES * prices.expressGigabyteSecond,
        "execution log": (EXPRESS_LOG_BYTES / 2 ** 30) * prices.logGigabyte,
      },
    },
  ];
}

/** An order's cost where `LOG_SAMPLE` logs this share of the orders: other healthy ones have no lines. */
export function withoutInformation(of: Operations, sampled: number): Operations {
  return { ...of, logLines: of.logLines * sampled, logBytes: of.logBytes * sampled };
}

export const perMillion = (bill: Bill): number => total(bill) * 1e6;
