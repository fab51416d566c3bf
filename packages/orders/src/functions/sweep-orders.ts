// Lambda entry of the schedule sweep-orders.

import { busPublisher, type ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { sweepOrders } from "../service.ts";
import { sweepOrdersHandler } from "../sweeps.ts";
import { edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const sweep = sweepOrdersHandler({ store: orderStore(env), publish: busPublisher(env) });
  return schedule(sweepOrders, sweep, edge(env));
};

export const handler = create(lambda);
