// Lambda entry of the schedule signal-expiry.

import { busPublisher, type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { signalExpiry } from "../service.ts";
import { signalExpiryHandler } from "../sweeps.ts";
import { inventoryPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const ports = { ...inventoryPorts(env), publish: busPublisher(env) };
  return schedule(signalExpiry, signalExpiryHandler(ports), edgeOf(env, "inventory"));
};

export const handler = create(lambda);
