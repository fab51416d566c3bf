// A write without reading first: what an event changes in an order that has gone the usual way so far.
import type { EventType, OrderEvent } from "@order-saga/contracts";
import { oppositesOf } from "@order-saga/protocol/facts";
import { facetsOf, isSettled } from "@order-saga/protocol/status";
import { decisionOf } from "./decided.ts";
import { type Heard, type Order, ofBulk, orderOf, outcomeOf, type Tracked } from "./order.ts";

export type BlindWrite = {
  orderId: string;
  /** The fact, and the time of its event. */
  type: Tracked["type"];
  at: string;
  outcome?: OrderEvent;
  /** True if it is the answer that the order waited for, so that how long it did is of interest. */
  isDecision: boolean;
  /** True if the order is settled by it, so that nothing is due any more. */
  settles: boolean;
  /** Its condition: events that the order must have had, and must not have had. */
  after: readonly EventType[];
  notAfter: readonly EventType[];
};

/**
 * The condition of each event, besides the event itself and its opposites. Only what a confirmed order hears
 * is here: a failed write costs as much as five reads, so an order that may end otherwise is read first.
 */
const conditions: { readonly [T in Tracked["type"]]?: Pick<BlindWrite, "after" | "notAfter"> } = {
  StockReserved: { after: [], notAfter: [] },
  PaymentAuthorized: { after: [], notAfter: [] },
  StockRejected: { after: [], notAfter: ["PaymentDeclined", "PaymentAborted", "PaymentVoided"] },
  PaymentCaptured: { after: [], notAfter: ["PaymentRefunded", "StockCommitted"] },
  StockCommitted: {
    after: ["PaymentCaptured"],
    notAfter: ["OrderCancelRequested", "PaymentRefunded", "StockReleased"],
  },
};

/** What `track` will most likely write of the event; undefined where the order is to be read first. */
export function blindWriteOf(event: Tracked, now: number): BlindWrite | undefined {
  const { occurredAt: at, orderId, type } = event;
  const condition = conditions[type];
  if (!condition) return undefined;
  const { after, notAfter } = condition;
  const heard: Heard = Object.fromEntries([...after, type].map((each) => [each, at]));
  const outcome = outcomeOf(event, heard, now);
  return {
    orderId,
    type,
    at,
    ...(outcome && { outcome }),
    isDecision: decisionOf(event) !== undefined,
    settles: isSettled({ ...facetsOf(heard), cancelRequested: false, isHeld: false }),
    after,
    notAfter: [type, ...oppositesOf(type), ...notAfter],
  };
}

/** The order after the write, the same as `track` makes of it; undefined if the condition does not hold. */
export function afterBlindWrite(order: Order, write: BlindWrite): Order | undefined {
  const { after, at, notAfter, outcome, settles, type } = write;
  // A row of a bulk says its bulk in its outcome, which only the record knows.
  if (ofBulk(order).bulkId !== undefined) return undefined;
  const { dueAt, ...rest } = order;
  const had: object = { ...order.heard, ...order.events };
  const holds = after.every((each) => each in had) && !notAfter.some((each) => each in had);
  if (!holds) return undefined;
  return orderOf({
    ...rest,
    heard: { ...order.heard, [type]: at },
    events: outcome ? { ...order.events, [outcome.type]: outcome } : order.events,
    ...(dueAt !== undefined && !settles && { dueAt }),
    version: order.version + 1,
  });
}
