// Lambda entry of the reaction reserve-stock.
import { environment, reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reserveForOrder } from "../reactions.ts";
import { reserveStock } from "../service.ts";
import { ports } from "./ports.ts";

const react = reserveForOrder(ports, Number(environment("RESERVATION_SECONDS")));

export const handler = reaction(reserveStock, react, reactionPorts("inventory", reserveStock));
