// Lambda entry of the reaction track-order.

import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { trackOrderHandler } from "../reactions.ts";
import { trackOrder } from "../service.ts";
import { lateness, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  reaction(
    trackOrder,
    trackOrderHandler({ store: orderStore(env), lateness: lateness(env) }),
    reactionPorts(env, "orders"),
  );

export const handler = create(lambda);
