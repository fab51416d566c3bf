// Lambda entry of the schedule sweep-orders.

import { busPublisher, type ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { sharePublisher } from "@order-saga/messaging/shared-publisher";
import { sweepOrders } from "../service.ts";
import { isHeard, sweepOrdersHandler } from "../sweeps.ts";
import { edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const store = orderStore(env);
  const publish = sharePublisher({
    publish: busPublisher(env),
    clock: env,
    isHeard: (orderId) => isHeard({ store }, orderId),
  });
  const sweep = sweepOrdersHandler({ store, publish });
  return schedule(sweepOrders, sweep, edge(env));
};

export const handler = create(lambda);
