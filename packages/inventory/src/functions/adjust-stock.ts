// Lambda entry of PUT /stock/{sku}.
import { AdjustStockRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { lambdaLog, now } from "@order-saga/messaging/lambda";
import { changeStock } from "../routes.ts";
import { adjustStock } from "../service.ts";
import { inventoryPorts } from "./ports.ts";

export const handler = route(adjustStock, AdjustStockRequest, changeStock(inventoryPorts()), {
  log: lambdaLog("inventory"),
  now,
});
