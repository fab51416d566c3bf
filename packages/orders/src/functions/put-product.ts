// Lambda entry of PUT /products/{sku}.
import { PutProductRequest } from "@order-saga/contracts";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { putProductHandler } from "../product-routes.ts";
import { putProduct } from "../service.ts";
import { edge, orderStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(putProduct, PutProductRequest, putProductHandler({ store: orderStore(env) }), edge(env));

export const handler = create(lambda);
