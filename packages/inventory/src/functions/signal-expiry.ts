// Lambda entry of the schedule signal-expiry.
import { busPublisher, lambdaLog, now } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { signalExpiry } from "../service.ts";
import { signalExpiredReservations } from "../sweeps.ts";
import { ports } from "./ports.ts";

const sweep = signalExpiredReservations({ ...ports, publish: busPublisher() });

export const handler = schedule(signalExpiry, sweep, { log: lambdaLog("inventory"), now });
