// Lambda entry of GET /orders.

import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { listOrdersRoute } from "../routes.ts";
import { listOrders } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (env: ExecutionEnvironment) =>
  route(listOrders, undefined, listOrdersRoute({ store: orderStore(env) }), edge(env));

export const handler = create(lambda);
