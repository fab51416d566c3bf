// Lambda entry of GET /products/{sku}.

import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { getProductHandler } from "../product-routes.ts";
import { getProduct } from "../service.ts";
import { edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(getProduct, undefined, getProductHandler({ store: orderStore(env) }), edge(env));

export const handler = create(lambda);
