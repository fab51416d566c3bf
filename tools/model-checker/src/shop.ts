// The shipped handlers by name, each behind its shipped edge, over whatever ports it is given.
import { createHash } from "node:crypto";
import type { DomainEvent, RefundRequest } from "@order-saga/contracts";
import {
  commitStockHandler,
  releaseStockHandler,
  reserveStockHandler,
} from "@order-saga/inventory/reactions";
import { commitStock, releaseStock, reserveStock, signalExpiry } from "@order-saga/inventory/service";
import { signalExpiryHandler } from "@order-saga/inventory/sweeps";
import {
  type React,
  type ReactionManifest,
  type ReactTo,
  type Sweep,
  silentLog,
} from "@order-saga/messaging";
import { nameOf } from "@order-saga/messaging/errors";
import { HttpProblem } from "@order-saga/messaging/http";
import type { Log, LogFields, LogLevel } from "@order-saga/messaging/log";
import { reaction, taskReaction } from "@order-saga/messaging/reaction";
import { aBatch, testContext, testOrderId } from "@order-saga/messaging/testing";
import { notifyCustomerHandler } from "@order-saga/notification/reactions";
import { notifyCustomer } from "@order-saga/notification/service";
import { trackOrderHandler } from "@order-saga/orders/reactions";
import { cancelOrderHandler, placeOrderHandler } from "@order-saga/orders/routes";
import { cancelOrder, placeOrder, sweepOrders, trackOrder } from "@order-saga/orders/service";
import { sweepOrdersHandler } from "@order-saga/orders/sweeps";
import { hearProviderHandler, Ring } from "@order-saga/payment/doorbell";
import {
  abortPaymentHandler,
  authorizePaymentHandler,
  capturePaymentHandler,
} from "@order-saga/payment/reactions";
import { requestRefundHandler } from "@order-saga/payment/routes";
import {
  abortPayment,
  authorizePayment,
  capturePayment,
  hearProvider,
  reconcilePayments,
  requestRefund,
  resumePayments,
} from "@order-saga/payment/service";
import { reconcilePaymentsHandler, resumePaymentsHandler } from "@order-saga/payment/sweeps";
import { type Ports, personalData } from "./calls.ts";
import { product } from "./product.ts";

export type ServiceName = "payment" | "inventory" | "orders" | "notification";

/** How a function's run ended: `again` gives the message back, and says the error's name. */
export type End = { is: "done" } | { is: "again"; because: string };

const done: End = { is: "done" };

// biome-ignore lint/suspicious/noExplicitAny: reactions that hear different events share this list.
type AnyReact = React<any>;

/** A reaction to tasks publishes by itself, so it can be listed with those to events. */
const toTasks = (react: ReactTo<Ring>): AnyReact => react as AnyReact;

export type Reaction = {
  service: ServiceName;
  manifest: ReactionManifest;
  react: (ports: Ports) => AnyReact;
};

export type Schedule = { service: ServiceName; timeoutSeconds: number; sweep: (ports: Ports) => Sweep };

export type Route = { service: ServiceName; timeoutSeconds: number; serve: (ports: Ports) => Promise<End> };

export type Shop = {
  reactions: Readonly<Record<string, Reaction>>;
  schedules: Readonly<Record<string, Schedule>>;
  routes: Readonly<Record<string, Route>>;
  /** What stands between the handlers and the world; in what ships, nothing does. */
  ports(given: Ports): Ports;
};

/** Shorter than the fifteen minutes to `decideBy`, so that an expiry can come before the deadline. */
const RESERVATION_SECONDS = 600;
export const DECIDE_WITHIN_SECONDS = 900;

const reactionsOf = (service: ServiceName, list: [ReactionManifest, Reaction["react"]][]) =>
  Object.fromEntries(list.map(([manifest, react]) => [manifest.name, { service, manifest, react }]));

/** A refund that a clerk may request. */
export type Clerk = { key: string; body: RefundRequest };

/** Any two of the first three are more than an order was paid. */
export const clerks = [
  { key: "most-of-the-money", body: { amount: 600 } },
  { key: "half-of-the-money", body: { amount: 500 } },
  { key: "the-tea-came-back", body: { lines: [{ sku: "TEA", quantity: 1, restock: true }] } },
  { key: "some-of-the-money", body: { amount: 100 } },
] as const satisfies readonly Clerk[];
export type ClerkKey = (typeof clerks)[number]["key"];

export const refundRoute = (key: string) => `request-refund ${key}`;

const refundBy = ({ body, key }: Clerk): Route => ({
  service: "payment",
  timeoutSeconds: requestRefund.timeoutSeconds,
  serve: ({ clock, payment }) => {
    // The longest that is told apart: ids only have to differ.
    const hash = (text: string) => createHash("sha256").update(text).digest("hex");
    const request = aRequest<RefundRequest>(clock(), body, `${key}-0123456789`);
    return served(() => requestRefundHandler({ ...payment, hash, personalData })(request));
  },
});

const askingAtOnce = { heard() {}, isBehind: () => false };
const askingForStock = { heard() {}, isBehind: () => true };

