// Lambda entry of GET /orders.
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import type { Sandbox } from "@order-saga/messaging/sandbox";
import { listOrdersRoute } from "../routes.ts";
import { listOrders } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  route(listOrders, undefined, listOrdersRoute({ store: orderStore(sandbox) }), edge(sandbox));

export const handler = create(lambda);
