// A receive from a long queue: V8 moves every element of a large array for each one that is taken from its front.
import type { SqsMessage, SqsQueue } from "./fauxqs.ts";

/** Below this an array's front is taken in no time. */
const LONG = 1000;

/**
 * Lets `receive` see only as many messages as it may take, so that the rest is moved once for all of them. What it
 * leaves goes back to the front; what became visible again meanwhile goes to the end, where fauxqs puts it.
 */
export function beforeLongRest<T>(queue: SqsQueue | undefined, most: number, receive: () => T): T {
  if (!queue || queue.messages.length <= LONG) return receive();
  const rest = queue.messages;
  const front = rest.splice(0, most);
  const offered: ReadonlySet<SqsMessage> = new Set(front);
  queue.messages = front;
  try {
    return receive();
  } finally {
    const left = queue.messages;
    rest.unshift(...left.filter((message) => offered.has(message)));
    rest.push(...left.filter((message) => !offered.has(message)));
    queue.messages = rest;
  }
}
