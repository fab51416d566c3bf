// The queues: one place for each reaction and each event, or entry of a ledger, that it hears.
import type { EventType } from "@order-saga/contracts";
import type { ServiceName, Shop } from "./shop.ts";

/** An event's type and, where an order may have several of it, its entry. */
export type EventKey = string;

export const keyOf = (type: EventType, entry: string | undefined): EventKey =>
  entry === undefined ? type : `${type}/${entry}`;

/** What a task is called: a queue of tasks holds only one kind. */
export const TASK = "task";

export type Message = {
  bit: number;
  reaction: string;
  service: ServiceName;
  key: EventKey;
  /** Absent for a task. */
  type?: EventType;
};

export type Messages = {
  /** Every message that there has been a copy of. */
  all: readonly Message[];
  of(reaction: string): readonly Message[];
  /** True if a reaction hears the event. */
  isHeard(type: EventType): boolean;
  /** The bits of the queues that hear an event. */
  heardBy(type: EventType, key: EventKey): number;
  /** The bit of a reaction's message; 0 if there was none yet. */
  bitOf(reaction: string, key: EventKey): number;
  /** The bit of a reaction's task. */
  taskOf(reaction: string): number;
};

/** A message is given its bit when it is sent first, because few of all there could be occur in one scope. */
export function messagesOf(shop: Shop, services: readonly ServiceName[]): Messages {
  const reactions = Object.entries(shop.reactions).filter(([, { service }]) => services.includes(service));
  const all: Message[] = [];
  const byReaction = new Map<string, Message[]>(reactions.map(([reaction]) => [reaction, []]));
  const heard = new Map<EventKey, number>();

  function messageOf(reaction: string, key: EventKey, type?: EventType): Message {
    const known = byReaction.get(reaction)?.find((each) => each.key === key);
    if (known) return known;
    const found = shop.reactions[reaction];
    if (!found || all.length > 30) throw new Error(`There is no bit for ${key} on the queue of ${reaction}.`);
    const made = { bit: 1 << all.length, reaction, service: found.service, key, ...(type && { type }) };
    all.push(made);
    byReaction.get(reaction)?.push(made);
    return made;
  }

  return {
    all,
    of: (reaction) => byReaction.get(reaction) ?? [],
    isHeard: (type) => reactions.some(([, { manifest }]) => manifest.hears.includes(type)),
    heardBy(type, key) {
      const known = heard.get(key);
      if (known !== undefined) return known;
      const bits = reactions
        .filter(([, { manifest }]) => manifest.hears.includes(type))
        .reduce((sum, [reaction]) => sum | messageOf(reaction, key, type).bit, 0);
      heard.set(key, bits);
      return bits;
    },
    bitOf: (reaction, key) => byReaction.get(reaction)?.find((each) => each.key === key)?.bit ?? 0,
    taskOf: (reaction) => (byReaction.has(reaction) ? messageOf(reaction, TASK).bit : 0),
  };
}
