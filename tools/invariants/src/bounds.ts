// What the manifests promise in numbers: how soon an order has ended, and how much may be said on its way.
import { type EventType, layerOf } from "@order-saga/contracts";
import { type ServiceManifest, visibilityTimeoutSeconds } from "@order-saga/messaging";
import { LONGEST_REPEAT_MILLISECONDS } from "@order-saga/orders/order";

/** Sendings of one event that a publisher's answer may cost: its own three attempts, each sent again by the client. */
export const SENDINGS = 3 * 2;

/**
 * How long after `decideBy`, the customer's last request and the last fault an order may take to end, in milliseconds.
 *
 * A message that was handed out and not finished comes back after its queue's visibility timeout, `maxReceiveCount`
 * times at most: that is one hop. A chain is the longest way of hops from an event of the lowest layer, and it ends
 * because layers rise. A chain that was broken for good begins again with the sweep of orders, which waits for its
 * longest pause at most, and runs on to payment's own timer and from there to its end: so the schedules may begin a
 * chain each, one run and its timeout after they became due.
 */
export function settleBoundMilliseconds(services: readonly ServiceManifest[]): number {
  const schedules = services.flatMap((service) => service.schedules);
  const turns = schedules.reduce((sum, each) => sum + each.everyMinutes * 60 + each.timeoutSeconds, 0);
  const roots = Object.keys(layerOf) as EventType[];
  const chain = Math.max(...roots.map((type) => chainSeconds(services, type)));
  return LONGEST_REPEAT_MILLISECONDS + (turns + (schedules.length + 1) * chain) * 1000;
}

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

/** How often a schedule may say the same of one order in so many milliseconds without faults: later and later. */
export function repeatsIn(milliseconds: number): number {
  const doublings = Math.log2(1 + milliseconds / 60_000);
  return Math.ceil(2 + doublings + milliseconds / LONGEST_REPEAT_MILLISECONDS);
}

/** How often the bus may be given an event of an order because this one was said once: all that may follow, and itself. */
export function cascadeOf(services: readonly ServiceManifest[], heard: EventType): number {
  const answers = services
    .flatMap((service) => service.reactions)
    .filter(({ hears }) => hears.includes(heard))
    .flatMap(({ says }) => says.filter((said) => layerOf[said] > layerOf[heard]));
  return answers.reduce((sum, said) => sum + cascadeOf(services, said), 1);
}
