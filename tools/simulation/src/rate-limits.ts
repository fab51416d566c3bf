// The limits that a plan's faults put on a provider: so many calls of an operation in any second.
import type { RunContext } from "./context.ts";
import { isDuring } from "./fault-sites.ts";

/** Counts a call, or refuses it: true if the provider has taken as many of this operation as it may. */
export type RefusesCall = (operation: string) => boolean;

export function createRateLimit(context: RunContext, provider: "provider" | "mail"): RefusesCall {
  const faults = context.lasting("limit", provider);
  const taken = new Map<string, number[]>();
  return (operation) => {
    const fault = faults.find((each) => isDuring(each, context.elapsed()));
    if (!fault || context.areFaultsStopped()) return false;
    const now = context.scheduler.now();
    const lately = (taken.get(operation) ?? []).filter((at) => at > now - 1000);
    taken.set(operation, lately);
    if (lately.length < (fault.perSecond ?? 1)) {
      lately.push(now);
      return false;
    }
    context.meet(fault);
    return true;
  };
}
