// What the queues hold, for an observer: reading it changes nothing.
import type { Message } from "./message.ts";
import type { MessageQueue } from "./queue.ts";

export type QueueCount = { ready: number; delayed: number; inFlight: number };

/** How many messages a queue holds, whether they can be received or not. */
export function messagesIn({ delayed, inFlight, ready }: QueueCount): number {
  return ready + delayed + inFlight;
}

export function countOf(queue: MessageQueue | undefined): QueueCount {
  const { delayed, inFlight, ready } = queue ?? {};
  return { ready: ready?.size ?? 0, delayed: delayed?.size ?? 0, inFlight: inFlight?.size ?? 0 };
}

export type QueuedMessage = {
  messageId: string;
  body: string;
  /** String and number attributes by name, as text. */
  attributes: Record<string, string>;
  receiveCount: number;
  /** Milliseconds. */
  sentAt: number;
  state: "ready" | "delayed" | "in flight";
  /** When a delayed or in-flight message can be received, in milliseconds. */
  visibleAt?: number;
};

/**
 * Those that can be received first; each kind in the order in which it was sent. The queue may change
 * between two of them: a message that moves on meanwhile may come twice or not at all, and the queue's
 * revision tells.
 */
export function* walkMessages(
  queue: MessageQueue | undefined,
  isWanted: (messageId: string) => boolean,
): Generator<QueuedMessage> {
  if (!queue) return;
  for (const message of queue.ready.all()) if (isWanted(message.id)) yield shown(message, "ready");
  const delayed = queue.delayed.all().filter(({ id }) => isWanted(id));
  for (const message of delayed.sort((a, b) => a.sentAt - b.sentAt))
    yield shownUntil(message, "delayed", message.delayedUntil);
  for (const { message, visibleAt } of queue.inFlight.values())
    if (isWanted(message.id)) yield shownUntil(message, "in flight", visibleAt);
}

/** When the oldest message was sent, in milliseconds; reads no message's content. */
export function oldestSentAt(queue: MessageQueue | undefined): number | undefined {
  let oldest = Number.POSITIVE_INFINITY;
  if (!queue) return undefined;
  for (const { sentAt } of queue.ready.all()) if (sentAt < oldest) oldest = sentAt;
  for (const { sentAt } of queue.delayed.all()) if (sentAt < oldest) oldest = sentAt;
  for (const { message } of queue.inFlight.values()) if (message.sentAt < oldest) oldest = message.sentAt;
  return Number.isFinite(oldest) ? oldest : undefined;
}

/** The queue makes a message ready at its next request, but it counts as ready from its moment on. */
function shownUntil(message: Message, state: "delayed" | "in flight", visibleAt = 0): QueuedMessage {
  return visibleAt > Date.now() ? { ...shown(message, state), visibleAt } : shown(message, "ready");
}

function shown(
  { attributes, body, id, receiveCount, sentAt }: Message,
  state: QueuedMessage["state"],
): QueuedMessage {
  return {
    messageId: id,
    body,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { StringValue = "" }]) => [name, StringValue]),
    ),
    receiveCount,
    sentAt,
    state,
  };
}
