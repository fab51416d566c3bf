// A1–A3 over worlds whose stock is wrong.
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import { reservationOf } from "./records.ts";
import { type Break, judge } from "./testing.ts";

const holds: [string, string, Break][] = [
  ["A1", "nothing is left", (world) => void world.amendStock("TEA", { available: 0, restocked: 2 })],
  [
    "A2",
    "a restock that was accepted",
    (world) => {
      world.amendStock("TEA", { available: 13, restocked: 15 });
      world.stocked.set("TEA", 15);
      return undefined;
    },
  ],
  [
    "A3",
    "an order has just reserved",
    (world) => {
      world.place({ quantity: 3 });
      world.run();
      return undefined;
    },
  ],
];

test.each(holds)("%s holds: %s", (invariant, _, act) => {
  expect(judge(createCheckers(), invariant, act).found).toEqual([]);
});

const breaks: [string, string, Break][] = [
  ["A1", "more was reserved than there is", (world) => void world.amendStock("TEA", { available: -1 })],
  ["A1", "reserved below zero", (world) => void world.amendStock("TEA", { reserved: -1 })],
  ["A1", "sold below zero", (world) => void world.amendStock("TEA", { sold: -1 })],
  [
    "A1",
    "an order oversold",
    (world) => {
      world.amendStock("TEA", { available: -1 });
      world.look({ orderIds: [world.confirmed] });
      return world.confirmed;
    },
  ],
  ["A2", "a unit has vanished", (world) => void world.amendStock("TEA", { available: 7 })],
  ["A2", "a unit has come from nowhere", (world) => void world.amendStock("TEA", { sold: 3 })],
  [
    "A2",
    "a restock was counted twice",
    (world) => void world.amendStock("TEA", { available: 13, restocked: 15 }),
  ],
  [
    "A2",
    "a restock was accepted and is not there",
    (world) => {
      world.stocked.set("TEA", 15);
      return undefined;
    },
  ],
  [
    "A2",
    "an order took a unit with it",
    (world) => {
      world.amendStock("TEA", { available: 7 });
      world.look({ orderIds: [world.refunded] });
      return world.refunded;
    },
  ],
  ["A3", "a unit is sold without an order", (world) => void world.amendStock("TEA", { sold: 3 })],
  [
    "A3",
    "a unit is reserved without a reservation",
    (world) => void world.amendStock("TEA", { reserved: 1 }),
  ],
  [
    "A3",
    "released without giving back",
    (world) => {
      world.amend("inventory", world.confirmed, { state: "RELEASED" });
      return world.confirmed;
    },
  ],
  [
    "A3",
    "one order's lines grew",
    (world) => {
      const lines = [{ sku: "TEA", quantity: 5 }];
      expect(reservationOf(world, world.confirmed)?.lines).not.toEqual(lines);
      world.amend("inventory", world.confirmed, { lines });
      return world.confirmed;
    },
  ],
  [
    "A3",
    "a reservation behind the checker's back",
    (world) => {
      world.amend("inventory", world.confirmed, { state: "RELEASED" });
      world.checkers.splice(0, world.checkers.length, ...createCheckers());
      return undefined;
    },
  ],
];

/** Each of these is reported by the step that does it, and by its counters or its reservation alone. */
const atOnce: [string, string, Break][] = [
  ["A3", "a counter moved alone", (world) => void world.amendStock("TEA", { sold: 3, available: 7 })],
  [
    "A3",
    "a reservation was released alone",
    (world) => {
      world.amend("inventory", world.confirmed, { state: "RELEASED" });
      return world.confirmed;
    },
  ],
  [
    "A3",
    "a reservation gave up its lines alone",
    (world) => {
      world.amend("inventory", world.confirmed, { lines: [] });
      return world.confirmed;
    },
  ],
  [
    "A3",
    "a reservation of what is not in stock",
    (world) => {
      world.amend("inventory", world.voided, { state: "RESERVED", lines: [{ sku: "COFFEE", quantity: 1 }] });
      return world.voided;
    },
  ],
];

test.each(atOnce)("%s is broken in this step: %s", (invariant, _, act) => {
  const { atOnce, expected } = judge(createCheckers(), invariant, act);
  expect(atOnce).toContainEqual(expected);
});

/** A checker that saw nothing of the run finds these at rest. */
const unseen: [string, string, Break][] = [
  ["A3", "units sold without an order", (world) => void world.amendStock("CAKE", { sold: 1, available: 0 })],
  [
    "A3",
    "a reservation of what is not in stock",
    (world) =>
      world.amend("inventory", world.voided, {
        state: "RESERVED",
        lines: [{ sku: "COFFEE", quantity: 1 }],
      }) as undefined,
  ],
];

test.each(unseen)("%s is broken at rest: %s", (invariant, _, act) => {
  const blind = (world: Parameters<Break>[0]) => {
    act(world);
    world.checkers.splice(0, world.checkers.length);
    world.look();
    world.checkers.push(...createCheckers());
    return undefined;
  };
  const { expected, found } = judge(createCheckers(), invariant, blind);
  expect(found).toContainEqual(expected);
});

test.each(breaks)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});
