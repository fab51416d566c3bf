// E9: nothing waits in a queue, and nothing is parked but what no code could have handled.
import type { Checker, ObservedQueue, QueuedMessage } from "./observed.ts";
import { violation } from "./records.ts";

export function queuesAreEmpty(): Checker {
  return {
    invariant: "E9",
    says: "queues empty; dead-letter queues hold only what was poison",
    atRest: (observed) =>
      [...observed.queues()].flatMap((queue) =>
        [...queue.messages]
          .filter((message) => queue.kind === "reaction" || !message.poison)
          .map((message) => violation("E9", describe(queue, message), orderIn(message))),
      ),
  };
}

function describe({ kind, name }: ObservedQueue, { attributes, receiveCount }: QueuedMessage): string {
  const left = kind === "reaction" ? "a message" : (attributes.errorName ?? "a message that failed");
  return `${name} holds ${left} (received ${receiveCount} times)`;
}

function orderIn({ body }: QueuedMessage): string | undefined {
  return /\bord_[0-9a-f]{32}\b/.exec(body)?.[0];
}
