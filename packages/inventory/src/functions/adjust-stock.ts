// Lambda entry of PUT /stock/{sku}.
import { AdjustStockRequest } from "@order-saga/contracts";
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { adjustStockHandler } from "../routes.ts";
import { adjustStock } from "../service.ts";
import { inventoryPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(adjustStock, AdjustStockRequest, adjustStockHandler(inventoryPorts(env)), edgeOf(env, "inventory"));

export const handler = create(lambda);
