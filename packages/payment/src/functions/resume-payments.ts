// Lambda entry of the schedule resume-payments.

import { busPublisher, type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { type Sweep, schedule } from "@order-saga/messaging/schedule";
import { sharePublisher } from "@order-saga/messaging/shared-publisher";
import { resumePayments } from "../service.ts";
import { resumePaymentsHandler } from "../sweeps.ts";
import { paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const portsFor = paymentPorts(env, resumePayments);
  const publish = sharePublisher({ publish: busPublisher(env), clock: env });
  const sweep: Sweep = (context) =>
    resumePaymentsHandler({ ...portsFor(resumePayments.timeoutSeconds * 1000), publish })(context);
  return schedule(resumePayments, sweep, edgeOf(env, "payment"));
};

export const handler = create(lambda);
