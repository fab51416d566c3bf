// Lambda entry of POST /orders.
import { PlaceOrderRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { busPublisher, environment, type Sandbox } from "@order-saga/messaging/sandbox";
import { createIdentity } from "../identity/hmac.ts";
import { placeOrderRoute } from "../routes.ts";
import { placeOrder } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) => {
  const handle = placeOrderRoute({
    store: orderStore(sandbox),
    publish: busPublisher(sandbox),
    identity: createIdentity(environment(sandbox, "ORDER_ID_SECRET")),
    decideWithinSeconds: Number(environment(sandbox, "DECIDE_WITHIN_SECONDS")),
  });
  return route(placeOrder, PlaceOrderRequest, handle, edge(sandbox));
};

export const handler = create(lambda);
