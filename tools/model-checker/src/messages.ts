// The queues: one place for each reaction and each event type that it hears.
import type { EventType } from "@order-saga/contracts";
import type { ServiceName, Shop } from "./shop.ts";

export type Message = { bit: number; reaction: string; service: ServiceName; type: EventType };

export type Messages = {
  all: readonly Message[];
  /** The bits of the queues that hear an event. */
  heardBy: Readonly<Partial<Record<EventType, number>>>;
  /** The bit of a reaction's message; 0 if there is no such queue. */
  bitOf(reaction: string, type: EventType): number;
};

export function messagesOf(shop: Shop, services: readonly ServiceName[]): Messages {
  const all = Object.entries(shop.reactions)
    .filter(([, { service }]) => services.includes(service))
    .flatMap(([reaction, { manifest, service }]) =>
      manifest.hears.map((type) => ({ reaction, service, type })),
    )
    .map((message, index) => ({ ...message, bit: 1 << index }));
  if (all.length > 31) throw new Error("There are more messages than bits.");
  const heardBy: Partial<Record<EventType, number>> = {};
  for (const { bit, type } of all) heardBy[type] = (heardBy[type] ?? 0) | bit;
  const bits = new Map(all.map(({ bit, reaction, type }) => [`${reaction}/${type}`, bit]));
  return { all, heardBy, bitOf: (reaction, type) => bits.get(`${reaction}/${type}`) ?? 0 };
}
