// Lambda entry of GET /orders.
import { route } from "@order-saga/messaging/http";
import { listOrdersRoute } from "../routes.ts";
import { listOrders } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const handler = route(listOrders, undefined, listOrdersRoute({ store: orderStore() }), edge);
