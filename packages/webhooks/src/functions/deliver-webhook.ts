// Lambda entry of the reaction deliver-webhook.
import {
  type ExecutionEnvironment,
  requiredVariable,
  silentReactionPorts,
} from "@order-saga/messaging/execution-environment";
import { lambda } from "@order-saga/messaging/lambda";
import { taskReaction } from "@order-saga/messaging/reaction";
import { readSecrets } from "../endpoints.ts";
import { DeliveryTaskSchema, deliverWebhookHandler } from "../reactions.ts";
import { createPost } from "../sender/https.ts";
import { createSender } from "../sender/signing.ts";
import { deliverWebhook } from "../service.ts";
import { addressesIn, endpointsIn, handOverIn, storeIn } from "./adapters.ts";

export const create = (env: ExecutionEnvironment) => {
  const post = env.client("webhooks", () => createPost(addressesIn(env)));
  const react = deliverWebhookHandler({
    endpoints: endpointsIn(env),
    store: storeIn(env),
    send: createSender(post, readSecrets(requiredVariable(env, "WEBHOOK_SECRETS"))),
    handOver: handOverIn(env),
    now: env.now,
    chance: () => (env.random(1)[0] ?? 0) / 255,
  });
  return taskReaction(deliverWebhook, DeliveryTaskSchema, react, silentReactionPorts(env, "webhooks"));
};

export const handler = create(lambda);
