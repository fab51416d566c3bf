// Lambda entry of the reaction reserve-stock.
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { environment, reactionPorts, type Sandbox } from "@order-saga/messaging/sandbox";
import { reserveForOrder } from "../reactions.ts";
import { reserveStock } from "../service.ts";
import { inventoryPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) => {
  const reservationSeconds = Number(environment(sandbox, "RESERVATION_SECONDS"));
  const react = reserveForOrder(inventoryPorts(sandbox), reservationSeconds);
  return reaction(reserveStock, react, reactionPorts(sandbox, "inventory"));
};

export const handler = create(lambda);
