// Lambda entry of the reaction release-stock.
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reactionPorts, type Sandbox } from "@order-saga/messaging/sandbox";
import { releaseForOrder } from "../reactions.ts";
import { releaseStock } from "../service.ts";
import { inventoryPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  reaction(releaseStock, releaseForOrder(inventoryPorts(sandbox)), reactionPorts(sandbox, "inventory"));

export const handler = create(lambda);
