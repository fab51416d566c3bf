// Lambda entry of the schedule sweep-webhooks.
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { sweepWebhooks } from "../service.ts";
import { sweepWebhooksHandler } from "../sweep.ts";
import { endpointsIn, handOverIn, storeIn } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const sweep = sweepWebhooksHandler({
    endpoints: endpointsIn(env),
    store: storeIn(env),
    handOver: handOverIn(env),
  });
  return schedule(sweepWebhooks, sweep, edgeOf(env, "webhooks"));
};

export const handler = create(lambda);
