// Lambda entry of the reaction track-order.
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { reactionPorts, type Sandbox } from "@order-saga/messaging/sandbox";
import { trackForOrder } from "../reactions.ts";
import { trackOrder } from "../service.ts";
import { orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) =>
  reaction(trackOrder, trackForOrder({ store: orderStore(sandbox) }), reactionPorts(sandbox, "orders"));

export const handler = create(lambda);
