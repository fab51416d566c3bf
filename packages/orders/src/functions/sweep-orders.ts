// Lambda entry of the schedule sweep-orders.
import { lambda } from "@order-saga/messaging/lambda";
import { busPublisher, type Sandbox } from "@order-saga/messaging/sandbox";
import { schedule } from "@order-saga/messaging/schedule";
import { sweepOrders } from "../service.ts";
import { sweepDueOrders } from "../sweeps.ts";
import { edge, orderStore } from "./ports.ts";

export const create = (sandbox: Sandbox) => {
  const sweep = sweepDueOrders({ store: orderStore(sandbox), publish: busPublisher(sandbox) });
  return schedule(sweepOrders, sweep, edge(sandbox));
};

export const handler = create(lambda);
