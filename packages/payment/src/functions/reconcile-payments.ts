// Lambda entry of the schedule reconcile-payments.
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { type Sweep, schedule } from "@order-saga/messaging/schedule";
import { createReconciliation } from "../gateway/stripe.ts";
import { reconcilePayments } from "../service.ts";
import { reconcilePaymentsHandler } from "../sweeps.ts";
import { doorbell, stripeClient } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const clientFor = stripeClient(env);
  const ring = doorbell(env);
  const sweep: Sweep = (context) => {
    const client = clientFor(reconcilePayments.timeoutSeconds * 1000);
    return reconcilePaymentsHandler({ ...createReconciliation(client), ring })(context);
  };
  return schedule(reconcilePayments, sweep, edgeOf(env, "payment"));
};

export const handler = create(lambda);
