// What an event will write of an order that stands as usual by then: such a write needs no reading before it.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import { oppositesOf } from "@order-saga/protocol/facts";
import { facetsOf, isSettled } from "@order-saga/protocol/status";
import { type Heard, type Order, outcomeOf, standing, type Tracked } from "./order.ts";

export type Foreseen = {
  orderId: string;
  /** The fact, and the time of its event. */
  type: Tracked["type"];
  at: string;
  outcome?: DomainEvent;
  /** True if nothing is due of the order any more. */
  settles: boolean;
  /** Events that the order must have had, and must not have had, or the write is another. */
  after: readonly EventType[];
  notAfter: readonly EventType[];
};

/**
 * Besides the event itself and its opposites: what its outcome depends on, and whether the order is settled by it. Of an
 * order that is confirmed nothing else is heard; an order that ends otherwise is read first, because there a failed
 * write, which costs as much as five readings, is not rare enough.
 */
const usual: { readonly [T in Tracked["type"]]?: Pick<Foreseen, "after" | "notAfter"> } = {
  StockReserved: { after: [], notAfter: [] },
  PaymentAuthorized: { after: [], notAfter: [] },
  StockRejected: { after: [], notAfter: ["PaymentDeclined", "PaymentVoided"] },
  PaymentCaptured: { after: [], notAfter: ["PaymentRefunded", "StockCommitted"] },
  StockCommitted: {
    after: ["PaymentCaptured"],
    notAfter: ["OrderCancelRequested", "PaymentRefunded", "StockReleased"],
  },
};

/** What `track` will write of the event; undefined where it is not known well enough to be worth a failed write. */
export function foresee(event: Tracked, now: number): Foreseen | undefined {
  const { occurredAt: at, orderId, type } = event;
  const known = usual[type];
  if (!known) return undefined;
  const { after, notAfter } = known;
  const heard: Heard = Object.fromEntries([...after, type].map((each) => [each, at]));
  const outcome = outcomeOf(event, heard, now);
  return {
    orderId,
    type,
    at,
    ...(outcome && { outcome }),
    settles: isSettled({ ...facetsOf(heard), cancelRequested: false }),
    after,
    notAfter: [type, ...oppositesOf(type), ...notAfter],
  };
}

/** The order after the write; undefined if it does not stand so. The same as `track` makes of it then. */
export function realized(order: Order, foreseen: Foreseen): Order | undefined {
  const { after, at, notAfter, outcome, settles, type } = foreseen;
  const { dueAt, ...rest } = order;
  const had: object = { ...order.heard, ...order.events };
  const isUsual = after.every((each) => each in had) && !notAfter.some((each) => each in had);
  if (!isUsual) return undefined;
  return standing({
    ...rest,
    heard: { ...order.heard, [type]: at },
    events: outcome ? { ...order.events, [outcome.type]: outcome } : order.events,
    ...(dueAt !== undefined && !settles && { dueAt }),
    version: order.version + 1,
  });
}
