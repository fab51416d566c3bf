// Lambda entry of the reaction import-stock.
import {
  type ExecutionEnvironment,
  reactionPorts,
  requiredVariable,
  taskSender,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { uploadReaction } from "@order-saga/messaging/reaction";
import { importStockHandler } from "../feed/import.ts";
import { importStock } from "../service.ts";
import { feedPorts } from "./feed-adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const react = importStockHandler({
    ...feedPorts(env),
    sendTasks: taskSender(env, importStock.name),
    maximumBadPercent: Number(requiredVariable(env, "MAXIMUM_BAD_PERCENT")),
  });
  return uploadReaction(importStock, react, reactionPorts(env, "inventory"));
};

export const handler = create(lambda);
