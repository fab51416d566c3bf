// Lambda entry of POST /orders/{orderId}/cancel.
import { CancelOrderRequest } from "@order-saga/contracts";
import { busPublisher, type ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { sealForKnownIn } from "@order-saga/messaging/personal-data/adapters";
import { cancelOrderHandler } from "../routes.ts";
import { cancelOrder } from "../service.ts";
import { edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const ports = { store: orderStore(env), publish: busPublisher(env), personalData: sealForKnownIn(env) };
  const handle = cancelOrderHandler(ports);
  return route(cancelOrder, CancelOrderRequest, handle, edge(env));
};

export const handler = create(lambda);
