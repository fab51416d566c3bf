// Lambda entry of POST /orders/{orderId}/cancel.
import { CancelOrderRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { busPublisher } from "@order-saga/messaging/lambda";
import { cancelOrderRoute } from "../routes.ts";
import { cancelOrder } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

const handle = cancelOrderRoute({ store: orderStore(), publish: busPublisher() });

export const handler = route(cancelOrder, CancelOrderRequest, handle, edge);
