// What webhooks hears, stores and needs; only a stage with endpoints has the service.
import { dueIndex, reactionManifest, type ServiceManifest, scheduleManifest } from "@order-saga/messaging";

/** For what deploys: an endpoint that nothing could be sent to is refused before. */
export { readEndpoints } from "./endpoints.ts";

const deliveries = ["DELIVERY#*"] as const;
const endpoints = ["ENDPOINT#*"] as const;

/** Records a delivery for each endpoint, and hands it over. */
export const tellStorefront = reactionManifest({
  name: "tell-storefront",
  isUrgent: false,
  hears: ["PaymentActionRequired", "OrderConfirmed", "OrderRejected", "OrderCancelled", "RefundMade"],
  sends: ["deliver-webhook"],
  environment: ["WEBHOOK_ENDPOINTS"],
  table: { put: deliveries },
});

/** One attempt at one delivery. A failing receiver is no failure of the function: the attempt is recorded. */
export const deliverWebhook = reactionManifest({
  name: "deliver-webhook",
  isUrgent: false,
  hears: [],
  from: "tasks",
  isFair: true,
  // A receiver that is slow and takes everything holds as many functions as it is sent webhooks meanwhile.
  maximumConcurrency: 30,
  sends: ["deliver-webhook"],
  environment: ["WEBHOOK_ENDPOINTS", "WEBHOOK_SECRETS", "WEBHOOK_ADDRESSES"],
  table: { get: [...deliveries, ...endpoints], put: [...deliveries, ...endpoints] },
});

/** Hands over what is due later than a queue can wait, and what a crash left behind. */
export const sweepWebhooks = scheduleManifest({
  name: "sweep-webhooks",
  isUrgent: false,
  sends: ["deliver-webhook"],
  environment: ["WEBHOOK_ENDPOINTS"],
  table: {
    get: [...deliveries, ...endpoints],
    put: [...deliveries, ...endpoints],
    query: { due: ["to-*"] },
  },
});

export const webhooks: ServiceManifest = {
  name: "webhooks",
  onlyWith: "WEBHOOK_ENDPOINTS",
  table: { record: "DELIVERY#*", indexes: { due: dueIndex } },
  reactions: [tellStorefront, deliverWebhook],
  schedules: [sweepWebhooks],
  routes: [],
  settings: {
    /** `shop=https://…,erp=https://…`: each by a name that it keeps; `;events=…` after a URL chooses. */
    WEBHOOK_ENDPOINTS: "",
    /** `public`, or on a laptop `loopback` too: where a receiver may be. */
    WEBHOOK_ADDRESSES: "public",
  },
  /** `shop=whsec_…,erp=whsec_…`; a name may come twice while its secret is rotated, the new one first. */
  secrets: ["WEBHOOK_SECRETS"],
};
