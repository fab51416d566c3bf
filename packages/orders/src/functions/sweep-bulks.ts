// Lambda entry of the schedule sweep-bulks.
import {
  busPublisher,
  type ExecutionEnvironment,
  taskSender,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { sweepBulksHandler } from "../bulk/sweeps.ts";
import { placeChild, sweepBulks } from "../service.ts";
import { backOff, bulkStore, edge, orderStore, paceOf } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const sweep = sweepBulksHandler({
    bulks: bulkStore(env),
    store: orderStore(env),
    publish: busPublisher(env),
    sendTasks: taskSender(env, placeChild.name),
    backOff: backOff(env),
    pace: paceOf(env),
  });
  return schedule(sweepBulks, sweep, edge(env));
};

export const handler = create(lambda);
