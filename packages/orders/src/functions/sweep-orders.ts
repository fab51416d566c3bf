// Lambda entry of the schedule sweep-orders.
import type { Sweep } from "@order-saga/messaging";
import { busPublisher, type ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { gatherLoads } from "@order-saga/messaging/gathered-loads";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { sharePublisher } from "@order-saga/messaging/shared-publisher";
import type { Lateness } from "../admission/lateness.ts";
import { sweepOrders } from "../service.ts";
import { isHeard, sweepOrdersHandler } from "../sweeps.ts";
import { edge, lateness, orderStore } from "./adapters.ts";

/** What a run has seen undecided is told once, at its end. */
const thenTell =
  (sweep: Sweep, told: Lateness | undefined): Sweep =>
  async (context) => {
    try {
      return await sweep(context);
    } finally {
      await told?.flush(context.now);
    }
  };

export const create = (env: ExecutionEnvironment) => {
  const table = orderStore(env);
  const store = { ...table, load: gatherLoads({ load: table.load, loadAll: table.loadAll, wait: env.wait }) };
  const publish = sharePublisher({
    publish: busPublisher(env),
    clock: env,
    isHeard: (orderId) => isHeard({ store: table }, orderId),
  });
  const told = lateness(env);
  const sweep = sweepOrdersHandler({ store, publish, lateness: told });
  return schedule(sweepOrders, thenTell(sweep, told), edge(env));
};

export const handler = create(lambda);
