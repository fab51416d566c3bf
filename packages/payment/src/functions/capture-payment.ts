// Lambda entry of the reaction capture-payment.

import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { capturePaymentHandler } from "../reactions.ts";
import { capturePayment } from "../service.ts";
import { inInvocation, paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  reaction(
    capturePayment,
    inInvocation(paymentPorts(env, capturePayment), capturePaymentHandler),
    reactionPorts(env, "payment"),
  );

export const handler = create(lambda);
