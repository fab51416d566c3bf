// Lambda entry of GET /orders/{orderId}.

import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { getOrderHandler } from "../routes.ts";
import { getOrder } from "../service.ts";
import { edge, orderStore, waiting } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(getOrder, undefined, getOrderHandler({ store: orderStore(env), waiting: waiting(env) }), edge(env));

export const handler = create(lambda);
