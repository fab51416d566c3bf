// The adapters that the functions of payment share: the table, the provider and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import {
  type ExecutionEnvironment,
  requiredVariable,
  taskSender,
} from "@order-saga/messaging/execution-environment";
import type { SendTasks } from "@order-saga/messaging/tasks";
import { createStripeGateway } from "../gateway/stripe.ts";
import { createStripeClient, type StripeClient } from "../gateway/stripe-client.ts";
import type { PaymentPorts, PaymentStore } from "../ports.ts";
import { hearProvider } from "../service.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function paymentPorts(env: ExecutionEnvironment, manifest: { timeoutSeconds: number }): PaymentPorts {
  const returnUrl = env.variable("RETURN_URL");
  return {
    store: paymentStore(env),
    gateway: createStripeGateway(stripeClient(env), { now: env.now, ...(returnUrl && { returnUrl }) }),
    clock: env.now,
    functionTimeoutSeconds: manifest.timeoutSeconds,
    terms: { actionWithinSeconds: Number(requiredVariable(env, "ACTION_WITHIN_SECONDS")) },
  };
}

export function stripeClient(env: ExecutionEnvironment): StripeClient {
  const apiKey = requiredVariable(env, "STRIPE_API_KEY");
  const apiUrl = requiredVariable(env, "STRIPE_API_URL");
  return env.client("stripe", (transport) => createStripeClient(apiKey, apiUrl, transport));
}

export function paymentStore(env: ExecutionEnvironment): PaymentStore {
  const client = env.client("dynamodb", createDocumentClient);
  return createDynamoDbStore({ client, tableName: requiredVariable(env, "TABLE_NAME") });
}

/** Rings the doorbell: payment looks at the intent. */
export const doorbell = (env: ExecutionEnvironment): SendTasks => taskSender(env, hearProvider.name);
