// What the functions of payment share: the table, the provider and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { environment, type Sandbox } from "@order-saga/messaging/sandbox";
import { createStripeGateway } from "../gateway/stripe.ts";
import { createStripeClient } from "../gateway/stripe-client.ts";
import type { PaymentPorts } from "../reactions.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function paymentPorts(sandbox: Sandbox, manifest: { timeoutSeconds: number }): PaymentPorts {
  const apiKey = environment(sandbox, "STRIPE_API_KEY");
  const apiUrl = environment(sandbox, "STRIPE_API_URL");
  const stripe = sandbox.client("stripe", (transport) => createStripeClient(apiKey, apiUrl, transport));
  const client = sandbox.client("dynamodb", createDocumentClient);
  return {
    store: createDynamoDbStore({ client, tableName: environment(sandbox, "TABLE_NAME") }),
    gateway: createStripeGateway(stripe, sandbox.now),
    clock: sandbox.now,
    functionTimeoutSeconds: manifest.timeoutSeconds,
  };
}
