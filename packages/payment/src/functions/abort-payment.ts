// Lambda entry of the reaction abort-payment.

import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { abortPaymentHandler } from "../reactions.ts";
import { abortPayment } from "../service.ts";
import { inInvocation, paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  reaction(
    abortPayment,
    inInvocation(paymentPorts(env, abortPayment), abortPaymentHandler),
    reactionPorts(env, "payment"),
  );

export const handler = create(lambda);
