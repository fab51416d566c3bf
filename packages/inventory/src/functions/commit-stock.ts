// Lambda entry of the reaction commit-stock.
import { reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { commitForOrder } from "../reactions.ts";
import { commitStock } from "../service.ts";
import { ports } from "./ports.ts";

export const handler = reaction(commitStock, commitForOrder(ports), reactionPorts("inventory", commitStock));
