// Lambda entry of POST /orders.
import { PlaceOrderRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { busPublisher, environment } from "@order-saga/messaging/lambda";
import { createIdentity } from "../identity/hmac.ts";
import { placeOrderRoute } from "../routes.ts";
import { placeOrder } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

const handle = placeOrderRoute({
  store: orderStore(),
  publish: busPublisher(),
  identity: createIdentity(environment("ORDER_ID_SECRET")),
  decideWithinSeconds: Number(environment("DECIDE_WITHIN_SECONDS")),
});

export const handler = route(placeOrder, PlaceOrderRequest, handle, edge);
