// Messages that are ready, in the order of their arrival, except that those of noisy groups wait for others.
// Source: SQS developer guide, "How Amazon SQS fair queues work".
import { createOrderedSet, type OrderedSet } from "./ordered-set.ts";

/** What is asked of the groups when a message is taken. */
export type Groups = {
  isNoisy(group: string): boolean;
  inFlight(group: string): number;
};

/** The messages of one group, or of no group; the first one is at hand. */
type Lane<T> = { first: T | undefined; readonly rest: OrderedSet<T> };

export type FairSet<T> = OrderedSet<T> & {
  /** Whether a message of the group is ready. */
  hasGroup(group: string): boolean;
};

/** A message without a group is a tenant of its own, and so never noisy. */
export function createFairSet<T extends { readonly groupId: string | undefined }>(
  groups: Groups,
): FairSet<T> {
  const lanes = new Map<string | undefined, Lane<T>>();
  /** When each arrived; insertion keeps all messages in that order. */
  const arrivals = new Map<T, number>();
  let next = 1;
  const arrivalOf = (message: T | undefined) =>
    (message && arrivals.get(message)) ?? Number.POSITIVE_INFINITY;

  function takeFrom(group: string | undefined): T | undefined {
    const lane = lanes.get(group);
    const message = lane?.first;
    if (!lane || message === undefined) return undefined;
    arrivals.delete(message);
    lane.first = lane.rest.take();
    if (lane.first === undefined) lanes.delete(group);
    return message;
  }

  function choose(): string | undefined {
    let chosen: string | undefined;
    let best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const [group, { first }] of lanes) {
      // Quiet groups by arrival; of noisy ones, the one that has the fewest in flight.
      const noise = group !== undefined && groups.isNoisy(group) ? 1 + groups.inFlight(group) : 0;
      const rank = [noise, arrivalOf(first)];
      if (isBefore(rank, best)) [best, chosen] = [rank, group];
    }
    return chosen;
  }

  return {
    get size() {
      return arrivals.size;
    },
    add(message) {
      arrivals.set(message, next++);
      const lane = lanes.get(message.groupId);
      if (lane) lane.rest.add(message);
      else lanes.set(message.groupId, { first: message, rest: createOrderedSet() });
    },
    delete(message) {
      if (!arrivals.has(message)) return false;
      const lane = lanes.get(message.groupId);
      if (lane?.first === message) takeFrom(message.groupId);
      else lane?.rest.delete(message);
      return arrivals.delete(message) || true;
    },
    take: () => takeFrom(lanes.size > 1 ? choose() : lanes.keys().next().value),
    hasGroup: (group) => lanes.has(group),
    all: () => arrivals.keys(),
    clear() {
      lanes.clear();
      arrivals.clear();
    },
  };
}

function isBefore([noise = 0, arrival = 0]: number[], [otherNoise = 0, otherArrival = 0]: number[]): boolean {
  return noise < otherNoise || (noise === otherNoise && arrival < otherArrival);
}
