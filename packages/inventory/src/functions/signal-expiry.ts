// Lambda entry of the schedule signal-expiry.

import { busPublisher, type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { sharePublisher } from "@order-saga/messaging/shared-publisher";
import { signalExpiry } from "../service.ts";
import { isAnswered, signalExpiryHandler } from "../sweeps.ts";
import { inventoryPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const { store } = inventoryPorts(env);
  const publish = sharePublisher({
    publish: busPublisher(env),
    clock: env,
    isHeard: (orderId) => isAnswered({ store }, orderId),
  });
  return schedule(signalExpiry, signalExpiryHandler({ store, publish }), edgeOf(env, "inventory"));
};

export const handler = create(lambda);
