// What the simulator's own tests share: a plan of one plain order, to which a test adds what it is about.

import { createCheckers } from "./checkers/index.ts";
import { paymentOf, reservationOf } from "./checkers/records.ts";
import type { FunctionCode } from "./lambda.ts";
import { loadFunctions } from "./load-functions.ts";
import { type Fault, type Plan, type PlannedOrder, START } from "./plan.ts";
import { type Run, simulate } from "./simulate.ts";

export function aPlannedOrder(given: Partial<PlannedOrder> = {}): PlannedOrder {
  return {
    number: 1,
    at: 0,
    customer: "customer-1",
    lines: [{ sku: "TEA-ASSAM", quantity: 2 }],
    paymentMethod: "pm_card_visa",
    ...given,
  };
}

export function aPlan(given: Partial<Plan> = {}): Plan {
  return {
    seed: 1,
    start: START,
    pace: { call: 5, bus: 20, poll: 2, indexLag: 10 },
    settings: { decideWithinSeconds: 900, reservationSeconds: 900 },
    products: [{ sku: "TEA-ASSAM", unitPrice: 850, stock: 10 }],
    orders: [aPlannedOrder()],
    changes: [],
    faults: [],
    faultsUntil: 2 * 3600_000,
    redriveWithinSeconds: 10,
    ...given,
  };
}

let loaded: Promise<ReadonlyMap<string, FunctionCode>> | undefined;

/** The shipped functions; a deployment in a test brings the same version again. */
export async function run(plan: Plan, functions?: ReadonlyMap<string, FunctionCode>): Promise<Run> {
  loaded ??= loadFunctions();
  const first = functions ?? (await loaded);
  return simulate(plan, { versions: { first, second: first }, checkers: createCheckers, isRecording: true });
}

export const shippedFunctions = (): Promise<ReadonlyMap<string, FunctionCode>> => {
  loaded ??= loadFunctions();
  return loaded;
};

/** How the order ended: its money and its stock. */
export function endOf({ world }: Run, order: PlannedOrder = aPlannedOrder()): string {
  const orderId = world.orderIdOf(order);
  const payment = paymentOf(world.observed, orderId);
  const reservation = reservationOf(world.observed, orderId);
  return `${payment?.settlement}/${reservation?.state}`;
}

export const aFault = (fault: Omit<Fault, "order"> & { order?: number }): Fault => fault;
