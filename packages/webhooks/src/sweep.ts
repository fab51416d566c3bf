// The sweep of webhooks: hands over what is due, unless its endpoint takes nothing.
import type { Sweep } from "@order-saga/messaging";
import { handedOver, lastTriedAt } from "./delivery.ts";
import { type EndpointState, healthy, isFailing, turnAt, withoutRecovery } from "./endpoint-state.ts";
import type { Endpoint } from "./endpoints.ts";
import type { DeliveryTask, HandOver, WebhookStore } from "./ports.ts";
import { taskOf } from "./reactions.ts";

type Sweeping = { endpoints: readonly Endpoint[]; store: WebhookStore; handOver: HandOver };

/** Of each endpoint, so that a long backlog of one keeps no other waiting; the next run goes on. */
const MOST_AT_ONCE = 200;

/** Longer than the longest wait of a delivery: after a recovery nothing waits for its own time. */
const AHEAD_MILLISECONDS = 27 * 3600_000;

export function sweepWebhooksHandler({ endpoints, handOver, store }: Sweeping): Sweep {
  return async ({ isTimeUp = () => false, log, now }) => {
    let count = 0;
    for (const { name } of endpoints) {
      const state = (await store.endpoint(name)) ?? healthy(name);
      if (isTimeUp() || state.disabled || turnAt(state, now).do === "wait") continue;
      const recovered = await seenRecovery(store, state);
      const ids = await store.due(name, recovered ? now + AHEAD_MILLISECONDS : now, mostOf(state));
      const tasks = await handOverAll(store, ids, now, recovered);
      await handOver(name, tasks);
      if (ids.length === MOST_AT_ONCE) log("info", "webhooks left for the next run", { endpoint: name });
      count += tasks.length;
    }
    return count;
  };
}

const mostOf = (state: EndpointState) => (isFailing(state) ? 1 : MOST_AT_ONCE);

/** When the endpoint recovered (milliseconds), once: it is written that this run has seen it. */
async function seenRecovery(store: WebhookStore, state: EndpointState): Promise<number | undefined> {
  if (state.recoveredAt === undefined) return undefined;
  const isOurs = (await store.saveEndpoint(withoutRecovery(state))) === "written";
  return isOurs ? Date.parse(state.recoveredAt) : undefined;
}

async function handOverAll(
  store: WebhookStore,
  ids: readonly string[],
  now: number,
  recoveredAt = 0,
): Promise<DeliveryTask[]> {
  const tasks: DeliveryTask[] = [];
  for (const id of ids) {
    const delivery = await store.delivery(id);
    if (delivery?.state !== "PENDING") continue;
    const isDue = Date.parse(delivery.dueAt ?? "") <= now;
    const failedBefore = delivery.attempts.length > 0 && lastTriedAt(delivery) <= recoveredAt;
    if (!isDue && !failedBefore) continue;
    const next = handedOver(delivery, now);
    if ((await store.saveDelivery(next)) === "written") tasks.push(taskOf(next));
  }
  return tasks;
}
