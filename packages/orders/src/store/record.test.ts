// An order's record: read back as it was written, event by event the same bytes, and small.
import { type DomainEvent, eventSchemas } from "@order-saga/contracts";
import { customerOf } from "@order-saga/messaging/personal-data/sealing";
import { testNow } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { afterFirstLook, type Order, repeated, requestCancel, type Tracked, track } from "../order.ts";
import { anOrder, histories, orderIdOf } from "../testing.ts";
import { toItem, toOrder } from "./record.ts";

const orderId = orderIdOf(1);
const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

/** Text of any kind, as it comes from outside. */
const text = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
const anyOrder: fc.Arbitrary<Order> = fc
  .record({
    principal: fc.oneof(text, fc.uuid()),
    fingerprint: text,
    name: fc.option(text, { nil: undefined }),
    lines: fc.array(fc.record({ sku: text, name: text, quantity: fc.nat(), unitPrice: fc.nat() }), {
      minLength: 1,
      maxLength: 5,
    }),
    history: fc.constantFrom(...Object.values(histories(orderId))),
    cancels: fc.boolean(),
    looks: fc.nat({ max: 3 }),
    traced: fc.boolean(),
  })
  .map(({ cancels, fingerprint, history, lines, looks, name, principal, traced }) => {
    const contact = { email: "ada@example.com", ...(name !== undefined && { name }) };
    const recipients = [
      { contact },
      { personal: `v1.${customerOf(principal)}aaaa.${"b".repeat(60)}`, addressVerified: cancels },
      { personal: `v1.${customerOf("another")}aaaa.${"b".repeat(60)}`, addressVerified: cancels },
      { personal: `v1.${customerOf(principal)}aaaa.${"b".repeat(60)}` },
    ];
    const recipient = recipients[looks] ?? { contact };
    let order = anOrder({ orderId, principal, fingerprint, lines, recipient });
    if (cancels) order = requestCancel(order, name, testNow);
    for (const event of history as Tracked[])
      order = track(order, traced ? { ...event, traceparent } : event, testNow);
    if (looks > 0) order = afterFirstLook(order, testNow);
    for (let look = 1; look < looks; look++) order = repeated(order, testNow);
    return order;
  });

test("what is read is what was written, and every event the same bytes", () => {
  fc.assert(
    fc.property(anyOrder, (order) => {
      const read = toOrder(toItem(order));
      expect(read).toEqual(order);
      for (const event of Object.values(order.events))
        expect(JSON.stringify(read.events[event.type])).toBe(JSON.stringify(event));
    }),
  );
});

test("the order in which a table gives attributes back does not matter", () => {
  fc.assert(
    fc.property(anyOrder, (order) => {
      const item = toItem(order);
      expect(toOrder(Object.fromEntries(Object.entries(item).toReversed()))).toEqual(order);
    }),
  );
});

test("an event keeps its contract, its trace, and what only another version knows of it", () => {
  const order = anOrder();
  const { data, ...envelope } = order.events.OrderPlaced;
  const placed = { ...envelope, release: "2", traceparent, data } as typeof order.events.OrderPlaced;
  const read = toOrder(toItem({ ...order, events: { OrderPlaced: placed } })).events.OrderPlaced;
  expect(JSON.stringify(read)).toBe(JSON.stringify(placed));
  expect(eventSchemas.OrderPlaced.safeParse(read).success).toBe(true);
});

test("nothing is said twice", () => {
  let order = requestCancel(anOrder({ principal: "customer-17" }), "", testNow);
  for (const event of histories(orderId)["refund overtook the capture"] as Tracked[])
    order = track(order, event, testNow);
  const text = JSON.stringify(toItem(order));
  const times = (word: string) => text.split(word).length - 1;
  // The second time is the order's place in the list, from which a cursor reads it.
  expect(times(orderId)).toBe(2);
  for (const event of Object.values<DomainEvent>(order.events)) {
    expect(times(event.id)).toBe(0);
    expect(times(`"${event.type}"`)).toBe(1);
  }
  expect(times("producer")).toBe(0);
  for (const word of [order.principal, order.decideBy, `"amount"`, "EUR"]) expect(times(word), word).toBe(1);
});
