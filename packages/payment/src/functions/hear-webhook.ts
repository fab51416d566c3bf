// Lambda entry of POST /webhooks/stripe.
import {
  type ExecutionEnvironment,
  edgeOf,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { route } from "@order-saga/messaging/http";
import { lambda } from "@order-saga/messaging/lambda";
import { intentToLookAt, signatureFault } from "../gateway/stripe-webhook.ts";
import { hearWebhookHandler } from "../routes.ts";
import { hearWebhook } from "../service.ts";
import { doorbell } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const secrets = requiredVariable(env, "STRIPE_WEBHOOK_SECRETS")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  const handle = hearWebhookHandler({
    signatureFault: (bytes, signature, now) => signatureFault(bytes, signature, secrets, now),
    intentToLookAt,
    ring: doorbell(env),
  });
  return route(hearWebhook, undefined, handle, edgeOf(env, "payment"));
};

export const handler = create(lambda);
