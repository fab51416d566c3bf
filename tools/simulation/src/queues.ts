// The queues: messages that wait, are hidden while they are handled, and end as dead letters.
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { EventType } from "@order-saga/contracts";
import type { QueueResource, ReactionResources } from "@order-saga/messaging/topology";
import type { Call, Caller } from "./calls.ts";
import type { ObservedQueue } from "./checkers/observed.ts";
import type { RunContext } from "./context.ts";
import { awsError } from "./dynamodb/errors.ts";

export type Message = {
  readonly id: string;
  readonly body: string;
  readonly orderId: string | undefined;
  /** Undefined for poison. */
  readonly eventType: EventType | undefined;
  readonly poison: boolean;
  /** To be handled in a batch of its own. */
  readonly alone: boolean;
  /** To be handled in one batch with its like. */
  readonly together: boolean;
  readonly attributes: Readonly<Record<string, string>>;
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
};

export type Sending = Pick<Message, "body" | "orderId" | "eventType" | "poison"> & {
  alone?: boolean;
  together?: boolean;
  attributes?: Record<string, string>;
};

export type Queues = {
  readonly all: ReadonlyMap<string, Queue>;
  send(queueName: string, message: Sending): void;
  /** Called whenever a message can be received from the queue. */
  onVisible(listener: (queueName: string) => void): void;
  show(queueName: string, message: Message): void;
  /** Moves a message that was received too often. */
  giveUp(queueName: string, message: Message): void;
  client(caller: Caller): SQSClient;
};

export function createQueues(
  context: RunContext,
  call: Call,
  reactions: readonly ReactionResources[],
  onSend: (queue: Queue, message: Message) => boolean,
): Queues {
  const all = queuesOf(reactions);
  let listener = (_: string): void => {};
  let count = 0;

  function queueOf(name: string): Queue {
    const queue = all.get(name);
    if (!queue) throw new TypeError(`There is no queue ${name}.`);
    return queue;
  }

  function send(name: string, given: Sending): void {
    const queue = queueOf(name);
    const { alone = false, attributes = {}, body, eventType, orderId, poison, together = false } = given;
    const message: Message = {
      id: `message-${++count}`,
      body,
      orderId,
      eventType,
      poison,
      alone,
      together,
      attributes,
      sentAt: context.scheduler.now(),
      receiveCount: 0,
      isVisible: true,
    };
    if (!onSend(queue, message)) return;
    queue.messages.add(message);
    if (queue.kind === "reaction") listener(name);
  }

  function park(caller: Caller, { input }: SendMessageCommand): Promise<unknown> {
    const name = input.QueueUrl?.split("/").at(-1) ?? "";
    const body = input.MessageBody ?? "";
    const attributes = Object.fromEntries(
      Object.entries(input.MessageAttributes ?? {}).map(([key, { StringValue = "" }]) => [key, StringValue]),
    );
    const about = aboutOf(all.get(sourceOf(all.get(name))), body);
    return call(caller, {
      category: "park",
      what: () => `park ${attributes.errorName}`,
      orderId: about.orderId,
      effect: () => {
        send(name, { ...about, body, attributes });
        return { MessageId: `message-${count}` };
      },
      faults: {
        "park-failed": () => {
          throw awsError("ServiceUnavailable", "The service is unavailable.", 503);
        },
      },
    });
  }

  return {
    all,
    send,
    onVisible(given) {
      listener = given;
    },
    show(name, message) {
      if (!queueOf(name).messages.has(message)) return;
      message.isVisible = true;
      listener(name);
    },
    giveUp(name, message) {
      const queue = queueOf(name);
      queue.messages.delete(message);
      const { redrive } = queue.resource;
      if (!redrive) return;
      context.note(name, message.orderId, () => `dead letter after ${message.receiveCount - 1} deliveries`);
      send(redrive.deadLetterQueue, message);
    },
    client(caller) {
      const clientSend = (command: unknown) => {
        if (command instanceof SendMessageCommand) return park(caller, command);
        throw new TypeError("The simulated queues know SendMessage only.");
      };
      return { send: clientSend } as unknown as SQSClient;
    },
  };
}

function queuesOf(reactions: readonly ReactionResources[]): Map<string, Queue> {
  const all = new Map<string, Queue>();
  const add = (resource: QueueResource, kind: Queue["kind"], source?: string) =>
    all.set(resource.name, { resource, kind, source, messages: new Set() });
  for (const { queue, deadLetterQueue, undeliveredQueue } of reactions) {
    add(queue, "reaction");
    add(deadLetterQueue, "dead-letter", queue.name);
    if (undeliveredQueue) add(undeliveredQueue, "undelivered", queue.name);
  }
  return all;
}

const sourceOf = (queue: Queue | undefined) => queue?.source ?? "";

/** What the world knows of a message by its body, which is all that a parked one is sent with. */
function aboutOf(queue: Queue | undefined, body: string): Pick<Message, "orderId" | "eventType" | "poison"> {
  for (const message of queue?.messages ?? []) {
    if (message.body !== body) continue;
    const { eventType, orderId, poison } = message;
    return { eventType, orderId, poison };
  }
  return { eventType: undefined, orderId: undefined, poison: false };
}
