// The services' clocks: right, unless the plan has one wrong.
import type { RunContext } from "./context.ts";
import type { Plan } from "./plan.ts";

/** Milliseconds by the clock of a service. */
export type ClockOf = (service: string) => number;

export function createClocks(context: RunContext, services: readonly { name: string }[]): ClockOf {
  const clocks = new Map<string, () => number>(
    services.map(({ name }) => [name, createClock(context, name)]),
  );
  return (service) => clocks.get(service)?.() ?? context.scheduler.now();
}

function createClock(context: RunContext, service: string): () => number {
  const wrong = [...context.lasting("clock-skew", service), ...context.lasting("clock-jump", service)];
  const met = new Set<object>();
  return () => {
    let now = context.scheduler.now();
    if (wrong.length === 0 || context.areFaultsStopped()) return now;
    for (const fault of wrong) {
      if (context.elapsed() < (fault.from ?? 0)) continue;
      if (!met.has(fault)) context.meet(fault);
      met.add(fault);
      now += (fault.seconds ?? 0) * 1000;
    }
    return now;
  };
}

/** The most by which a clock is ahead (1) or behind (-1); the errors of one clock add up. */
export function clockErrorMilliseconds({ faults }: Plan, direction: 1 | -1): number {
  const errors = new Map<string, number>();
  for (const { at, kind, seconds = 0 } of faults) {
    if (kind === "clock-skew" || kind === "clock-jump")
      errors.set(at, (errors.get(at) ?? 0) + Math.max(0, seconds * direction) * 1000);
  }
  return Math.max(0, ...errors.values());
}
