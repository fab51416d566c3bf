// Lambda entry of the reaction release-stock.
import { reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { releaseForOrder } from "../reactions.ts";
import { releaseStock } from "../service.ts";
import { ports } from "./ports.ts";

export const handler = reaction(
  releaseStock,
  releaseForOrder(ports),
  reactionPorts("inventory", releaseStock),
);
