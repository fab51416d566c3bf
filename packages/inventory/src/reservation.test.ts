// The rules of a reservation, row by row of the protocol's table, and the laws that hold in any order.
import { type DomainEvent, type EventOf, eventSchemas } from "@order-saga/contracts";
import { PermanentError } from "@order-saga/messaging";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  commit,
  expire,
  type Movement,
  mergeLines,
  type Reservation,
  recorded,
  reject,
  release,
  reserve,
  type Step,
  shortagesOf,
  signalled,
} from "./reservation.ts";

const placed = anEvent("OrderPlaced");
const captured = anEvent("PaymentCaptured");
const voided = anEvent("PaymentVoided");
const declined = anEvent("PaymentDeclined");
const refunded = anEvent("PaymentRefunded");
const lines = [{ sku: "TEA-EARL-GREY", quantity: 2 }];
const later = testNow + 60_000;

const after = (step: Step): Reservation => step?.next ?? expect.unreachable("nothing happened");

const reserved = reserve(placed, testNow, 900);
const committed = after(commit(reserved, captured, testNow));
const releasedByVoid = after(release(reserved, voided, testNow));
const releasedByRefund = after(release(committed, refunded, testNow));
const overtaken = after(release(reserved, refunded, testNow));
const tombstone = after(release(undefined, voided, testNow));
const rejected = reject(placed, [{ sku: "TEA-EARL-GREY", requested: 2, available: 1 }], testNow);

describe("an order that is placed", () => {
  test("holds its stock until a quarter of an hour later, and says so", () => {
    const reservedUntil = new Date(testNow + 900_000).toISOString();
    expect(reserved).toMatchObject({
      state: "RESERVED",
      lines,
      reservedUntil,
      dueAt: reservedUntil,
      version: 1,
    });
    expect(reserved.events.StockReserved).toMatchObject({
      causationId: placed.id,
      data: { lines, reservedUntil },
    });
  });

  test("is rejected with its shortages, holds nothing and is never due", () => {
    expect(rejected).toMatchObject({ state: "REJECTED", lines: [], version: 1 });
    expect(rejected).not.toHaveProperty("dueAt");
    expect(rejected.events.StockRejected?.data.shortages).toEqual([
      { sku: "TEA-EARL-GREY", requested: 2, available: 1 },
    ]);
  });

  test("has equal SKUs merged and all of them sorted", () => {
    const line = (sku: string, quantity: number) => ({ sku, quantity });
    const given = [line("b", 1), line("a", 2), line("b", 3), line("B", 4), line("a", 999)];
    expect(mergeLines(given)).toEqual([line("B", 4), line("a", 1001), line("b", 4)]);
  });

  test("is short of what there is less of than it asks for; an unknown SKU counts as none", () => {
    const asked = [
      { sku: "enough", quantity: 2 },
      { sku: "short", quantity: 2 },
      { sku: "unknown", quantity: 1 },
    ];
    const available = new Map([
      ["enough", 2],
      ["short", 1],
    ]);
    expect(shortagesOf(asked, available)).toEqual([
      { sku: "short", requested: 2, available: 1 },
      { sku: "unknown", requested: 1, available: 0 },
    ]);
  });
});

