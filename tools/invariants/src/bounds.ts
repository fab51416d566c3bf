// Bounds that follow from the manifests: when an order has ended, and how many events it may have.
import { type EventType, layerOf } from "@order-saga/contracts";
import { type ScheduleManifest, type ServiceManifest, visibilityTimeoutSeconds } from "@order-saga/messaging";
import { LONGEST_REPEAT_MILLISECONDS } from "@order-saga/orders/order";

/** How often one event may be sent to the bus: the publisher's three attempts, the client's retry of each. */
export const SENDINGS = 3 * 2;

/**
 * How long after `decideBy`, the customer's last request and the last fault an order may take to end, in
 * milliseconds.
 *
 * One hop is `maxReceiveCount` visibility timeouts of a queue: so long may a message be retried. A chain is
 * the longest way of hops from an event of the lowest layer; it ends because layers rise. A broken chain
 * begins again with the sweep of orders, after its longest pause at most. Each schedule may begin a chain,
 * one interval and one timeout after it became due.
 */
export function settleBoundMilliseconds(services: readonly ServiceManifest[]): number {
  const schedules = services.flatMap((service) => service.schedules).filter(healsOrders);
  const runs = schedules.reduce((sum, each) => sum + each.everyMinutes * 60 + each.timeoutSeconds, 0);
  const roots = Object.keys(layerOf) as EventType[];
  const chain = Math.max(...roots.map((type) => chainSeconds(services, type)));
  return LONGEST_REPEAT_MILLISECONDS + (runs + (schedules.length + 1) * chain) * 1000;
}

/** Work beside the orders, such as the daily reconciliation, is nothing that an order's end waits for. */
export const healsOrders = ({ isUrgent }: ScheduleManifest) => isUrgent;

function chainSeconds(services: readonly ServiceManifest[], heard: EventType): number {
  const reactions = services.flatMap((service) => service.reactions);
  const hops = reactions
    .filter(({ hears }) => hears.includes(heard))
    .map((reaction) => {
      const further = reaction.says.filter((said) => layerOf[said] > layerOf[heard]);
      const hop = reaction.maxReceiveCount * visibilityTimeoutSeconds(reaction);
      return hop + Math.max(0, ...further.map((said) => chainSeconds(services, said)));
    });
  return Math.max(0, ...hops);
}

/** How often a schedule may repeat an event of one order in so many milliseconds; it backs off. */
export function repeatsIn(milliseconds: number): number {
  const doublings = Math.log2(1 + milliseconds / 60_000);
  return Math.ceil(2 + doublings + milliseconds / LONGEST_REPEAT_MILLISECONDS);
}

/** How many events of an order may follow from one event of this type, itself included. */
export function cascadeOf(services: readonly ServiceManifest[], heard: EventType): number {
  const answers = services
    .flatMap((service) => service.reactions)
    .filter(({ hears }) => hears.includes(heard))
    .flatMap(({ says }) => says.filter((said) => layerOf[said] > layerOf[heard]));
  return answers.reduce((sum, said) => sum + cascadeOf(services, said), 1);
}
