// Lambda entry of GET /products/{sku}.
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import type { Sandbox } from "@order-saga/messaging/sandbox";
import { getProductRoute } from "../product-routes.ts";
import { getProduct } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  route(getProduct, undefined, getProductRoute({ store: orderStore(sandbox) }), edge(sandbox));

export const handler = create(lambda);
