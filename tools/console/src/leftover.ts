// Which dead letters an order needs no more: sweeps repeat events, and the work was done by another copy.
import { type EventType, isEventType } from "@order-saga/contracts";
import type { Facts } from "@order-saga/protocol/facts";
import { orderProgress } from "./order-progress.ts";

type Parked = { reaction: string; eventType?: string };

/** What is said of refunds and disputes after an order's end is still to be heard. */
const afterTheEnd: ReadonlySet<EventType> = new Set<EventType>([
  "RefundMade",
  "RefundFailed",
  "DisputeOpened",
  "DisputeClosed",
  "OrderCancelRequested",
]);

/** True if the order has ended, and its stock, money and status no longer depend on the message. */
export function isLeftover(facts: Facts, { eventType = "", reaction }: Parked): boolean {
  if (reaction === "notify-customer" || !isEventType(eventType) || afterTheEnd.has(eventType)) return false;
  return orderProgress(facts).isSettled;
}
