// Lambda entry of POST /orders/{orderId}/cancel.
import { CancelOrderRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { busPublisher, type Sandbox } from "@order-saga/messaging/sandbox";
import { cancelOrderRoute } from "../routes.ts";
import { cancelOrder } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) => {
  const handle = cancelOrderRoute({ store: orderStore(sandbox), publish: busPublisher(sandbox) });
  return route(cancelOrder, CancelOrderRequest, handle, edge(sandbox));
};

export const handler = create(lambda);
