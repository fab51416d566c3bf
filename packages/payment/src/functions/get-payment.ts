// Lambda entry of GET /orders/{orderId}/payment.
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { openIn } from "@order-saga/messaging/personal-data/adapters";
import { getPaymentHandler } from "../routes.ts";
import { getPayment } from "../service.ts";
import { paymentStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const returnUrl = env.variable("RETURN_URL");
  const handle = getPaymentHandler({
    store: paymentStore(env),
    personalData: openIn(env),
    ...(returnUrl && { returnUrl }),
  });
  return route(getPayment, undefined, handle, edgeOf(env, "payment"));
};

export const handler = create(lambda);
