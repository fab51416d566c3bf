// Lambda entry of the reaction commit-stock.

import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { commitStockHandler } from "../reactions.ts";
import { commitStock } from "../service.ts";
import { inventoryPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  reaction(commitStock, commitStockHandler(inventoryPorts(env)), reactionPorts(env, "inventory"));

export const handler = create(lambda);
