// What payment hears, says and stores.
import { dueIndex, reactionManifest, type ServiceManifest, scheduleManifest } from "@order-saga/messaging";

/** A duplicate says again whatever was recorded, so every reaction may say all that payment says. */
const says = [
  "PaymentAuthorized",
  "PaymentDeclined",
  "PaymentVoided",
  "PaymentCaptured",
  "PaymentRefunded",
] as const;

const environment = ["STRIPE_API_URL", "STRIPE_API_KEY"];

export const authorizePayment = reactionManifest({
  name: "authorize-payment",
  hears: ["OrderPlaced"],
  says,
  environment,
});

export const capturePayment = reactionManifest({
  name: "capture-payment",
  hears: ["StockReserved"],
  says,
  environment,
});

export const abortPayment = reactionManifest({
  name: "abort-payment",
  hears: ["StockRejected", "OrderCancelRequested", "ReservationExpired"],
  says,
  environment,
});

export const resumePayments = scheduleManifest({ name: "resume-payments", says, environment });

export const payment: ServiceManifest = {
  name: "payment",
  table: { record: "PAY#*", indexes: { due: dueIndex } },
  reactions: [authorizePayment, capturePayment, abortPayment],
  schedules: [resumePayments],
  routes: [],
  settings: {
    /** Where Stripe's API is; the laptop has one of its own. */
    STRIPE_API_URL: "https://api.stripe.com",
  },
  secrets: ["STRIPE_API_KEY"],
};
