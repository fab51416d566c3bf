// Lambda entry of the reaction commit-stock.
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reactionPorts, type Sandbox } from "@order-saga/messaging/sandbox";
import { commitForOrder } from "../reactions.ts";
import { commitStock } from "../service.ts";
import { inventoryPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  reaction(commitStock, commitForOrder(inventoryPorts(sandbox)), reactionPorts(sandbox, "inventory"));

export const handler = create(lambda);
