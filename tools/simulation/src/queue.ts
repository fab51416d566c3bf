// A queue and its messages, as the simulated world keeps them.
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { EventType } from "@order-saga/contracts";
import type { Tenants } from "@order-saga/emulator/sqs/tenants";
import type { QueueResource } from "@order-saga/messaging/topology";
import type { Caller } from "./calls.ts";
import type { ObservedQueue } from "./checkers/observed.ts";

export type Message = {
  readonly id: string;
  readonly body: string;
  /** The order, bulk or feed that it is about. */
  readonly orderId: string | undefined;
  /** Undefined for poison, uploads and tasks. */
  readonly eventType: EventType | undefined;
  readonly poison: boolean;
  /** To be handled in a batch of its own. */
  readonly alone: boolean;
  /** To be handled in one batch with its like. */
  readonly together: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of a fair queue: a group that takes much of its consumers' time waits for the others. */
  readonly group: string | undefined;
  readonly sentAt: number;
  receiveCount: number;
  isVisible: boolean;
};

export type Queue = {
  readonly resource: QueueResource;
  readonly kind: ObservedQueue["kind"];
  /** The reaction's queue that dead letters go back to; undefined for that queue itself. */
  readonly source: string | undefined;
  readonly messages: Set<Message>;
  /** What each message group takes of its consumers. */
  readonly tenants: Tenants;
};

export type Sending = Pick<Message, "body" | "orderId" | "eventType" | "poison"> & {
  alone?: boolean;
  together?: boolean;
  attributes?: Record<string, string>;
  group?: string | undefined;
  /** Hidden for so long at first. */
  delaySeconds?: number;
};

export type Queues = {
  readonly all: ReadonlyMap<string, Queue>;
  send(queueName: string, message: Sending): void;
  /** Called whenever a message can be received from the queue. */
  onVisible(listener: (queueName: string, message: Message) => void): void;
  show(queueName: string, message: Message): void;
  /** Moves a message that was received too often. */
  giveUp(queueName: string, message: Message): void;
  client(caller: Caller): SQSClient;
};
