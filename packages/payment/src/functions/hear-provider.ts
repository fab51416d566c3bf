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
import { doorbell, inInvocation, paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const portsFor = paymentPorts(env, hearProvider);
  const more = { publish: busPublisher(env), ring: doorbell(env) };
  const react = inInvocation((remaining) => ({ ...portsFor(remaining), ...more }), hearProviderHandler);
  return taskReaction(hearProvider, Ring, react, reactionPorts(env, "payment"));
};

export const handler = create(lambda);
