// Lambda entry of GET /orders/{orderId}.
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import type { Sandbox } from "@order-saga/messaging/sandbox";
import { getOrderRoute } from "../routes.ts";
import { getOrder } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  route(getOrder, undefined, getOrderRoute({ store: orderStore(sandbox) }), edge(sandbox));

export const handler = create(lambda);
