// Lambda entry of the reaction authorize-payment.

import { type ExecutionEnvironment, reactionPorts } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { reaction } from "@order-saga/messaging/reaction";
import { createBacklog } from "../backlog.ts";
import { authorizePaymentHandler } from "../reactions.ts";
import { authorizePayment } from "../service.ts";
import { inInvocation, paymentPorts } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const backlog = createBacklog();
  const react = inInvocation(paymentPorts(env, authorizePayment), (ports) =>
    authorizePaymentHandler(ports, backlog),
  );
  return reaction(authorizePayment, react, reactionPorts(env, "payment"));
};

export const handler = create(lambda);
