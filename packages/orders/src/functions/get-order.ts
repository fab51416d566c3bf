// Lambda entry of GET /orders/{orderId}.
import { route } from "@order-saga/messaging/http";
import { getOrderRoute } from "../routes.ts";
import { getOrder } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const handler = route(getOrder, undefined, getOrderRoute({ store: orderStore() }), edge);
