// The adapters that the functions of webhooks share.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import {
  type ExecutionEnvironment,
  requiredVariable,
  taskSender,
} from "@order-saga/messaging/execution-environment";
import { type Addresses, type Endpoint, readEndpoints } from "../endpoints.ts";
import type { HandOver, WebhookStore } from "../ports.ts";
import { deliverWebhook } from "../service.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function storeIn(env: ExecutionEnvironment): WebhookStore {
  const client = env.client("dynamodb", createDocumentClient);
  return createDynamoDbStore({ client, tableName: requiredVariable(env, "TABLE_NAME") });
}

/** Which addresses are allowed was asked at the deployment, and is again when they are connected to. */
export function endpointsIn(env: ExecutionEnvironment): readonly Endpoint[] {
  return readEndpoints(env.variable("WEBHOOK_ENDPOINTS") ?? "", "loopback");
}

export const addressesIn = (env: ExecutionEnvironment): Addresses =>
  requiredVariable(env, "WEBHOOK_ADDRESSES") === "loopback" ? "loopback" : "public";

/** Each endpoint is a message group, so that SQS gives each its turn. */
export function handOverIn(env: ExecutionEnvironment): HandOver {
  const send = taskSender(env, deliverWebhook.name);
  return (endpoint, tasks, delaySeconds) =>
    send(
      tasks.map((body) => ({ body, group: endpoint, ...(delaySeconds !== undefined && { delaySeconds }) })),
    );
}
