// Lambda entry of GET /stock/{sku}.
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { edgeOf, type Sandbox } from "@order-saga/messaging/sandbox";
import { showStock } from "../routes.ts";
import { getStock } from "../service.ts";
import { inventoryPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  route(getStock, undefined, showStock(inventoryPorts(sandbox)), edgeOf(sandbox, "inventory"));

export const handler = create(lambda);
