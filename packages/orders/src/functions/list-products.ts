// Lambda entry of GET /products.

import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { listProductsRoute } from "../product-routes.ts";
import { listProducts } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (env: ExecutionEnvironment) =>
  route(listProducts, undefined, listProductsRoute({ store: orderStore(env) }), edge(env));

export const handler = create(lambda);
