// Lambda entry of GET /orders.

import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { listOrdersHandler } from "../routes.ts";
import { listOrders } from "../service.ts";
import { edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(listOrders, undefined, listOrdersHandler({ store: orderStore(env) }), edge(env));

export const handler = create(lambda);
