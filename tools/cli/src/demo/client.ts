// The demo's storefront: places and cancels orders over HTTP and waits for what the bus says about them.

import { randomUUID } from "node:crypto";
import {
  type DomainEvent,
  type EventType,
  type RefundRequest,
  scopes,
  subjectOf,
} from "@order-saga/contracts";
import type { HandAction, QueueCount } from "@order-saga/emulator";
import type { Runtime } from "@order-saga/local/runtime";

export type DemoOrder = { sku?: string; quantity?: number; paymentMethod?: string };

export type DemoClient = {
  /** Places an order and returns its id. */
  place(order: DemoOrder): Promise<string>;
  /** Places an order that must be refused with this status and problem type. */
  expectRefusal(order: DemoOrder, status: number, type: string): Promise<void>;
  cancel(orderId: string): Promise<void>;
  /** Gives a part of the money back, as a clerk of the shop. */
  refund(orderId: string, asked: RefundRequest): Promise<void>;
  /** The customer answers the bank that asks them. */
  answerBank(orderId: string, outcome: "succeeded" | "failed"): void;
  /** What the shop's owner does in the provider's dashboard, or the customer's bank. */
  byHand(orderId: string, action: HandAction): void;
  /** Resolves when the order has had every one of these events. */
  until(orderId: string, types: readonly EventType[]): Promise<void>;
  /** Resolves when no reaction has anything to do but what waits for its visibility timeout. */
  untilOnlyRetriesWait(): Promise<void>;
  /** Resolves when every queue is empty, dead-letter queues apart; moves the clock past retries. */
  untilIdle(): Promise<void>;
  eventsOf(orderId: string): readonly DomainEvent[];
};

const PATIENCE_MILLISECONDS = 30_000;
/** A little more than the longest visibility timeout of any reaction. */
const VISIBILITY_MILLISECONDS = 181_000;

export async function createDemoClient(runtime: Runtime): Promise<DemoClient> {
  const token = await runtime.issuer.sign({
    sub: "demo",
    scope: scopes.join(" "),
    expiresInSeconds: 24 * 3600,
  });
  const events = new Map<string, Map<string, DomainEvent>>();
  const eventsOf = (orderId: string) => [...(events.get(orderId)?.values() ?? [])];
  runtime.observe({
    eventAccepted({ event }) {
      const ofOrder = events.get(subjectOf(event)) ?? new Map<string, DomainEvent>();
      if (!ofOrder.has(event.id)) ofOrder.set(event.id, event);
      events.set(subjectOf(event), ofOrder);
    },
  });

  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(runtime.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const postOrder = ({ sku = "TEA-EARL-GREY", quantity = 1, paymentMethod = "pm_card_visa" }: DemoOrder) =>
    post(
      "/orders",
      {
        contact: { email: "ada@example.com", name: "Ada" },
        currency: "EUR",
        lines: [{ sku, quantity }],
        paymentMethod,
      },
      { "idempotency-key": randomUUID() },
    );

  return {
    async place(order) {
      const { status, body } = await postOrder(order);
      if (status !== 202) throw new Error(`POST /orders answered ${status} ${body.type}, not 202.`);
      return String(body.orderId);
    },
    async expectRefusal(order, status, type) {
      const answer = await postOrder(order);
      if (answer.status !== status || answer.body.type !== type) {
        throw new Error(`POST /orders answered ${answer.status} ${answer.body.type}, not ${status} ${type}.`);
      }
    },
    async cancel(orderId) {
      const { status } = await post(`/orders/${orderId}/cancel`, { reason: "changed my mind" });
      if (status !== 202) throw new Error(`Cancelling answered ${status}, not 202.`);
    },
    async refund(orderId, asked) {
      const { status, body } = await post(`/orders/${orderId}/refunds`, asked, {
        "idempotency-key": randomUUID(),
      });
      if (status !== 202) throw new Error(`The refund was answered with ${status} ${body.type}, not 202.`);
    },
    answerBank: (orderId, outcome) =>
      void runtime.aws.payments.authenticate(intentOf(runtime, orderId), outcome),
    byHand: (orderId, action) => void runtime.aws.payments.byHand(intentOf(runtime, orderId), action),
    until: (orderId, types) =>
      eventually(`${types.join(" and ")} of ${orderId}`, () => {
        const said = new Set(eventsOf(orderId).map(({ type }) => type));
        return types.every((type) => said.has(type));
      }),
    untilOnlyRetriesWait: () => untilResting(runtime),
    async untilIdle() {
      while (ready(runtime) + later(runtime) + runtime.functions.running() > 0) {
        await untilResting(runtime);
        // What is left waits for its delay, or has failed once and waits for its visibility timeout: the
        // clock is moved past both.
        if (later(runtime) > 0) await runtime.advanceClock(VISIBILITY_MILLISECONDS);
      }
    },
    eventsOf,
  };
}

function intentOf({ aws }: Runtime, orderId: string): string {
  const intent = aws.payments.intents().find(({ metadata }) => metadata.orderId === orderId);
  if (!intent) throw new Error(`The provider knows no payment of ${orderId}.`);
  return intent.id;
}

const ready = (runtime: Runtime) =>
  sum(runtime, (count) => count.ready) + runtime.aws.payments.webhooks.pending();
const later = (runtime: Runtime) => sum(runtime, ({ delayed, inFlight }) => delayed + inFlight);

/** Nothing runs, nor is on its way between a queue and a function, for longer than that way takes. */
async function untilResting(runtime: Runtime): Promise<void> {
  let since = performance.now();
  await eventually("the reactions to rest", () => {
    const isResting = ready(runtime) === 0 && runtime.functions.running() === 0;
    if (!isResting) since = performance.now();
    return performance.now() - since > WAY_MILLISECONDS;
  });
}

function sum(runtime: Runtime, of: (count: QueueCount) => number): number {
  return [...runtime.mappings.keys()].reduce((total, name) => total + of(runtime.aws.queues.count(name)), 0);
}

/** From a queue to a function, or from its end to the deletion of its messages, over the wire. */
const WAY_MILLISECONDS = 150;

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (!holds()) {
    if (performance.now() > deadline)
      throw new Error(`Waited ${PATIENCE_MILLISECONDS / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
