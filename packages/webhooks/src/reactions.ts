// The reactions of webhooks: record what each endpoint is to be told, then try to tell it.
import type { React, ReactionContext, ReactTo } from "@order-saga/messaging";
import type { LogFields } from "@order-saga/messaging/log";
import { Contended, writeOptimistically } from "@order-saga/messaging/optimistic";
import * as z from "zod/mini";
import {
  type Answer,
  attempted,
  type Delivery,
  outcomeOf,
  putOff,
  recorded,
  restOf,
  withoutEndpoint,
} from "./delivery.ts";
import {
  afterFailure,
  afterSuccess,
  disabledBy,
  type EndpointState,
  healthy,
  type Turn,
  turnAt,
} from "./endpoint-state.ts";
import { type Endpoint, isToldOf } from "./endpoints.ts";
import { bodyOf, type Told, webhookId } from "./message.ts";
import type { DeliveryTask, HandOver, SendWebhook, WebhookStore } from "./ports.ts";

export const DeliveryTaskSchema = z.object({ id: z.string(), version: z.int() });

type Telling = {
  endpoints: readonly Endpoint[];
  store: Pick<WebhookStore, "saveDelivery">;
  handOver: HandOver;
};

/** Heard again, it hands over the first version again, which does nothing once there is a later one. */
export function tellStorefrontHandler({ endpoints, handOver, store }: Telling): React<Told["type"]> {
  return async (event, { now }) => {
    const { body, type } = bodyOf(event);
    for (const { name: endpoint } of endpoints.filter((each) => isToldOf(each, type))) {
      const known = { id: webhookId(event, endpoint), endpoint, orderId: event.orderId, type, body };
      const first = recorded(known, now);
      await store.saveDelivery(first);
      await handOver(endpoint, [taskOf(first)]);
    }
    return [];
  };
}

export const taskOf = ({ id, version }: Delivery): DeliveryTask => ({ id, version });

/** What waits longer is the sweep's: a message that hides in the queue for minutes looks like a backlog. */
const LONGEST_DELAY_SECONDS = 360;
const ATTEMPTS = 5;

export type Delivering = {
  endpoints: readonly Endpoint[];
  store: WebhookStore;
  send: SendWebhook;
  handOver: HandOver;
  now: () => number;
  /** From 0 to 1. */
  chance: () => number;
};

export function deliverWebhookHandler(ports: Delivering): ReactTo<DeliveryTask> {
  const { store } = ports;
  return async (task, context) => {
    const delivery = await store.delivery(task.id);
    if (delivery?.version !== task.version || delivery.state !== "PENDING") return [];
    const endpoint = ports.endpoints.find(({ name }) => name === delivery.endpoint);
    if (!endpoint) {
      context.log("warn", "webhook given up: its endpoint is no longer set", about(delivery));
      await store.saveDelivery(withoutEndpoint(delivery));
      return [];
    }
    const turn = await takeTurn(store, endpoint.name, context.now);
    if (turn.do === "wait") await store.saveDelivery(putOff(delivery, turn.until));
    else await attempt(ports, delivery, endpoint, context);
    return [];
  };
}

/** Of two that would try a failing endpoint, one writes first; the other waits. */
async function takeTurn(store: WebhookStore, name: string, now: number): Promise<Turn> {
  const state = (await store.endpoint(name)) ?? healthy(name);
  const turn = turnAt(state, now);
  if (turn.do !== "try" || (await store.saveEndpoint(turn.state)) === "written") return turn;
  return { do: "wait", until: Date.parse(turn.state.restsUntil ?? "") };
}

async function attempt(
  { chance, handOver, now, send, store }: Delivering,
  delivery: Delivery,
  endpoint: Endpoint,
  { log }: ReactionContext,
): Promise<void> {
  const { body, id } = delivery;
  const at = now();
  const answer = await send({ endpoint, id, body, now: at });
  const after = now();
  const next = attempted(delivery, answer, { at, now: after, chance: chance() });
  const state = await remember(store, endpoint.name, answer, after);
  if (state?.disabled?.at === new Date(after).toISOString())
    log("error", "webhook endpoint disabled", { endpoint: endpoint.name, reason: state.disabled.reason });
  const level = next.delivery.state === "FAILED" ? "error" : "info";
  log(level, `webhook ${saysOf(next.delivery)}`, {
    ...about(delivery),
    ...("error" in answer ? { errorName: answer.error } : { status: answer.status }),
    durationMilliseconds: after - at,
  });
  const isSoon = next.againInSeconds !== undefined && next.againInSeconds <= LONGEST_DELAY_SECONDS;
  // Beside the task the sweep has it later, should the task be lost.
  const saved = isSoon ? { ...next.delivery, dueAt: laterThan(next.delivery.dueAt) } : next.delivery;
  // Where another delivery of the task was first, its attempt counts, and its task follows.
  if ((await store.saveDelivery(saved)) === "written" && isSoon)
    await handOver(endpoint.name, [taskOf(saved)], next.againInSeconds);
}

const saysOf = ({ state }: Delivery) =>
  state === "PENDING" ? "not taken; it is tried again" : state === "FAILED" ? "failed for good" : "delivered";

const about = ({ endpoint, id, orderId }: Delivery): LogFields => ({ endpoint, orderId, webhookId: id });

function laterThan(dueAt: string | undefined): string {
  return new Date(Date.parse(dueAt ?? "") + LONGEST_DELAY_SECONDS * 1000).toISOString();
}

/** Writes what the answer says of the endpoint; where others do all the time, theirs says enough. */
async function remember(
  store: WebhookStore,
  name: string,
  answer: Answer,
  now: number,
): Promise<EndpointState | undefined> {
  const writing = writeOptimistically<EndpointState, EndpointState, EndpointState>({
    what: `state of the endpoint ${name}`,
    attempts: ATTEMPTS,
    load: async () => (await store.endpoint(name)) ?? healthy(name),
    save: store.saveEndpoint,
    decide(read) {
      const next = stateAfter(read, answer, now);
      return next === read ? { answer: read } : { write: next, answer: next };
    },
  });
  return writing.catch((error) => {
    if (error instanceof Contended) return undefined;
    throw error;
  });
}

function stateAfter(state: EndpointState, answer: Answer, now: number): EndpointState {
  switch (outcomeOf(answer)) {
    case "delivered":
      return afterSuccess(state, now);
    case "gone":
      return disabledBy("gone", state, now);
    case "failed":
      return afterFailure(state, now, restOf(answer));
  }
}
