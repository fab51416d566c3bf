// Lambda entry of the schedule reconcile-payments.
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { schedule } from "@order-saga/messaging/schedule";
import { createReconciliation } from "../gateway/stripe.ts";
import { reconcilePayments } from "../service.ts";
import { reconcilePaymentsHandler } from "../sweeps.ts";
import { doorbell, stripeClient } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const ports = { ...createReconciliation(stripeClient(env)), ring: doorbell(env) };
  return schedule(reconcilePayments, reconcilePaymentsHandler(ports), edgeOf(env, "payment"));
};

export const handler = create(lambda);
