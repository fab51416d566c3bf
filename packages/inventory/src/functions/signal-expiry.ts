// Lambda entry of the schedule signal-expiry.
import { lambda } from "@order-saga/messaging/lambda";
import { busPublisher, edgeOf, type Sandbox } from "@order-saga/messaging/sandbox";
import { schedule } from "@order-saga/messaging/schedule";
import { signalExpiry } from "../service.ts";
import { signalExpiredReservations } from "../sweeps.ts";
import { inventoryPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) => {
  const ports = { ...inventoryPorts(sandbox), publish: busPublisher(sandbox) };
  return schedule(signalExpiry, signalExpiredReservations(ports), edgeOf(sandbox, "inventory"));
};

export const handler = create(lambda);