describe("what happens", () => {
  const rows: [
    name: string,
    step: Step,
    next: Partial<Reservation>,
    movement: Movement | undefined,
    says: Partial<EventOf<"StockReleased" | "StockCommitted">>,
  ][] = [
    [
      "RESERVED, captured: sold",
      commit(reserved, captured, later),
      { state: "COMMITTED" },
      { from: "reserved", to: "sold" },
      { type: "StockCommitted", data: { lines } },
    ],
    ...([voided, declined] as const).map((event): (typeof rows)[number] => [
      `RESERVED, ${event.type}: given back`,
      release(reserved, event, later),
      { state: "RELEASED", outcome: "aborted" },
      { from: "reserved", to: "available" },
      {
        type: "StockReleased",
        data: { held: true, lines, reason: event === voided ? "voided" : "declined" },
      },
    ]),
    [
      "RESERVED, the refund overtook the capture: given back, and the refund remembered",
      release(reserved, refunded, later),
      { state: "RELEASED", outcome: "refunded" },
      { from: "reserved", to: "available" },
      { type: "StockReleased", data: { held: true, lines, reason: "refunded" } },
    ],
    [
      "COMMITTED, refunded: given back from what was sold",
      release(committed, refunded, later),
      { state: "RELEASED", outcome: "refunded" },
      { from: "sold", to: "available" },
      { type: "StockReleased", data: { held: true, lines, reason: "refunded" } },
    ],
    ...([voided, declined] as const).map((event): (typeof rows)[number] => [
      `${event.type} before the order: a tombstone that held nothing`,
      release(undefined, event, later),
      { state: "RELEASED", outcome: "aborted", lines: [], version: 1 },
      undefined,
      {
        type: "StockReleased",
        data: { held: false, lines: [], reason: event === voided ? "voided" : "declined" },
      },
    ]),
  ];

  test.for(rows)("%s", ([, step, next, movement, says]) => {
    expect(after(step)).toMatchObject(next);
    expect(after(step)).not.toHaveProperty("dueAt");
    expect(step?.movement).toEqual(movement);
    expect(recorded(after(step)).find(({ type }) => type === says.type)).toMatchObject(says);
  });
});

test.for([
  ["COMMITTED, captured again", () => commit(committed, captured, later)],
  ["RELEASED by a refund, captured late", () => commit(releasedByRefund, captured, later)],
  ["RELEASED by an overtaking refund, captured late", () => commit(overtaken, captured, later)],
  ["RELEASED, voided again", () => release(releasedByVoid, voided, later)],
  ["a tombstone, voided again", () => release(tombstone, voided, later)],
  ["RELEASED, refunded again", () => release(releasedByRefund, refunded, later)],
  ["REJECTED, voided", () => release(rejected, voided, later)],
  ["REJECTED, declined", () => release(rejected, declined, later)],
] as const)("nothing happens: %s", ([, step]) => {
  expect(step()).toBeUndefined();
});

test.for([
  ["captured without a reservation", () => commit(undefined, captured, later)],
  ["captured after an abort", () => commit(releasedByVoid, captured, later)],
  ["captured on a tombstone", () => commit(tombstone, captured, later)],
  ["captured after a rejection", () => commit(rejected, captured, later)],
  ["refunded without a reservation", () => release(undefined, refunded, later)],
  ["refunded after an abort", () => release(releasedByVoid, refunded, later)],
  ["refunded on a tombstone", () => release(tombstone, refunded, later)],
  ["refunded after a rejection", () => release(rejected, refunded, later)],
  ["voided after it was sold", () => release(committed, voided, later)],
  ["declined after it was sold", () => release(committed, declined, later)],
  ["voided after a refund", () => release(releasedByRefund, voided, later)],
  ["declined after a refund that overtook the capture", () => release(overtaken, declined, later)],
  ["declined after it was voided", () => release(releasedByVoid, declined, later)],
] as const)("impossible, so it is parked: %s", ([, step]) => {
  expect(step).toThrow(PermanentError);
  expect(step).toThrow(expect.objectContaining({ name: "InvariantViolation" }));
});

describe("the expiry", () => {
  const expiry = testNow + 900_000;

  test("is a request that leaves the stock where it is", () => {
    expect(expire(reserved, expiry - 1)).toBeUndefined();
    const expired = expire(reserved, expiry);
    expect(expired).toMatchObject({ state: "RESERVED", lines, version: 2 });
    expect(expired?.events.ReservationExpired).toMatchObject({
      causationId: null,
      data: { reservedUntil: reserved.reservedUntil },
    });
  });

  test("keeps the bytes of its first time", () => {
    const first = expire(reserved, expiry) ?? reserved;
    const again = expire(signalled(first, expiry), expiry + 600_000);
    expect(again?.events.ReservationExpired).toEqual(first.events.ReservationExpired);
  });

  test("of what is not held any more is nothing", () => {
    for (const known of [committed, releasedByVoid, releasedByRefund, tombstone, rejected]) {
      expect(expire(known, expiry)).toBeUndefined();
    }
  });

  test("does not keep a reservation from being sold or given back", () => {
    const expired = expire(reserved, expiry) ?? reserved;
    expect(after(commit(expired, captured, expiry)).state).toBe("COMMITTED");
    expect(after(release(signalled(expired, expiry), voided, expiry)).state).toBe("RELEASED");
  });
});

