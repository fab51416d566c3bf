// Brings what a rule has matched to a queue, unless a fault delays, doubles or loses it.
import type { EventType } from "@order-saga/contracts";
import type { ReactionResources } from "@order-saga/messaging/topology";
import { exponential } from "./calls.ts";
import type { RunContext } from "./context.ts";
import { siteOf } from "./fault-sites.ts";
import type { Fault } from "./plan.ts";
import type { Queues } from "./queue.ts";

/** An event of any bus, on its way to a queue. */
export type Dispatch = {
  readonly detailType: string;
  readonly body: string;
  /** The order, bulk or feed that it is about. */
  readonly orderId: string | undefined;
  /** Undefined for what is no event of the saga. */
  readonly eventType: EventType | undefined;
  readonly poison: boolean;
  /** The message group that its target asks for. */
  readonly group?: string | undefined;
};

/** An event that could not be put on its queue is kept with the undelivered after a day of trying. */
const DELIVERY_TRIES_MILLISECONDS = 24 * 3600_000;

export function deliver(
  context: RunContext,
  queues: Queues,
  { detailType, ...message }: Dispatch,
  { queue, undeliveredQueue }: ReactionResources,
): void {
  const { orderId } = message;
  const site = siteOf.delivery(queue.name, detailType, context.numberOf(orderId));
  const { chance, fault } = context.occurrence(site, context.entityOf(orderId));
  const soon = exponential(chance(1)) * context.plan.pace.bus;
  const put = (after: number, more: { alone?: boolean; together?: boolean } = {}) =>
    context.scheduler.after(after, () => queues.send(queue.name, { ...message, ...more }));
  if (fault && isDeliveryFault(fault)) {
    context.meet(fault);
    context.note(
      "bus",
      orderId,
      () => `${detailType} → ${queue.name} ✗ ${fault.kind} ${fault.seconds ?? ""}`,
    );
  }
  const later = (fault?.seconds ?? 1) * 1000;
  switch (fault?.kind) {
    case "bus-duplicate":
      put(soon);
      put(soon + later);
      break;
    case "reorder":
    case "delay":
      put(soon + later);
      break;
    case "undelivered":
      context.scheduler.after(DELIVERY_TRIES_MILLISECONDS, () =>
        queues.send(undeliveredQueue?.name ?? "", message),
      );
      break;
    case "twice-in-batch":
      put(soon, { together: true });
      put(soon, { together: true });
      break;
    case "two-sandboxes":
      put(soon, { alone: true });
      put(soon, { alone: true });
      break;
    default:
      put(soon);
  }
}

const deliveryFaults = [
  "bus-duplicate",
  "reorder",
  "delay",
  "undelivered",
  "twice-in-batch",
  "two-sandboxes",
];
const isDeliveryFault = ({ kind }: Fault) => deliveryFaults.includes(kind);
