// Lambda entry of the schedule signal-expiry.
import { busPublisher, lambdaLog, now } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { signalExpiry } from "../service.ts";
import { signalExpiredReservations } from "../sweeps.ts";
import { inventoryPorts } from "./ports.ts";

const sweep = signalExpiredReservations({ ...inventoryPorts(), publish: busPublisher() });

export const handler = schedule(signalExpiry, sweep, { log: lambdaLog("inventory"), now });
