// Lambda entry of PUT /products/{sku}.
import { PutProductRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { putProductRoute } from "../product-routes.ts";
import { putProduct } from "../service.ts";
import { edge, orderStore } from "./ports.ts";

export const handler = route(putProduct, PutProductRequest, putProductRoute({ store: orderStore() }), edge);
