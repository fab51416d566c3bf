// A world for the checkers' tests: the services' own rules play its orders, one delivery a step, until a test breaks it.

import { type DomainEvent, type ServiceName, sourceOfEvent } from "@order-saga/contracts";
import { envelopeOf, testNow } from "@order-saga/messaging/testing";
import { createIdentity } from "@order-saga/orders/identity/hmac";
import * as orders from "@order-saga/orders/order";
import { acceptedView } from "@order-saga/orders/views";
import { orderRecord, recordOfOrder, stockRecord } from "@order-saga/protocol/records";
import { services } from "@order-saga/services";
import { expect } from "vitest";
import type { Checker, Item, ObservedQueue, Step, Violation } from "./observed.ts";
import { orderOf, stockOf } from "./records.ts";
import { reactions } from "./testing-services.ts";
import type { Card, World } from "./testing-world.ts";

export type { Card, World };

const identity = createIdentity("secret");

/** A shop with ten of TEA at 990 and one CAKE at 500, in which nothing has happened; the checkers look on. */
export function aWorld(checkers: Checker[]): World {
  const tables = new Map<ServiceName, Map<string, Item>>(services.map(({ name }) => [name, new Map()]));
  const inFlight: { to: string; service: ServiceName; event: DomainEvent }[] = [];
  const cards = new Map<string, Card>();
  const touched = { orderIds: new Set<string>(), skus: new Set<string>(), written: [] as Item[] };
  const shown = { published: 0, mails: 0, calls: 0, lines: 0, deliveries: 0 };
  let placed = 0;
  const tableOf = (service: ServiceName) => tables.get(service) as Map<string, Item>;

  const world: World = {
    now: testNow,
    faultsStoppedAt: undefined,
    clocksAheadMilliseconds: 0,
    clocksBehindMilliseconds: 0,
    faultFree: true,
    items: (service) => tableOf(service).values(),
    item: (service, pk, sk) => tableOf(service).get(`${pk}/${sk}`),
    queues: () => world.queued,
    published: [],
    intents: new Map(),
    mails: [],
    calls: [],
    lines: [],
    deliveries: [],
    lost: [],
    timersActed: [],
    stocked: new Map(),
    prices: new Map(),
    queued: [],
    checkers,
    found: [],
    put(service, pk, sk, item) {
      const written: Item = { pk, sk, ...item };
      tableOf(service).set(`${pk}/${sk}`, written);
      touched.written.push(written);
      const { orderId, sku } = written;
      if (typeof orderId === "string") touched.orderIds.add(orderId);
      if (typeof sku === "string") touched.skus.add(sku);
    },
    amend(service, orderId, change) {
      const { pk, sk } = recordOfOrder(service).key(orderId);
      world.put(service, pk, sk, {
        ...world.item(service, pk, sk),
        ...change,
        orderId,
      });
    },
    amendStock: (sku, change) =>
      world.put("inventory", stockRecord.key(sku).pk, stockRecord.sk, {
        ...stockOf(world, sku),
        sku,
        ...change,
      }),
    forget(service, orderId) {
      const { pk, sk } = recordOfOrder(service).key(orderId);
      tableOf(service).delete(`${pk}/${sk}`);
      touched.orderIds.add(orderId);
    },
    say(by, ...events) {
      for (const event of events) {
        if (!event) continue;
        const source = sourceOfEvent(event.type);
        const detail = JSON.stringify(event);
        world.published.push({
          at: world.now,
          by,
          source,
          detailType: event.type,
          detail,
          event,
          accepted: true,
        });
        for (const { name, reactions } of services)
          for (const reaction of reactions.filter(({ hears }) => hears.includes(event.type)))
            inFlight.push({ to: `${name}-${reaction.name}`, service: name, event });
      }
    },
    forge(event, { by = "world", producer, source = sourceOfEvent(event.type) }) {
      const detail = JSON.stringify(producer ? { ...event, producer } : event);
      const kept = producer ? undefined : event;
      world.published.push({
        at: world.now,
        by,
        source,
        detailType: event.type,
        detail,
        event: kept,
        accepted: true,
      });
    },
    place({
      sku = "TEA",
      quantity = 1,
      card = "accepted",
      unitPrice = world.prices.get(sku)?.at(-1)?.unitPrice ?? 0,
      principal = "ada",
      key = `key-of-order-number-${++placed}`,
    } = {}) {
      const orderId = identity.orderId(principal, key);
      const body = { lines: [{ sku, quantity }] };
      const order = orders.accept({
        orderId,
        principal,
        fingerprint: JSON.stringify(body),
        contact: { email: "ada@example.com", name: "Ada" },
        currency: "EUR",
        lines: [{ sku, name: sku, quantity, unitPrice }],
        paymentMethod: "pm_card_visa",
        decideWithinSeconds: 900,
        now: world.now,
      });
      cards.set(orderId, card);
      world.put("orders", orderRecord.key(orderId).pk, orderRecord.sk, order);
      world.say("orders-place-order", order.events.OrderPlaced);
      world.calls.push({
        at: world.now,
        principal,
        route: "orders-place-order",
        orderId,
        idempotencyKey: key,
        body,
        answer: { status: 202, body: acceptedView(order) },
      });
      world.look();
      return orderId;
    },
    cancel(orderId) {
      const order = orderOf(world, orderId) as orders.Order;
      const next = orders.requestCancel(order, "", world.now);
      world.amend("orders", orderId, next);
      world.say("orders-cancel-order", next.events.OrderCancelRequested);
      world.calls.push({
        at: world.now,
        principal: order.principal,
        route: "orders-cancel-order",
        orderId,
        idempotencyKey: undefined,
        body: {},
        answer: { status: 202, body: acceptedView(next) },
      });
      world.look();
    },
    run() {
      for (let next = inFlight.shift(); next; next = inFlight.shift()) {
        const { event, service, to } = next;
        world.now += 5;
        world.deliveries.push({ at: world.now, to, orderId: event.orderId, eventType: event.type });
        world.say(to, ...(reactions[service]?.(world, event, cards.get(event.orderId) ?? "accepted") ?? []));
        world.look();
      }
    },
    look(more = {}) {
      const step: Step = {
        orderIds: new Set([...touched.orderIds, ...(more.orderIds ?? [])]),
        skus: new Set([...touched.skus, ...(more.skus ?? [])]),
        written: touched.written.splice(0),
        from: { ...shown },
      };
      touched.orderIds.clear();
      touched.skus.clear();
      for (const list of Object.keys(shown) as (keyof typeof shown)[]) shown[list] = world[list].length;
      for (const checker of checkers) world.found.push(...(checker.afterStep?.(world, step) ?? []));
    },
    rest() {
      world.look();
      for (const checker of checkers) world.found.push(...(checker.atRest?.(world) ?? []));
      return world.found;
    },
  };
  for (const [sku, unitPrice, quantity] of [
    ["TEA", 990, 10],
    ["CAKE", 500, 1],
  ] as const) {
    world.stocked.set(sku, quantity);
    world.prices.set(sku, [{ from: testNow - 1000, unitPrice }]);
    world.amendStock(sku, { available: quantity, reserved: 0, sold: 0, restocked: quantity });
  }
  return world;
}

