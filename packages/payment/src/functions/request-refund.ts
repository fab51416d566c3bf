// Lambda entry of POST /orders/{orderId}/refunds.
import { hash } from "node:crypto";
import { RefundRequest } from "@order-saga/contracts";
import { type ExecutionEnvironment, edgeOf } from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { sealForKnownIn } from "@order-saga/messaging/personal-data/adapters";
import { requestRefundHandler } from "../routes.ts";
import { requestRefund } from "../service.ts";
import { doorbell, paymentStore } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const sha256 = (text: string) => hash("sha256", text, "hex");
  const handle = requestRefundHandler({
    store: paymentStore(env),
    ring: doorbell(env),
    hash: sha256,
    personalData: sealForKnownIn(env),
  });
  return route(requestRefund, RefundRequest, handle, edgeOf(env, "payment"));
};

export const handler = create(lambda);
