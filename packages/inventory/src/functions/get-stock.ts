// Lambda entry of GET /stock/{sku}.
import { route } from "@order-saga/messaging/http";
import { lambdaLog, now } from "@order-saga/messaging/lambda";
import { showStock } from "../routes.ts";
import { getStock } from "../service.ts";
import { ports } from "./ports.ts";

export const handler = route(getStock, undefined, showStock(ports), {
  log: lambdaLog("inventory"),
  now,
});
