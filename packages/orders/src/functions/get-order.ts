// Lambda entry of GET /orders/{orderId}.

import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { getOrderRoute } from "../routes.ts";
import { getOrder } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (env: ExecutionEnvironment) =>
  route(getOrder, undefined, getOrderRoute({ store: orderStore(env) }), edge(env));

export const handler = create(lambda);
