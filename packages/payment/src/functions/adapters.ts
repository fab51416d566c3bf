// The adapters that the functions of payment share: the table, the provider and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { type ExecutionEnvironment, requiredVariable } from "@order-saga/messaging/execution-environment";
import { createStripeGateway } from "../gateway/stripe.ts";
import { createStripeClient } from "../gateway/stripe-client.ts";
import type { PaymentPorts } from "../ports.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function paymentPorts(env: ExecutionEnvironment, manifest: { timeoutSeconds: number }): PaymentPorts {
  const apiKey = requiredVariable(env, "STRIPE_API_KEY");
  const apiUrl = requiredVariable(env, "STRIPE_API_URL");
  const stripe = env.client("stripe", (transport) => createStripeClient(apiKey, apiUrl, transport));
  const client = env.client("dynamodb", createDocumentClient);
  return {
    store: createDynamoDbStore({ client, tableName: requiredVariable(env, "TABLE_NAME") }),
    gateway: createStripeGateway(stripe, env.now),
    clock: env.now,
    functionTimeoutSeconds: manifest.timeoutSeconds,
  };
}
