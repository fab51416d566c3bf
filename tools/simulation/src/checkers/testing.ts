// A world for the checkers' tests: the services' own rules play its orders, until a test breaks a rule.
import type { DomainEvent } from "@order-saga/contracts";
import { envelopeOf, testNow } from "@order-saga/messaging/testing";
import { services } from "@order-saga/services";
import { expect } from "vitest";
import type { Checker, ObservedQueue, Violation } from "./observed.ts";
import {
  customers,
  deliverAll,
  emptyState,
  eventWriters,
  type InFlight,
  recordWriters,
  type Tables,
  type Touched,
  watch,
} from "./testing-actions.ts";
import type { Card, World } from "./testing-world.ts";

export type { Card, World };

/** A shop with ten of TEA at 990 and one CAKE at 500, and no order yet; the checkers see every step. */
export function aWorld(checkers: Checker[]): World {
  const tables: Tables = new Map(services.map(({ name }) => [name, new Map()]));
  const touched: Touched = { orderIds: new Set(), skus: new Set(), written: [] };
  const inFlight: InFlight[] = [];
  const cards = new Map<string, Card>();

  const state = emptyState(tables, checkers);
  const recorded = Object.assign(state, recordWriters(state, tables, touched));
  const watched = Object.assign(recorded, eventWriters(state, inFlight), watch(state, touched));
  const world: World = Object.assign(watched, customers(watched, cards), {
    run: () => deliverAll(world, inFlight, cards),
  });

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

/** A world with an order for each of six endings; no message is left to deliver. */
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

/** Breaks a rule in a played world; returns the order that breaks it, if it is a single order. */
export type Break = (world: Played) => string | undefined;

/** The violations of an invariant that its checker finds after the break, and the expected one. */
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
