// Lambda entry of the reaction track-order.
import { reactionPorts } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { trackForOrder } from "../reactions.ts";
import { trackOrder } from "../service.ts";
import { orderStore } from "./ports.ts";

export const handler = reaction(
  trackOrder,
  trackForOrder({ store: orderStore() }),
  reactionPorts("orders", trackOrder),
);
