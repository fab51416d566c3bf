// Lambda entry of PUT /products/{sku}.
import { PutProductRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import type { Sandbox } from "@order-saga/messaging/sandbox";
import { putProductRoute } from "../product-routes.ts";
import { putProduct } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  route(putProduct, PutProductRequest, putProductRoute({ store: orderStore(sandbox) }), edge(sandbox));

export const handler = create(lambda);
