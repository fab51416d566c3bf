// Lambda entry of GET /products.
import { route } from "@order-saga/messaging/http";
import { listProductsRoute } from "../product-routes.ts";
import { listProducts } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const handler = route(listProducts, undefined, listProductsRoute({ store: orderStore() }), edge);
