// Lambda entry of the reaction authorize-payment.

import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { authorizePaymentHandler } from "../reactions.ts";
import { authorizePayment } from "../service.ts";
import { inInvocation, paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) =>
  reaction(
    authorizePayment,
    inInvocation(paymentPorts(env, authorizePayment), authorizePaymentHandler),
    reactionPorts(env, "payment"),
  );

export const handler = create(lambda);
