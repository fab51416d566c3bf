// A1–A3 over worlds whose stock is wrong.
import { expect, test } from "vitest";
import { createCheckers } from "./index.ts";
import { reservationOf, type StockItem, stockOf } from "./records.ts";
import { type Break, judge, type World } from "./testing.ts";

/** Three of TEA's ten units move from its head to a bucket, each of which counts what it was given. */
function moveThree(world: World, given: { moved?: number; bucket?: number } = {}): void {
  const { bucket = 1, moved = 3 } = given;
  const head = stockOf(world, "TEA") as StockItem;
  const taken = { available: head.available - 3, restocked: head.restocked - 3, buckets: 2 };
  world.amendStock("TEA", taken);
  const counters = { available: moved, reserved: 0, sold: 0, restocked: moved };
  world.amendStock(`TEA#${bucket}`, { sku: "TEA", bucket, ...counters });
  world.look();
}

/** An order has one of TEA in bucket 1. */
function reservedInBucket(world: World): string {
  moveThree(world);
  const orderId = `ord_${"b".repeat(32)}`;
  world.amendStock("TEA#1", { sku: "TEA", available: 2, reserved: 1 });
  const lines = [{ sku: "TEA", quantity: 1 }];
  world.amend("inventory", orderId, { state: "RESERVED", lines, buckets: { TEA: 1 }, events: {} });
  world.look();
  return orderId;
}

const ofNoOrder = (act: (world: World) => unknown) => (world: World) => void act(world);

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
  ["A2", "units were moved to a bucket", ofNoOrder(moveThree)],
  ["A3", "an order holds stock in a bucket", ofNoOrder(reservedInBucket)],
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

const inBuckets: [string, string, Break][] = [
  [
    "A1",
    "a bucket is oversold while the head has enough",
    ofNoOrder((world) => {
      moveThree(world);
      world.amendStock("TEA#1", { sku: "TEA", available: -1, restocked: -1 });
    }),
  ],
  [
    "A2",
    "more came into the bucket than left the head",
    ofNoOrder((world) => moveThree(world, { moved: 4 })),
  ],
  [
    "A2",
    "a unit has vanished from a bucket and appeared in the head",
    ofNoOrder((world) => {
      moveThree(world);
      world.amendStock("TEA", { available: 5 });
      world.amendStock("TEA#1", { sku: "TEA", available: 2 });
    }),
  ],
  ["A2", "the head does not know the bucket", ofNoOrder((world) => moveThree(world, { bucket: 2 }))],
  [
    "A3",
    "a bucket gave back what the head holds, and the sums are right",
    (world) => {
      const orderId = reservedInBucket(world);
      world.amendStock("TEA", { available: 5, reserved: -1 });
      world.amend("inventory", orderId, { state: "RELEASED" });
      return orderId;
    },
  ],
  [
    "A3",
    "the reservation has forgotten its bucket",
    (world) => {
      const orderId = reservedInBucket(world);
      world.amend("inventory", orderId, { buckets: undefined });
      return orderId;
    },
  ],
];

test.each(inBuckets)("%s is broken: %s", (invariant, _, act) => {
  const { expected, found } = judge(createCheckers(), invariant, act);
  expect(found).toContainEqual(expected);
});

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
