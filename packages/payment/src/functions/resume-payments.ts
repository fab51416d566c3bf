// Lambda entry of the schedule resume-payments.
import { busPublisher, lambdaLog, now } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { resumePayments } from "../service.ts";
import { resumeDuePayments } from "../sweeps.ts";
import { paymentPorts } from "./ports.ts";

const sweep = resumeDuePayments({ ...paymentPorts(resumePayments.timeoutSeconds), publish: busPublisher() });

export const handler = schedule(resumePayments, sweep, { log: lambdaLog("payment"), now });
