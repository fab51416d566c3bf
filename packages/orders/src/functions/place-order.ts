// Lambda entry of POST /orders.
import { PlaceOrderRequest } from "@order-saga/contracts";
import {
  busPublisher,
  type ExecutionEnvironment,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { sealIn } from "@order-saga/messaging/personal-data/adapters";
import { createIdentities } from "../identity/hmac.ts";
import { placeOrderHandler } from "../routes.ts";
import { placeOrder } from "../service.ts";
import { admission, decideWithinSeconds, edge, orderQuota, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const handle = placeOrderHandler({
    store: orderStore(env),
    publish: busPublisher(env),
    personalData: sealIn(env),
    identities: createIdentities(requiredVariable(env, "ORDER_ID_SECRET")),
    decideWithinSeconds: decideWithinSeconds(env),
    admission: admission(env),
    quota: orderQuota(env),
  });
  return route(placeOrder, PlaceOrderRequest, handle, edge(env));
};

export const handler = create(lambda);
