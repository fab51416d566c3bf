// Lambda entry of GET /products.
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import type { Sandbox } from "@order-saga/messaging/sandbox";
import { listProductsRoute } from "../product-routes.ts";
import { listProducts } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  route(listProducts, undefined, listProductsRoute({ store: orderStore(sandbox) }), edge(sandbox));

export const handler = create(lambda);
