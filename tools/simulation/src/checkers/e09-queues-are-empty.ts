// E9: nothing waits in a queue, and what is parked is all that no code could have handled, and nothing else.

import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { subjectIn } from "../subject.ts";
import type { Checker, Observed, ObservedQueue, QueuedMessage, Violation } from "./observed.ts";
import { violation } from "./records.ts";

const reactions = allReactions(services);

export function queuesAreEmpty(): Checker {
  return {
    invariant: "E9",
    says: "queues empty; dead-letter queues hold what was poison, and only that",
    atRest: (observed) => [...left(observed), ...dropped(observed)],
  };
}

function left(observed: Observed): Violation[] {
  return [...observed.queues()].flatMap((queue) =>
    [...queue.messages]
      .filter((message) => queue.kind === "reaction" || !message.poison)
      .map((message) => violation("E9", describe(queue, message), subjectIn(message.body))),
  );
}

/** Reactions that were handed poison, of which nothing is left to look at. */
function dropped(observed: Observed): Violation[] {
  const holding = new Set([...observed.queues()].filter(isPoisoned).map(({ name }) => name));
  const purged = new Set(observed.lost.map(({ to }) => to));
  const handed = new Set(observed.deliveries.filter(({ poison }) => poison).map(({ to }) => to));
  return reactions
    .filter(({ queue }) => handed.has(queue.name) && !purged.has(queue.name))
    .filter(({ deadLetterQueue }) => !holding.has(deadLetterQueue.name))
    .map(({ queue }) => violation("E9", `${queue.name} was handed poison and did not park it`));
}

const isPoisoned = ({ messages }: ObservedQueue) => [...messages].some(({ poison }) => poison);

function describe({ kind, name }: ObservedQueue, { attributes, receiveCount }: QueuedMessage): string {
  const left = kind === "reaction" ? "a message" : (attributes.errorName ?? "a message that failed");
  return `${name} holds ${left} (received ${receiveCount} times)`;
}
