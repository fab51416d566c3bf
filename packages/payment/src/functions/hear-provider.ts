// Lambda entry of the reaction hear-provider.
import {
  busPublisher,
  type ExecutionEnvironment,
  reactionPorts,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { taskReaction } from "@order-saga/messaging/reaction";
import { hearProviderHandler, Ring } from "../doorbell.ts";
import { hearProvider } from "../service.ts";
import { doorbell, paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const ports = { ...paymentPorts(env, hearProvider), publish: busPublisher(env), ring: doorbell(env) };
  return taskReaction(hearProvider, Ring, hearProviderHandler(ports), reactionPorts(env, "payment"));
};

export const handler = create(lambda);
