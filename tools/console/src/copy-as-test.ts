// "Copy as test": renders an order's events as a vitest file over the contracts and the rules of orders.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import { mask } from "@order-saga/dead-letters/masking";
import { factsFrom } from "@order-saga/protocol/facts";
import { statusBy } from "@order-saga/protocol/status";

/** Has each event once, in the order in which the bus took them, without the customer's contact. */
export function renderTest(orderId: string, events: readonly DomainEvent[]): string {
  const once = [...new Map(events.toReversed().map((event) => [event.id, event])).values()].reverse();
  const status = statusBy(factsFrom(once));
  const outcomes = once.map(({ type }) => type).filter((type) => isOutcome.has(type));
  return `// ${orderId} as the bus carried it: ${once.map(({ type }) => type).join(", ")}.
import { type DomainEvent, eventSchemas } from "@order-saga/contracts";
import { contradictions } from "@order-saga/protocol/facts";
import { accept, statusOf, type Tracked, track } from "@order-saga/orders/order";
import { expect, test } from "vitest";

const events = ${JSON.stringify(once.map(forTest), null, 2)} as DomainEvent[];

test("every event keeps its contract", () => {
  for (const event of events) expect(eventSchemas[event.type].safeParse(event).success, event.type).toBe(true);
});

test("no fact contradicts another", () => {
  expect(contradictions((type) => events.some((event) => event.type === type))).toEqual([]);
});

test("the order comes to be ${status}", () => {
  const placed = events.find((event) => event.type === "OrderPlaced");
  if (!placed) return expect.unreachable("the order's first event is gone");
  const { contact, currency, decideBy, lines, paymentMethod } = placed.data;
  const now = Date.parse(placed.occurredAt);
  let order = accept({
    orderId: placed.orderId,
    principal: "test",
    fingerprint: "test",
    contact,
    currency,
    lines,
    paymentMethod,
    decideWithinSeconds: (Date.parse(decideBy) - now) / 1000,
    now,
  });
  for (const event of events)
    if (/^(Stock|Payment|Refund|Dispute)/.test(event.type)) order = track(order, event as Tracked, Date.parse(event.occurredAt));
  expect(statusOf(order)).toBe(${JSON.stringify(status)});
  expect(Object.keys(order.events)).toEqual(expect.arrayContaining(${JSON.stringify(outcomes)}));
});
`;
}

const isOutcome: ReadonlySet<EventType> = new Set<EventType>([
  "OrderConfirmed",
  "OrderRejected",
  "OrderCancelled",
]);

/** With an invented contact, because the contract needs one. */
function forTest(event: DomainEvent): unknown {
  if (event.type !== "OrderPlaced") return mask(event);
  return { ...event, data: { ...mask(event.data), contact: { email: "customer@example.com" } } };
}