type Heard = EventOf<
  "OrderPlaced" | "PaymentCaptured" | "PaymentVoided" | "PaymentDeclined" | "PaymentRefunded"
>;

/** Where the stock of one order is: what it took out of `available`. */
type Account = { reserved: number; sold: number };

type World = { known: Reservation | undefined; account: Account };

function hear(world: World, event: Heard, now: number): World {
  const { known, account } = world;
  if (event.type === "OrderPlaced") {
    if (known) return world;
    const next = reserve(event, now, 900);
    return { known: next, account: { ...account, reserved: quantityOf(next) } };
  }
  const step = event.type === "PaymentCaptured" ? commit(known, event, now) : release(known, event, now);
  if (!step) return world;
  const moved = step.movement ? quantityOf(step.next) : 0;
  const change = (counter: keyof Account) =>
    (step.movement?.to === counter ? moved : 0) - (step.movement?.from === counter ? moved : 0);
  return {
    known: step.next,
    account: { reserved: account.reserved + change("reserved"), sold: account.sold + change("sold") },
  };
}

const quantityOf = (reservation: Reservation) =>
  reservation.lines.reduce((sum, { quantity }) => sum + quantity, 0);

/**
 * Every delivery of an order's events, each at least once, in any order. Payment captures only what it heard
 * to be reserved, so there the first delivery of the order comes before all others.
 */
function deliveries(events: readonly Heard[], isReservedFirst: boolean): fc.Arbitrary<Heard[]> {
  return fc
    .array(fc.constantFrom(...events), { maxLength: 8 })
    .chain((again) => fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }))
    .map((shuffled) => (isReservedFirst ? [placed, ...shuffled] : shuffled));
}

const histories: [string, readonly Heard[], boolean, Partial<Reservation>, Account][] = [
  ["captured", [placed, captured], true, { state: "COMMITTED" }, { reserved: 0, sold: 2 }],
  [
    "captured and refunded",
    [placed, captured, refunded],
    true,
    { state: "RELEASED", outcome: "refunded" },
    { reserved: 0, sold: 0 },
  ],
  ["voided", [placed, voided], false, { state: "RELEASED", outcome: "aborted" }, { reserved: 0, sold: 0 }],
  [
    "declined",
    [placed, declined],
    false,
    { state: "RELEASED", outcome: "aborted" },
    { reserved: 0, sold: 0 },
  ],
];

test.for(histories)(
  "an order that is %s ends the same in any order and multiplicity, what it says keeps its bytes, and it only moves up",
  ([, events, isReservedFirst, end, account]) => {
    const rank = { RESERVED: 1, COMMITTED: 2, RELEASED: 3, REJECTED: 3 };
    fc.assert(
      fc.property(deliveries(events, isReservedFirst), (arrivals) => {
        let world: World = { known: undefined, account: { reserved: 0, sold: 0 } };
        const bodies = new Map<string, DomainEvent>();
        arrivals.forEach((event, minute) => {
          const before = world.known;
          world = hear(world, event, testNow + minute * 60_000);
          const { known } = world;
          expect(rank[known?.state ?? "RESERVED"]).toBeGreaterThanOrEqual(rank[before?.state ?? "RESERVED"]);
          for (const said of known ? recorded(known) : []) {
            expect(eventSchemas[said.type].parse(said)).toEqual(said);
            expect(bodies.get(said.id) ?? said).toEqual(said);
            bodies.set(said.id, said);
          }
          expect(known ? recorded(known).length : 0).toBe(bodies.size);
        });
        expect(world.known).toMatchObject(end);
        expect(world.account).toEqual(account);
      }),
    );
  },
);
