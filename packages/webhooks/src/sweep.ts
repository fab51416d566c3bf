// The sweep of webhooks: hands over what is due, unless its endpoint takes nothing.
import type { Sweep } from "@order-saga/messaging";
import { handedOver, lastTriedAt } from "./delivery.ts";
import { type EndpointState, healthy, isFailing, turnAt, withoutRecovery } from "./endpoint-state.ts";
import type { Endpoint } from "./endpoints.ts";
import type { DeliveryTask, HandOver, WebhookStore } from "./ports.ts";
import { taskOf } from "./reactions.ts";

type Sweeping = { endpoints: readonly Endpoint[]; store: WebhookStore; handOver: HandOver };

const PAGE = 200;
/** What failed before a recovery: one delivery at a time was tried. */
const MOST_RECOVERED = 1000;
/** Records read and written at the same time. */
const AT_ONCE = 10;

/** Longer than the longest wait of a delivery: after a recovery nothing waits for its own time. */
const AHEAD_MILLISECONDS = 27 * 3600_000;

/** Endpoints are swept side by side, so that a long backlog of one keeps no other waiting. */
export function sweepWebhooksHandler(sweeping: Sweeping): Sweep {
  return async ({ isTimeUp = () => false, now }) => {
    const counts = await Promise.all(
      sweeping.endpoints.map(({ name }) => sweepEndpoint(sweeping, name, { isTimeUp, now })),
    );
    return counts.reduce((sum, each) => sum + each, 0);
  };
}

type Run = { now: number; isTimeUp: () => boolean };

/** How many it handed over: all that is due, or one if the endpoint fails. */
async function sweepEndpoint(
  { handOver, store }: Sweeping,
  name: string,
  { isTimeUp, now }: Run,
): Promise<number> {
  const state = (await store.endpoint(name)) ?? healthy(name);
  if (state.disabled || turnAt(state, now).do === "wait") return 0;
  const recovered = await seenRecovery(store, state);
  const most = isFailing(state) ? 1 : PAGE;
  let count = 0;
  let ids =
    recovered === undefined
      ? await store.due(name, now, most)
      : await store.due(name, now + AHEAD_MILLISECONDS, MOST_RECOVERED);
  while (ids.length > 0) {
    const tasks = await handedOverOf(store, ids, now, recovered);
    await handOver(name, tasks);
    count += tasks.length;
    // The index lags behind: a page without anything to do ends the run.
    if (ids.length < most || most === 1 || tasks.length === 0 || isTimeUp()) break;
    ids = await store.due(name, now, most);
  }
  return count;
}

/** When the endpoint recovered (milliseconds), once: it is written that this run has seen it. */
async function seenRecovery(store: WebhookStore, state: EndpointState): Promise<number | undefined> {
  if (state.recoveredAt === undefined) return undefined;
  const isOurs = (await store.saveEndpoint(withoutRecovery(state))) === "written";
  return isOurs ? Date.parse(state.recoveredAt) : undefined;
}

async function handedOverOf(
  store: WebhookStore,
  ids: readonly string[],
  now: number,
  recoveredAt = 0,
): Promise<DeliveryTask[]> {
  const tasks: DeliveryTask[] = [];
  const waiting = [...ids];
  const oneAfterAnother = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const delivery = await store.delivery(id);
      if (delivery?.state !== "PENDING") continue;
      const isDue = Date.parse(delivery.dueAt ?? "") <= now;
      const failedBefore = delivery.attempts.length > 0 && lastTriedAt(delivery) <= recoveredAt;
      if (!isDue && !failedBefore) continue;
      const next = handedOver(delivery, now);
      if ((await store.saveDelivery(next)) === "written") tasks.push(taskOf(next));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, oneAfterAnother));
  return tasks;
}
