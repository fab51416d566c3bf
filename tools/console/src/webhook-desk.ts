// What an operator sees of webhooks and can do about them, on the laptop as in a deployed stage.
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createTaskSender } from "@order-saga/messaging/tasks";
import { type Delivery, replayed } from "@order-saga/webhooks/delivery";
import {
  disabledBy,
  type EndpointState,
  enabled,
  healthy,
  isFailing,
} from "@order-saga/webhooks/endpoint-state";
import type { Endpoint } from "@order-saga/webhooks/endpoints";
import { webhookId } from "@order-saga/webhooks/message";
import { createDynamoDbStore } from "@order-saga/webhooks/store/dynamodb";
import type { EndpointRow, WebhookRow } from "./console-api.ts";

export type WebhookPlace = {
  client: DynamoDBDocumentClient;
  sqs: SQSClient;
  tableName: string;
  /** Of the tasks of deliver-webhook. */
  queueUrl: string;
  endpoints: readonly Endpoint[];
  now: () => number;
};

/** It cannot be done; the message says why. */
export class NotDone extends Error {
  override readonly name = "NotDone";
}

export type WebhookDesk = ReturnType<typeof createWebhookDesk>;

const MOST_WAITING = 1000;
const MOST_FAILED = 50;
/** Longer than a delivery ever waits. */
const AHEAD_MILLISECONDS = 30 * 24 * 3600_000;

export function createWebhookDesk(place: WebhookPlace) {
  const store = createDynamoDbStore(place);
  const send = createTaskSender({ client: place.sqs, queueUrl: place.queueUrl });
  const named = (name: string) => {
    const found = place.endpoints.find((each) => each.name === name);
    if (!found) throw new NotDone(`There is no endpoint ${name}; there are ${namesOf(place.endpoints)}.`);
    return found;
  };

  async function endpoints(): Promise<EndpointRow[]> {
    return Promise.all(
      place.endpoints.map(async ({ name, url }) => {
        const state = (await store.endpoint(name)) ?? healthy(name);
        const waiting = await store.due(name, place.now() + AHEAD_MILLISECONDS, MOST_WAITING);
        const failed = await rowsOf(await store.failed(name, MOST_FAILED));
        return { name, url, ...standingOf(state), waiting: waiting.length, failed };
      }),
    );
  }

  async function rowsOf(ids: readonly string[]): Promise<WebhookRow[]> {
    const found = await Promise.all(ids.map((id) => store.delivery(id)));
    return found.flatMap((each) => (each ? [rowOf(each)] : []));
  }

  /** What each endpoint was told, or is to be told, of these events. */
  const ofEvents = (eventIds: readonly string[]) =>
    rowsOf(eventIds.flatMap((id) => place.endpoints.map(({ name }) => webhookId({ id }, name))));

  async function change(name: string, to: (state: EndpointState) => EndpointState): Promise<void> {
    named(name);
    const state = (await store.endpoint(name)) ?? healthy(name);
    const next = to(state);
    if (next !== state && (await store.saveEndpoint(next)) !== "written")
      throw new NotDone("The endpoint changed meanwhile; look again.");
  }

  return {
    endpoints,
    ofEvents,
    /** Has one delivery sent once more, whatever came of it; its id and its bytes are the same. */
    async replay(id: string): Promise<void> {
      if (place.endpoints.length === 0) throw new NotDone("No endpoint is told how orders end.");
      const known = await store.delivery(id);
      if (!known) throw new NotDone(`There is no webhook ${id}.`);
      named(known.endpoint);
      const next = replayed(known, place.now());
      if ((await store.saveDelivery(next)) !== "written")
        throw new NotDone("The webhook changed meanwhile; look again.");
      await send([{ body: { id, version: next.version }, group: next.endpoint }]);
    },
    /** What waits goes out with the next run of the sweep. */
    enable: (name: string) => change(name, (state) => enabled(state, place.now())),
    disable: (name: string) => change(name, (state) => disabledBy("by-hand", state, place.now())),
  };
}

function standingOf(state: EndpointState): Pick<EndpointRow, "state" | "since" | "reason" | "restsUntil"> {
  const { disabled, failingSince, restsUntil } = state;
  if (disabled) return { state: "disabled", since: disabled.at, reason: disabled.reason };
  if (!isFailing(state)) return { state: "healthy" };
  return {
    state: "failing",
    ...(failingSince && { since: failingSince }),
    ...(restsUntil && { restsUntil }),
  };
}

function rowOf({ version: _, ...delivery }: Delivery): WebhookRow {
  return delivery;
}

const namesOf = (endpoints: readonly Endpoint[]) => endpoints.map(({ name }) => name).join(", ") || "none";
