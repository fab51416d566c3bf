// The ports of webhooks: the records of deliveries and endpoints, the sender, and the queue of tasks.
import type { SaveResult } from "@order-saga/messaging";
import type { Answer, Delivery } from "./delivery.ts";
import type { EndpointState } from "./endpoint-state.ts";
import type { Endpoint } from "./endpoints.ts";

export type WebhookStore = {
  /** Strongly consistent reads. */
  delivery(id: string): Promise<Delivery | undefined>;
  endpoint(name: string): Promise<EndpointState | undefined>;
  /** Compare-and-set: version n over version n - 1, or anew if n is 1. */
  saveDelivery(next: Delivery): Promise<SaveResult>;
  saveEndpoint(next: EndpointState): Promise<SaveResult>;
  /** Ids of an endpoint's deliveries that are due until that moment (milliseconds), the oldest first. */
  due(endpoint: string, until: number, limit: number): Promise<readonly string[]>;
  /** Ids of an endpoint's deliveries that were given up, the oldest first. */
  failed(endpoint: string, limit: number): Promise<readonly string[]>;
};

export type OutgoingWebhook = {
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly body: string;
  /** When it is sent, in milliseconds; a receiver refuses what was signed long ago. */
  readonly now: number;
};

/** Signs and sends once. It resolves whatever receiver and network do, and says so in the answer. */
export type SendWebhook = (webhook: OutgoingWebhook) => Promise<Answer>;

/** A task names a delivery, and the version of its record that it is for. */
export type DeliveryTask = { readonly id: string; readonly version: number };

/** Hands tasks to `deliver-webhook`, each hidden for so long, up to 900 seconds. */
export type HandOver = (
  endpoint: string,
  tasks: readonly DeliveryTask[],
  delaySeconds?: number,
) => Promise<void>;
