// Seeds of the simulator, whose faults lead functions where no plain scenario does.
import { BUS_NAME } from "@order-saga/local/source-folders";
import { loadFunctions } from "@order-saga/simulation/load-functions";
import { planOf } from "@order-saga/simulation/seed-plan";
import { simulate } from "@order-saga/simulation/simulate";
import type { Usage } from "./usage.ts";

/** Ends when everything is used; returns how many seeds were run. */
export async function runSeeds(usage: Usage, most: number): Promise<number> {
  const functions = await loadFunctions();
  for (let seed = 1; seed <= most; seed++) {
    if (usage.unused().length === 0) return seed - 1;
    await simulate(planOf(seed), {
      versions: { first: functions, second: functions },
      checkers: () => [],
      onAllowed: (role, asked) => usage.note(role, onTheLaptop(asked)),
    });
  }
  return most;
}

/** The simulator's bus has another name. */
function onTheLaptop<A extends { readonly resource: string }>(asked: A): A {
  return { ...asked, resource: asked.resource.replace(/:event-bus\/.*$/, `:event-bus/${BUS_NAME}`) };
}
