// Lambda entry of the reaction release-stock.

import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { releaseStockHandler } from "../reactions.ts";
import { releaseStock } from "../service.ts";
import { inventoryPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  reaction(releaseStock, releaseStockHandler(inventoryPorts(env)), reactionPorts(env, "inventory"));

export const handler = create(lambda);
