// The record of an order, rebuilt from what was said of it.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import { type Entries, withEntry } from "@order-saga/orders/entries";
import {
  type Heard,
  type Order,
  orderOf,
  outcomeOf,
  type Recorded,
  type Tracked,
  unconfirmedRootEvents,
} from "@order-saga/orders/order";
import { trackOrder } from "@order-saga/orders/service";
import type { Facts } from "@order-saga/protocol/facts";
import { isSettled, typesInOrder } from "@order-saga/protocol/status";
import { type EntryEvent, hasAll, saidBy } from "../facts.ts";

/** Undefined if the record lacks nothing; a text says why it cannot be rebuilt. */
export function rebuiltOrder(
  known: Order | undefined,
  facts: Facts,
  entryEvents: readonly EntryEvent[],
  now: number,
): Order | string | undefined {
  const OrderPlaced = known?.events.OrderPlaced ?? facts.OrderPlaced;
  if (!OrderPlaced) return "its OrderPlaced is neither in a table nor in the window: begin earlier";
  const owner = known ?? OrderPlaced.data.placedBy;
  if (!owner) return "an earlier release accepted it, whose OrderPlaced does not say for whom";
  const tracked = trackedIn(facts);
  const own = saidBy("orders", facts);
  const { actionBy = facts.PaymentActionRequired?.data.actionBy, disputes, refunds } = known ?? {};
  const before: Entries = { ...(refunds && { refunds }), ...(disputes && { disputes }) };
  const entries = entryEvents.reduce(withEntry, before);
  const hasEntries = entries === before;
  if (known && hasAll(known.events, own) && hasAll(known.heard, tracked) && hasEntries) return undefined;
  const heard: Heard = { ...timesOf(tracked), ...failedCancellation(entryEvents), ...known?.heard };
  const said = { ...own, ...known?.events, OrderPlaced };
  const { fingerprint, principal } = owner;
  const recorded: Recorded = {
    orderId: OrderPlaced.orderId,
    principal,
    fingerprint,
    events: { ...outcomesOf(tracked, heard, said, now), ...said },
    heard,
    ...(actionBy !== undefined && { actionBy }),
    ...entries,
    // The sweep looks anew, for a root event may have come back.
    looked: false,
    repeats: known?.repeats ?? 0,
    version: (known?.version ?? 0) + 1,
  };
  const order = orderOf(recorded);
  const isAtRest = isSettled(order) && unconfirmedRootEvents(order).length === 0;
  return isAtRest ? order : { ...order, dueAt: new Date(now).toISOString() };
}

function trackedIn(facts: Facts): Facts {
  return Object.fromEntries(trackOrder.hears.flatMap((type) => (facts[type] ? [[type, facts[type]]] : [])));
}

/** The refund that a cancellation waited for. */
function failedCancellation(entryEvents: readonly EntryEvent[]): Heard {
  const failed = entryEvents.find(
    ({ data, type }) => type === "RefundFailed" && "source" in data && data.source === "cancellation",
  );
  return failed ? { RefundFailed: failed.occurredAt } : {};
}

const timesOf = (tracked: Facts): Heard =>
  Object.fromEntries(Object.entries(tracked).map(([type, event]) => [type, event.occurredAt]));

/** An outcome that was never said is decided now; a replay of the fact that led to it says it. */
function outcomesOf(tracked: Facts, heard: Heard, said: object, now: number): Recorded["events"] {
  const outcomes = typesInOrder.flatMap((type): [EventType, DomainEvent][] => {
    const outcome = tracked[type] && outcomeOf(tracked[type] as Tracked, heard, now);
    return outcome && !(outcome.type in said) ? [[outcome.type, outcome]] : [];
  });
  return Object.fromEntries(outcomes) as Recorded["events"];
}
