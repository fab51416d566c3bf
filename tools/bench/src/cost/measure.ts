// Runs an ending in the simulator, over the shipped functions and under its checkers, and reads the meter.
import { services } from "@order-saga/services";
import { createCheckers } from "@order-saga/simulation/checkers/index";
import { loadFunctions } from "@order-saga/simulation/load-functions";
import type { Plan } from "@order-saga/simulation/plan";
import { simulate } from "@order-saga/simulation/simulate";
import { type EndingName, planOf } from "./endings.ts";
import { createMeter, type Places } from "./meter.ts";
import { each, type Operations } from "./operations.ts";

/** Enough that times average out; counts are the same for every order, or the golden file has a fraction. */
const ORDERS = 20;
/** Orders at a time, when batches are to be full. */
const CROWD = 200;

let loaded: ReturnType<typeof loadFunctions> | undefined;

/** What one order of this ending costs, each by itself. */
export const measureEnding = async (name: EndingName): Promise<Operations> =>
  (await measureAlone(name)).operations;

/** The same where orders come many at a time and mappings wait for a full batch. */
export const measureBatched = async (name: EndingName): Promise<Operations> =>
  (await measureCrowd(name)).operations;

/** What was counted of one order, and at which function, table and index. */
export type Measured = { readonly operations: Operations; readonly places: Places };

export const measureAlone = (name: EndingName): Promise<Measured> =>
  measurePlan(planOf(name, ORDERS), ORDERS);

export function measureCrowd(name: EndingName): Promise<Measured> {
  const pace = { call: 5, bus: 50, poll: 1000, indexLag: 10 };
  return measurePlan(planOf(name, CROWD, { pace, apart: 20 }), CROWD);
}

/** Throws if an invariant did not hold: what is measured must be the saga. */
export async function measurePlan(plan: Plan, orders: number): Promise<Measured> {
  loaded ??= loadFunctions();
  const meter = createMeter(services);
  const functions = meter.functions(await loaded);
  const { violations, world } = await simulate(plan, {
    versions: { first: functions, second: functions },
    checkers: createCheckers,
    onWorld: meter.watch,
  });
  const [first] = violations;
  if (first) throw new Error(`${first.invariant}: ${first.detail}`);
  const refused = world.observed.calls.find(({ answer }) => (answer?.status ?? 0) >= 300);
  if (refused) throw new Error(`${refused.route} answered ${refused.answer?.status}.`);
  return {
    operations: each(meter.operations, orders),
    places: Object.fromEntries(
      Object.entries(meter.places).map(([place, counts]) => [place, each(counts, orders)]),
    ),
  };
}
