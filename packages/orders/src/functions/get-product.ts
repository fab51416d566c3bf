// Lambda entry of GET /products/{sku}.
import { route } from "@order-saga/messaging/http";
import { getProductRoute } from "../product-routes.ts";
import { getProduct } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const handler = route(getProduct, undefined, getProductRoute({ store: orderStore() }), edge);
