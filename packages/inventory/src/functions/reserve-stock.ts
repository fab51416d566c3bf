// Lambda entry of the reaction reserve-stock.

import {
  type ExecutionEnvironment,
  reactionPorts,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reserveStockHandler } from "../reactions.ts";
import { reserveStock } from "../service.ts";
import { inventoryPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const reservationSeconds = Number(requiredVariable(env, "RESERVATION_SECONDS"));
  const react = reserveStockHandler(inventoryPorts(env), reservationSeconds);
  return reaction(reserveStock, react, reactionPorts(env, "inventory"));
};

export const handler = create(lambda);
