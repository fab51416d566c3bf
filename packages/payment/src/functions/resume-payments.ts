// Lambda entry of the schedule resume-payments.
import { lambda } from "@order-saga/messaging/lambda";
import { busPublisher, edgeOf, type Sandbox } from "@order-saga/messaging/sandbox";
import { schedule } from "@order-saga/messaging/schedule";
import { resumePayments } from "../service.ts";
import { resumeDuePayments } from "../sweeps.ts";
import { paymentPorts } from "./ports.ts";

export const create = (sandbox: Sandbox) => {
  const ports = { ...paymentPorts(sandbox, resumePayments), publish: busPublisher(sandbox) };
  return schedule(resumePayments, resumeDuePayments(ports), edgeOf(sandbox, "payment"));
};

export const handler = create(lambda);
