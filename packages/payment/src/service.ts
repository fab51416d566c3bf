// What payment hears, says, serves and stores.
import {
  dueIndex,
  type ProviderLimit,
  reactionManifest,
  routeManifest,
  type ServiceManifest,
  scheduleManifest,
} from "@order-saga/messaging";

/** A duplicate says again whatever was recorded, so every reaction may say all that payment says. */
const says = [
  "PaymentActionRequired",
  "PaymentAuthorized",
  "PaymentDeclined",
  "PaymentAborted",
  "PaymentVoided",
  "PaymentCaptured",
  "PaymentRefunded",
  "RefundMade",
  "RefundFailed",
  "DisputeOpened",
  "DisputeClosed",
] as const;

/**
 * What Stripe allows an account at each of its operations, unless it allows more; of all operations together
 * it is 100, in a sandbox 25 (Stripe docs, "Rate limits").
 */
export const stripe: ProviderLimit = { provider: "stripe", perSecond: 25, setting: "STRIPE_PER_SECOND" };

const toStripe = ["STRIPE_API_URL", "STRIPE_API_KEY", stripe.setting];
const environment = [...toStripe, "RETURN_URL", "ACTION_WITHIN_SECONDS"];

export const authorizePayment = reactionManifest({
  name: "authorize-payment",
  hears: ["OrderPlaced"],
  says,
  environment,
  calls: stripe,
});

export const capturePayment = reactionManifest({
  name: "capture-payment",
  hears: ["StockReserved"],
  says,
  environment,
  calls: stripe,
});

export const abortPayment = reactionManifest({
  name: "abort-payment",
  hears: ["StockRejected", "OrderCancelRequested", "ReservationExpired"],
  says,
  environment,
  calls: stripe,
});

/** Looks at the provider when it rings, and carries out a clerk's refund. */
export const hearProvider = reactionManifest({
  name: "hear-provider",
  hears: [],
  from: "tasks",
  isUrgent: false,
  sends: ["hear-provider"],
  says,
  environment,
  calls: stripe,
});

export const resumePayments = scheduleManifest({ name: "resume-payments", says, environment, calls: stripe });

/** Once a day: finds refunds and disputes whose webhook was lost. */
export const reconcilePayments = scheduleManifest({
  name: "reconcile-payments",
  everyMinutes: 24 * 60,
  isUrgent: false,
  table: "none",
  sends: ["hear-provider"],
  calls: stripe,
  environment: toStripe,
});

export const getPayment = routeManifest({
  name: "get-payment",
  personalData: "open",
  method: "GET",
  path: "/orders/{orderId}/payment",
  scopes: ["orders:read"],
  table: { get: ["PAY#*"] },
  environment: ["RETURN_URL"],
});

export const requestRefund = routeManifest({
  name: "request-refund",
  personalData: "open",
  method: "POST",
  path: "/orders/{orderId}/refunds",
  scopes: ["refunds:write"],
  sends: ["hear-provider"],
});

/** Without an authorizer: the provider signs what it sends. Its events are well below this size. */
export const hearWebhook = routeManifest({
  name: "hear-webhook",
  method: "POST",
  path: "/webhooks/stripe",
  scopes: [],
  table: "none",
  sends: ["hear-provider"],
  environment: ["STRIPE_WEBHOOK_SECRETS"],
  maximumBodyBytes: 256 * 1024,
  // Any sender reaches this route, so a flood must not cost more than this.
  throttle: { perSecond: 100, burst: 200 },
});

export const payment: ServiceManifest = {
  name: "payment",
  table: { record: "PAY#*", indexes: { due: dueIndex } },
  reactions: [authorizePayment, capturePayment, abortPayment, hearProvider],
  schedules: [resumePayments, reconcilePayments],
  routes: [getPayment, requestRefund, hearWebhook],
  settings: {
    /** Where Stripe's API is; the laptop has one of its own. */
    STRIPE_API_URL: "https://api.stripe.com",
    [stripe.setting]: String(stripe.perSecond),
    /** Where a method that redirects brings the customer back to; empty: such methods are not offered. */
    RETURN_URL: "",
    /** For so long at most, in seconds, a customer is waited for whose bank asks for them. */
    ACTION_WITHIN_SECONDS: "600",
  },
  /** STRIPE_WEBHOOK_SECRETS: signing secrets of the endpoint, with commas between; any of them is good. */
  secrets: ["STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRETS"],
};
