// The queues: messages that wait, are hidden while they are handled, and end as dead letters.
import { createTenants } from "@order-saga/emulator/sqs/tenants";
import type { QueueResource, ReactionResources } from "@order-saga/messaging/topology";
import type { Call } from "./calls.ts";
import type { RunContext } from "./context.ts";
import type { Message, Queue, Queues, Sending } from "./queue.ts";
import { createQueueClient } from "./tasks.ts";

export function createQueues(
  options: {
    context: RunContext;
    call: Call;
    reactions: readonly ReactionResources[];
    /** The order, bulk or feed that a message's body is about. */
    subject: (body: string) => string | undefined;
  },
  onSend: (queue: Queue, message: Message) => boolean,
): Queues {
  const { call, context, reactions, subject } = options;
  const all = queuesOf(reactions);
  let listener = (_: string, __: Message): void => {};
  let count = 0;

  function queueOf(name: string): Queue {
    const queue = all.get(name);
    if (!queue) throw new TypeError(`There is no queue ${name}.`);
    return queue;
  }

  function send(name: string, given: Sending): void {
    const queue = queueOf(name);
    const {
      alone = false,
      attributes = {},
      body,
      delaySeconds = 0,
      eventType,
      group,
      orderId,
      poison,
      together = false,
    } = given;
    const message: Message = {
      id: `message-${++count}`,
      body,
      orderId,
      eventType,
      poison,
      alone,
      together,
      attributes,
      group,
      sentAt: context.scheduler.now(),
      receiveCount: 0,
      isVisible: delaySeconds === 0,
    };
    if (!onSend(queue, message)) return;
    queue.messages.add(message);
    if (queue.kind !== "reaction") return;
    if (delaySeconds === 0) listener(name, message);
    else context.scheduler.after(delaySeconds * 1000, () => show(name, message));
  }

  function show(name: string, message: Message): void {
    if (!queueOf(name).messages.has(message)) return;
    message.isVisible = true;
    listener(name, message);
  }

  return {
    all,
    send,
    onVisible(given) {
      listener = given;
    },
    show,
    giveUp(name, message) {
      const queue = queueOf(name);
      queue.messages.delete(message);
      const { redrive } = queue.resource;
      if (!redrive) return;
      context.note(name, message.orderId, () => `dead letter after ${message.receiveCount - 1} deliveries`);
      send(redrive.deadLetterQueue, message);
    },
    client: (caller) => createQueueClient({ all, send, subject }, call, caller),
  };
}

function queuesOf(reactions: readonly ReactionResources[]): Map<string, Queue> {
  const all = new Map<string, Queue>();
  const add = (resource: QueueResource, kind: Queue["kind"], source?: string) =>
    all.set(resource.name, { resource, kind, source, messages: new Set(), tenants: createTenants() });
  for (const { queue, deadLetterQueue, undeliveredQueue } of reactions) {
    add(queue, "reaction");
    add(deadLetterQueue, "dead-letter", queue.name);
    if (undeliveredQueue) add(undeliveredQueue, "undelivered", queue.name);
  }
  return all;
}