/** The same where orders are heard late: no card is asked for before there is stock. */
export const shopBehind = (shop: Shop): Shop => ({
  ...shop,
  reactions: {
    ...shop.reactions,
    ...reactionsOf("payment", [
      [authorizePayment, (ports) => authorizePaymentHandler(ports.payment, askingForStock)],
    ]),
  },
});

/** Everything that ships and that an order passes through. */
export const shippedShop: Shop = {
  ports: (given) => given,
  reactions: {
    ...reactionsOf("inventory", [
      [reserveStock, (ports) => reserveStockHandler(ports.inventory, RESERVATION_SECONDS, ports.sightings)],
      [commitStock, (ports) => commitStockHandler(ports.inventory)],
      [releaseStock, (ports) => releaseStockHandler(ports.inventory)],
    ]),
    ...reactionsOf("payment", [
      [authorizePayment, (ports) => authorizePaymentHandler(ports.payment, askingAtOnce)],
      [capturePayment, (ports) => capturePaymentHandler(ports.payment)],
      [abortPayment, (ports) => abortPaymentHandler(ports.payment)],
      [hearProvider, ({ payment, publish }) => toTasks(hearProviderHandler({ ...payment, publish }))],
    ]),
    ...reactionsOf("orders", [[trackOrder, (ports) => trackOrderHandler(ports.orders)]]),
    ...reactionsOf("notification", [[notifyCustomer, (ports) => notifyCustomerHandler(ports.notification)]]),
  },
  schedules: {
    "signal-expiry": {
      service: "inventory",
      timeoutSeconds: signalExpiry.timeoutSeconds,
      sweep: ({ inventory, publish }) => signalExpiryHandler({ store: inventory.store, publish }),
    },
    "resume-payments": {
      service: "payment",
      timeoutSeconds: resumePayments.timeoutSeconds,
      sweep: ({ payment, publish }) => resumePaymentsHandler({ ...payment, publish }),
    },
    "reconcile-payments": {
      service: "payment",
      timeoutSeconds: reconcilePayments.timeoutSeconds,
      sweep: ({ payment }) => reconcilePaymentsHandler(payment),
    },
    "sweep-orders": {
      service: "orders",
      timeoutSeconds: sweepOrders.timeoutSeconds,
      sweep: ({ orders }) => sweepOrdersHandler(orders),
    },
  },
  routes: {
    "place-order": {
      service: "orders",
      timeoutSeconds: placeOrder.timeoutSeconds,
      serve: ({ clock, orders }) => {
        const identity = {
          orderId: () => testOrderId,
          bulkId: () => "",
          fingerprint: () => "the same request",
        };
        const ports = {
          ...orders,
          identities: [identity] as const,
          personalData,
          decideWithinSeconds: DECIDE_WITHIN_SECONDS,
        };
        return served(() => placeOrderHandler(ports)(aRequest(clock(), request)));
      },
    },
    "cancel-order": {
      service: "orders",
      timeoutSeconds: cancelOrder.timeoutSeconds,
      serve: ({ clock, orders }) =>
        served(() => cancelOrderHandler({ ...orders, personalData })(aRequest(clock(), {}))),
    },
    ...Object.fromEntries(clerks.map((clerk) => [refundRoute(clerk.key), refundBy(clerk)])),
  },
};

const request = {
  contact: { email: "ada@example.com" },
  currency: product.currency,
  lines: [{ sku: product.sku, quantity: 1 }],
  paymentMethod: "pm_card_visa",
};

function aRequest<B>(now: number, body: B, key = "the-only-key-there-is") {
  const header = (name: string) => (name === "idempotency-key" ? key : undefined);
  const path = { orderId: testOrderId };
  return {
    about() {},
    bytes: () => Buffer.alloc(0),
    body,
    header,
    log: silentLog,
    now,
    path,
    principal: "ada",
    query: {},
  };
}

/** A refusal is an answer too. */
async function served(serve: () => Promise<unknown>): Promise<End> {
  try {
    await serve();
    return done;
  } catch (error) {
    return error instanceof HttpProblem ? done : { is: "again", because: nameOf(error) };
  }
}

/** Hands one message to a reaction as Lambda does, a batch of one; without an event, the doorbell's task. */
export async function deliver(
  { manifest, react }: Reaction,
  event: DomainEvent | undefined,
  ports: Ports,
): Promise<End> {
  let because = "";
  const log: Log = Object.assign(
    (level: LogLevel, _: string, { errorName = "" }: LogFields = {}) => {
      if (level === "warn") because = errorName;
    },
    { with: () => log },
  );
  const edge = { publish: ports.publish, park: ports.park, log, now: ports.clock };
  const handle = event
    ? reaction(manifest, react(ports), edge)
    : taskReaction(manifest, Ring, react(ports) as unknown as ReactTo<Ring>, edge);
  const message = event ?? JSON.stringify({ intentId: "pi_1" });
  const { batchItemFailures } = await handle(aBatch([message]), testContext);
  return batchItemFailures.length === 0 ? done : { is: "again", because };
}

export async function sweep(schedule: Schedule, ports: Ports): Promise<End> {
  try {
    await schedule.sweep(ports)({ now: ports.clock(), log: silentLog });
    return done;
  } catch (error) {
    return { is: "again", because: nameOf(error) };
  }
}
