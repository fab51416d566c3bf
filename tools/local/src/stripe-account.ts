// How the laptop's shop and its payment provider know each other.
import type { WebhookEndpoint } from "@order-saga/emulator";
import { heardEvents } from "@order-saga/payment/gateway/stripe-webhook";
import type { Secrets } from "./data-directory.ts";

/** Settings of the payment service; a customer comes back from their bank to the console's shop. */
export const stripeSettings = (providerUrl: string, shopUrl: string) => ({
  STRIPE_API_URL: providerUrl,
  RETURN_URL: `${shopUrl}/console/shop`,
});

/** The endpoint as it would be set up in the provider's dashboard. */
export const webhooksTo = (shopUrl: string, { STRIPE_WEBHOOK_SECRETS }: Secrets): WebhookEndpoint => ({
  url: `${shopUrl}/webhooks/stripe`,
  secrets: STRIPE_WEBHOOK_SECRETS.split(","),
  types: heardEvents,
});
