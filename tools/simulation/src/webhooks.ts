// The provider rings: each of its events is sent to the shop's endpoint, signed, and again while it fails.

import { eventJson } from "@order-saga/emulator/payments/objects";
import type { EventRecord } from "@order-saga/emulator/payments/storage";
import { signWebhook } from "@order-saga/emulator/payments/webhooks";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { exponential } from "./calls.ts";
import type { ObservedWebhook } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { see } from "./coverage.ts";
import { type FaultKind, type Forgery, forgeries } from "./fault-kinds.ts";
import { isAt, isDuring } from "./fault-sites.ts";
import type { FunctionCode, InvocationEnd, Lambda } from "./lambda.ts";
import { webhookSecret } from "./load-functions.ts";
import type { Fault } from "./plan.ts";

export const WEBHOOK_FUNCTION = "payment-hear-webhook";

export type Webhooks = {
  send(event: EventRecord, orderId: string): void;
  /** Every delivery that was answered, in order. */
  readonly answers: readonly ObservedWebhook[];
};

/** After each failure; how long Stripe waits is not published, but that it goes on for three days is. */
const WAITS_MILLISECONDS = [10 * 60_000, 3600_000, 3 * 3600_000, 24 * 3600_000];

/** More than the five minutes that a receiver tolerates. */
const OLD_SECONDS = 10 * 60;

type Webhook = { orderId: string; body: string; forgery?: Forgery | undefined };

export function createWebhooks(options: {
  context: RunContext;
  lambda: Lambda;
  code: (name: string) => FunctionCode;
  onAnswer: (webhook: ObservedWebhook) => void;
}): Webhooks {
  const { code, context, lambda, onAnswer } = options;
  const { plan, scheduler } = context;
  const answers: ObservedWebhook[] = [];
  const deliveries = new Map<string, number>();
  const faults = plan.faults.filter(({ kind }) => kind.startsWith("webhook-"));

  function send(event: EventRecord, orderId: string): void {
    const { hasNoWebhooks, webhookTypes } = plan.settings;
    if (hasNoWebhooks || webhookTypes?.includes(event.type) === false) return;
    const { chance, met, nth } = struck(orderId);
    const webhook = { orderId, body: JSON.stringify(eventJson(event, 1)) };
    context.note("provider", orderId, () => `${event.type} ${[...met.keys()].join(" ")}`);
    if (met.has("webhook-lost")) return;
    const waits = ["webhook-late", "webhook-reordered"] as const;
    const seconds = waits.reduce((sum, kind) => sum + (met.get(kind)?.seconds ?? 0), 0);
    const wait = exponential(chance(1)) * plan.pace.bus + seconds * 1000;
    scheduler.after(wait, () => deliver(webhook));
    if (met.has("webhook-doubled")) scheduler.after(wait + 1 + chance(2) * 5000, () => deliver(webhook));
    const forged = met.get("webhook-forged");
    if (!forged) return;
    const forgery = forged.variant as Forgery | undefined;
    const body = lyingBody(event, orderId, nth);
    scheduler.after(chance(3) * 1000, () => deliver({ orderId, body, forgery: forgery ?? forgeries[0] }));
  }

  /** The faults that strike an order's next webhook; several kinds may at once. */
  function struck(orderId: string) {
    const number = context.numberOf(orderId);
    const { chance, nth } = context.occurrence(`webhook/${number ?? "-"}`, context.entityOf(orderId));
    const strikes = (fault: Fault, index: number) =>
      (fault.order === undefined || fault.order === number) &&
      (fault.nth === undefined || isAt(fault, nth)) &&
      isDuring(fault, context.elapsed()) &&
      chance(10 + index) < (fault.share ?? 1);
    const met = new Map<FaultKind, Fault>();
    if (!context.areFaultsStopped())
      for (const [index, fault] of faults.entries()) if (strikes(fault, index)) met.set(fault.kind, fault);
    for (const fault of met.values()) context.meet(fault);
    return { chance, met, nth };
  }

  function deliver(webhook: Webhook, attempt = 0): void {
    const { body, forgery, orderId } = webhook;
    const event = requestOf(body, signatureOf(webhook, scheduler.now()));
    const onEnd = (end: InvocationEnd) => {
      const status = end.ended === "answered" ? statusOf(end.result) : 500;
      const answer = { at: scheduler.now(), orderId, forgery, status };
      answers.push(answer);
      if (forgery) see(context.coverage, `webhook with a ${forgery}`);
      context.note("provider", orderId, () => `webhook ${forgery ?? ""} → ${status}`);
      onAnswer(answer);
      const wait = WAITS_MILLISECONDS[attempt];
      // A forger does not come again.
      if (status >= 300 && wait !== undefined && forgery === undefined)
        scheduler.after(wait, () => deliver(webhook, attempt + 1));
    };
    const count = (deliveries.get(orderId) ?? 0) + 1;
    deliveries.set(orderId, count);
    const about = `webhook ${count} of ${context.entityOf(orderId)}`;
    lambda.invoke(code(WEBHOOK_FUNCTION), event, onEnd, { about });
  }

  return { send, answers };
}

function signatureOf({ body, forgery }: Webhook, now: number): string {
  const seconds = Math.floor(now / 1000);
  switch (forgery) {
    case "bad-signature":
      return signWebhook(body, ["whsec_of_a_stranger"], seconds);
    case "old-signature":
      return signWebhook(body, [webhookSecret], seconds - OLD_SECONDS);
    case "retired-secret":
      return signWebhook(body, ["whsec_simulated_retired"], seconds);
    case "stolen-secret":
    case undefined:
      return signWebhook(body, [webhookSecret], seconds);
  }
}

/** The event as a liar tells it: of no call of ours, and with the money taken, refunded, or gone. */
function lyingBody(event: EventRecord, orderId: string, nth: number): string {
  const lies = ["succeeded", "canceled", "requires_capture"] as const;
  const status = lies[nth % lies.length] ?? lies[0];
  const type = {
    succeeded: "succeeded",
    canceled: "canceled",
    requires_capture: "amount_capturable_updated",
  };
  const given = event.object as { id: string; amount?: number; payment_intent?: string };
  // Some tell of what there never was.
  const id = nth % 4 === 3 ? "pi_of_nobody" : (given.payment_intent ?? given.id);
  const lie = { id, object: "payment_intent", status, amount_received: given.amount, metadata: { orderId } };
  const request = { id: null, idempotency_key: null };
  const lying = { ...event, type: `payment_intent.${type[status]}`, request, object: { ...given, ...lie } };
  return JSON.stringify(eventJson(lying, 1));
}

function requestOf(body: string, signature: string): object {
  return {
    version: "2.0",
    headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": signature },
    requestContext: {},
    pathParameters: {},
    body,
    isBase64Encoded: false,
  };
}

const statusOf = (result: unknown) => (result as APIGatewayProxyStructuredResultV2).statusCode ?? 200;
