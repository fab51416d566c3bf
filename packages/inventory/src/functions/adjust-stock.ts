// Lambda entry of PUT /stock/{sku}.
import { AdjustStockRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { edgeOf, type Sandbox } from "@order-saga/messaging/sandbox";
import { changeStock } from "../routes.ts";
import { adjustStock } from "../service.ts";
import { inventoryPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  route(adjustStock, AdjustStockRequest, changeStock(inventoryPorts(sandbox)), edgeOf(sandbox, "inventory"));

export const handler = create(lambda);