/** A message on one of the world's queues. */
export function queued(
  kind: ObservedQueue["kind"],
  event: DomainEvent,
  given: { poison?: boolean; errorName?: string } = {},
): ObservedQueue {
  const attributes: Record<string, string> = given.errorName ? { errorName: given.errorName } : {};
  const message = { body: envelopeOf(event), receiveCount: 1, attributes, poison: given.poison ?? false };
  return { name: `payment-capture-payment-${kind}`, kind, messages: [message] };
}

export type Played = World & {
  confirmed: string;
  refunded: string;
  declined: string;
  captureFailed: string;
  soldOut: string;
  voided: string;
};

/** One order for most ends, all at rest. */
export function aPlayedWorld(checkers: Checker[]): Played {
  const world = aWorld(checkers);
  const played = (orderId: string) => {
    world.run();
    return orderId;
  };
  const confirmed = played(world.place({ quantity: 2 }));
  const refunded = played(world.place());
  world.cancel(refunded);
  const declined = played(world.place({ card: "declined" }));
  const captureFailed = played(world.place({ card: "capture fails" }));
  const soldOut = played(world.place({ sku: "CAKE", quantity: 2 }));
  const voided = world.place();
  world.cancel(voided);
  world.run();
  return Object.assign(world, { confirmed, refunded, declined, captureFailed, soldOut, voided });
}

/** Does something to a played world; it answers with the order that is at fault, if it is one order's. */
export type Break = (world: Played) => string | undefined;

/** What the checker of an invariant finds after the break, and what it should. */
export function judge(checkers: Checker[], invariant: string, act: Break) {
  const world = aPlayedWorld(checkers);
  const orderId = act(world);
  const of = (violations: readonly Violation[]) => violations.filter((each) => each.invariant === invariant);
  world.look();
  const atOnce = of(world.found);
  return { atOnce, found: of(world.rest()), expected: expected(invariant, orderId) };
}

const expected = (invariant: string, orderId: string | undefined) =>
  expect.objectContaining(orderId === undefined ? { invariant } : { invariant, orderId });
