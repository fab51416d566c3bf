// Lambda entry of the schedule sweep-orders.
import { busPublisher } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { sweepOrders } from "../service.ts";
import { sweepDueOrders } from "../sweeps.ts";
import { edge, orderStore } from "./ports.ts";

export const handler = schedule(
  sweepOrders,
  sweepDueOrders({ store: orderStore(), publish: busPublisher() }),
  edge,
);
