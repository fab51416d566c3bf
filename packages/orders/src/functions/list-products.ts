// Lambda entry of GET /products.

import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { listProductsHandler } from "../product-routes.ts";
import { listProducts } from "../service.ts";
import { edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(listProducts, undefined, listProductsHandler({ store: orderStore(env) }), edge(env));

export const handler = create(lambda);
