// Webhooks: each event is sent to the shop, signed, again after a failure, and with the faults asked for.
// Source: docs.stripe.com/webhooks and docs.stripe.com/webhooks/signature, November 2026.
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { newObjectId } from "./changes.ts";
import type { DeliveryRecord, WebhookFault } from "./delivery-record.ts";
import { eventJson } from "./objects.ts";
import type { EventRecord, PaymentStorage } from "./storage.ts";

/** Where events go. */
export type WebhookEndpoint = {
  /** Over plain HTTP. */
  url: string;
  /** Several while a secret is being rotated: each signs. */
  secrets: readonly string[];
  /** The types that are sent; all where it is absent. */
  types?: readonly string[];
};

/** After the first failure; how long Stripe waits is not published, three times over a few hours is. */
const WAITS_MILLISECONDS = [10 * 60_000, 3600_000, 3 * 3600_000];

/** More than the five minutes that a receiver tolerates. */
const FORGED_AGE_SECONDS = 600;

/** A receiver has this long to answer (unpublished; the official command-line tool waits 30 s). */
const TIMEOUT_MILLISECONDS = 30_000;

export type Webhooks = {
  /** In the transaction that makes the event. */
  queue(event: EventRecord): void;
  /** Sends what is due. */
  send(): void;
  /** The latest, newest first. */
  latest(limit?: number): DeliveryRecord[];
  /** Under way or due now. */
  pending(): number;
  close(): Promise<void>;
};

export type WebhookOptions = {
  storage: PaymentStorage;
  now: () => number;
  newId: () => string;
  endpoint: () => WebhookEndpoint | undefined;
  faultOf?: ((event: { type: string; intent: string }) => WebhookFault | undefined) | undefined;
};

export function createWebhooks({ endpoint, faultOf, newId, now, storage }: WebhookOptions): Webhooks {
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const agent = new Agent({ keepAlive: true });

  function queue({ id, intent, type }: EventRecord): void {
    const { types } = endpoint() ?? {};
    if (!endpoint() || types?.includes(type) === false) return;
    const fault = faultOf?.({ type, intent });
    const waits = fault?.mode === "late" || fault?.mode === "reordered" ? (fault.milliseconds ?? 0) : 0;
    const delivery = (more: Partial<DeliveryRecord>) =>
      storage.deliveries.save({
        id: newObjectId("wh", newId),
        event: id,
        type,
        intent,
        ...(fault && { fault: fault.mode }),
        attempts: [],
        dueAt: now() + waits,
        ...more,
      });
    if (fault?.mode === "lost") {
      storage.deliveries.save({
        id: newObjectId("wh", newId),
        event: id,
        type,
        intent,
        fault: "lost",
        attempts: [],
      });
      return;
    }
    delivery({});
    if (fault?.mode === "doubled") delivery({});
    if (fault?.mode === "forged") {
      delivery({ forgery: "signature" });
      delivery({ forgery: "age" });
    }
  }

  async function deliver(delivery: DeliveryRecord, to: WebhookEndpoint): Promise<void> {
    const event = storage.event(delivery.event);
    if (!event) return storage.deliveries.save(done(delivery));
    const body = JSON.stringify(eventJson(event, 1));
    const at = now();
    const signature = signatureOf(body, delivery, to, at);
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]);
    const status = await post({ url: to.url, body, signature, agent, signal });
    if (stopping.signal.aborted) return;
    const attempts = [...delivery.attempts, { at, status }];
    const wait = WAITS_MILLISECONDS[attempts.length - 1];
    const isTaken = status !== undefined && status >= 200 && status < 300;
    // A forgery that was refused is not sent again.
    const isOver = isTaken || delivery.forgery !== undefined || wait === undefined;
    storage.deliveries.save(
      isOver ? { ...done(delivery), attempts } : { ...delivery, attempts, dueAt: now() + wait },
    );
  }

  return {
    queue,
    send() {
      const to = endpoint();
      if (!to || stopping.signal.aborted) return;
      for (const id of storage.deliveries.due(now())) {
        const delivery = underWay.has(id) ? undefined : storage.deliveries.get(id);
        if (!delivery) continue;
        const delivered = deliver(delivery, to).finally(() => underWay.delete(id));
        underWay.set(id, delivered);
      }
    },
    latest: (limit = 200) => storage.deliveries.latest(limit),
    pending: () => (endpoint() ? new Set([...underWay.keys(), ...storage.deliveries.due(now())]).size : 0),
    async close() {
      stopping.abort();
      await Promise.all(underWay.values());
      agent.destroy();
    },
  };
}

/** `t=<seconds>,v1=<HMAC-SHA256 over "t.payload">`, one v1 per secret. */
export function signWebhook(body: string, secrets: readonly string[], seconds: number): string {
  const signatures = secrets.map(
    (secret) => `v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`,
  );
  return [`t=${seconds}`, ...signatures].join(",");
}

function signatureOf(
  body: string,
  { forgery }: DeliveryRecord,
  { secrets }: WebhookEndpoint,
  at: number,
): string {
  const seconds = Math.floor(at / 1000);
  if (forgery === "signature") return signWebhook(body, ["whsec_nobody_knows_this_one"], seconds);
  return signWebhook(body, secrets, forgery === "age" ? seconds - FORGED_AGE_SECONDS : seconds);
}

function done({ dueAt: _, ...delivery }: DeliveryRecord): DeliveryRecord {
  return delivery;
}

/**
 * The status; undefined if there was no answer. Node's own request, because an order's webhooks come with
 * every order, and `fetch` takes several times as long.
 */
function post(sent: {
  url: string;
  body: string;
  signature: string;
  agent: Agent;
  signal: AbortSignal;
}): Promise<number | undefined> {
  const { agent, body, signal, signature, url } = sent;
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "stripe-signature": signature,
    "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
  };
  const unanswered = () => resolve(undefined);
  const posted = request(url, { method: "POST", headers, agent, signal }, (answer) => {
    answer.on("end", () => resolve(answer.statusCode)).on("error", unanswered);
    answer.resume();
  });
  posted.on("error", unanswered).end(body);
  return promise;
}
