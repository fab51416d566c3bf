// The places at which a fault of a plan may be met, by name.
import type { CallCategory } from "./fault-kinds.ts";
import type { Fault } from "./plan.ts";

/** Where a fault of the plan strikes: at a call of a function, or on a message's way to a queue. */
export const siteOf = {
  call: (functionName: string, category: CallCategory, order: number | undefined) =>
    `${functionName}/${category}/${order ?? "-"}`,
  delivery: (queue: string, eventType: string, order: number | undefined) =>
    `${queue}/deliver ${eventType}/${order ?? "-"}`,
  receipt: (queue: string, order: number | undefined) => `${queue}/receive/${order ?? "-"}`,
  request: (functionName: string, order: number | undefined) => `${functionName}/request/${order ?? "-"}`,
};

/** True if the fault happens at this occurrence of its place. */
export function isAt({ nth = 1, times = 1 }: Fault, occurrence: number): boolean {
  return occurrence >= nth && occurrence < nth + times;
}

/** True if the fault may act so many milliseconds from the start; most of those with a place always may. */
export function isDuring({ from = 0, until = Number.POSITIVE_INFINITY }: Fault, elapsed: number): boolean {
  return elapsed >= from && elapsed < until;
}

/** The faults that have a place, by its name. */
export function placedFaults(faults: readonly Fault[]): Map<string, Fault[]> {
  const placed = new Map<string, Fault[]>();
  for (const fault of faults) {
    const site = placeOf(fault);
    if (site === undefined) continue;
    const there = placed.get(site) ?? [];
    there.push(fault);
    placed.set(site, there);
  }
  return placed;
}

function placeOf({ at, call, event, kind, order }: Fault): string | undefined {
  if (call !== undefined) return siteOf.call(at, call, order);
  if (event !== undefined) return siteOf.delivery(at, event, order);
  switch (kind) {
    case "queue-duplicate":
    case "ack-lost":
    case "function-throttled":
    case "answer-malformed":
    case "deadline-near":
    case "dead-letter-lost":
      return siteOf.receipt(at, order);
    case "client-retries":
    case "client-changes-body":
    case "client-names-total":
    case "client-disconnects":
      return siteOf.request(at, order);
    default:
      return undefined;
  }
}
