// Lambda entry of PUT /stock/{sku}.
import { AdjustStockRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { lambdaLog, now } from "@order-saga/messaging/lambda";
import { changeStock } from "../routes.ts";
import { adjustStock } from "../service.ts";
import { ports } from "./ports.ts";

export const handler = route(adjustStock, AdjustStockRequest, changeStock(ports), {
  log: lambdaLog("inventory"),
  now,
});
