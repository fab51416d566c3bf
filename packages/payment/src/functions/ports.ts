// What the functions of payment share: the table, the provider and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { environment, now } from "@order-saga/messaging/lambda";
import { createStripeClient, createStripeGateway } from "../gateway/stripe.ts";
import type { PaymentPorts } from "../reactions.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function paymentPorts(functionTimeoutSeconds: number): PaymentPorts {
  const stripe = createStripeClient(environment("STRIPE_API_KEY"), environment("STRIPE_API_URL"));
  return {
    store: createDynamoDbStore({ client: createDocumentClient(), tableName: environment("TABLE_NAME") }),
    gateway: createStripeGateway(stripe, now),
    clock: now,
    functionTimeoutSeconds,
  };
}
