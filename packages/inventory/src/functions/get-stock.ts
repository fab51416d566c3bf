// Lambda entry of GET /stock/{sku}.

import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { getStockHandler } from "../routes.ts";
import { getStock } from "../service.ts";
import { inventoryPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  route(getStock, undefined, getStockHandler(inventoryPorts(env)), edgeOf(env, "inventory"));

export const handler = create(lambda);
