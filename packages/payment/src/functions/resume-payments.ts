// Lambda entry of the schedule resume-payments.

import { busPublisher, type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { resumePayments } from "../service.ts";
import { resumePaymentsHandler } from "../sweeps.ts";
import { paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const ports = { ...paymentPorts(env, resumePayments), publish: busPublisher(env) };
  return schedule(resumePayments, resumePaymentsHandler(ports), edgeOf(env, "payment"));
};

export const handler = create(lambda);
