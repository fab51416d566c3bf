// The rules of a reservation, row by row of the protocol's table, and the laws that hold in any order.

import { type DomainEvent, type EventOf, eventSchemas, type StockLine } from "@order-saga/contracts";
import { PermanentError } from "@order-saga/messaging";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { mergeLines } from "@order-saga/protocol/stock";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  commit,
  expire,
  type Movement,
  type Reservation,
  recorded,
  reject,
  release,
  reserve,
  type Step,
  shortagesOf,
  signalled,
  takenFrom,
} from "./reservation.ts";

const placed = anEvent("OrderPlaced");
const captured = anEvent("PaymentCaptured");
const aborted = anEvent("PaymentAborted");
const declined = anEvent("PaymentDeclined");
const refunded = anEvent("PaymentRefunded");
const lines = [{ sku: "TEA-EARL-GREY", quantity: 2 }];
const later = testNow + 60_000;

const after = (step: Step): Reservation => step?.next ?? expect.unreachable("nothing happened");

const reserved = reserve(placed, testNow, 900);
const committed = after(commit(reserved, captured, testNow));
const releasedByAbort = after(release(reserved, aborted, testNow));
const releasedByRefund = after(release(committed, refunded, testNow));
const overtaken = after(release(reserved, refunded, testNow));
const tombstone = after(release(undefined, aborted, testNow));
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

  test("remembers the buckets that are no heads", () => {
    const { lines: _, ...rest } = reserved;
    const many = { ...rest, lines: ["TEA", "MUG", "POT"].map((sku) => ({ sku, quantity: 3 })) };
    const taken = (tea: number, mug: number) =>
      new Map([
        ["TEA", tea],
        ["MUG", mug],
        ["POT", 0],
      ]);
    expect(takenFrom(many, taken(7, 1))).toEqual({ ...many, buckets: { TEA: 7, MUG: 1 } });
    expect(takenFrom(many, taken(0, 0))).toStrictEqual(many);
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
    step: () => Step,
    next: Partial<Reservation>,
    movement: Movement | undefined,
    says: Partial<EventOf<"StockReleased" | "StockCommitted">>,
  ][] = [
    [
      "RESERVED, captured: sold",
      () => commit(reserved, captured, later),
      { state: "COMMITTED" },
      { from: "reserved", to: "sold", lines },
      { type: "StockCommitted", data: { lines } },
    ],
    ...([aborted, declined] as const).map((event): (typeof rows)[number] => [
      `RESERVED, ${event.type}: given back`,
      () => release(reserved, event, later),
      { state: "RELEASED", outcome: "aborted" },
      { from: "reserved", to: "available", lines },
      {
        type: "StockReleased",
        data: { held: true, lines, reason: event === aborted ? "aborted" : "declined" },
      },
    ]),
    [
      "RESERVED, the refund overtook the capture: given back, and the refund remembered",
      () => release(reserved, refunded, later),
      { state: "RELEASED", outcome: "refunded" },
      { from: "reserved", to: "available", lines },
      { type: "StockReleased", data: { held: true, lines, reason: "refunded" } },
    ],
    [
      "COMMITTED, refunded: given back from what was sold",
      () => release(committed, refunded, later),
      { state: "RELEASED", outcome: "refunded" },
      { from: "sold", to: "available", lines },
      { type: "StockReleased", data: { held: true, lines, reason: "refunded" } },
    ],
    ...([aborted, declined] as const).map((event): (typeof rows)[number] => [
      `${event.type} before the order: a tombstone that held nothing`,
      () => release(undefined, event, later),
      { state: "RELEASED", outcome: "aborted", lines: [], version: 1 },
      undefined,
      {
        type: "StockReleased",
        data: { held: false, lines: [], reason: event === aborted ? "aborted" : "declined" },
      },
    ]),
  ];

  test.for(rows)("%s", ([, happens, next, movement, says]) => {
    const step = happens();
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
  ["RELEASED, aborted again", () => release(releasedByAbort, aborted, later)],
  ["a tombstone, aborted again", () => release(tombstone, aborted, later)],
  ["RELEASED, refunded again", () => release(releasedByRefund, refunded, later)],
  ["REJECTED, aborted", () => release(rejected, aborted, later)],
  ["REJECTED, declined", () => release(rejected, declined, later)],
] as const)("nothing happens: %s", ([, step]) => {
  expect(step()).toBeUndefined();
});

test.for([
  ["captured without a reservation", () => commit(undefined, captured, later)],
  ["captured after an abort", () => commit(releasedByAbort, captured, later)],
  ["captured on a tombstone", () => commit(tombstone, captured, later)],
  ["captured after a rejection", () => commit(rejected, captured, later)],
  ["refunded without a reservation", () => release(undefined, refunded, later)],
  ["refunded after an abort", () => release(releasedByAbort, refunded, later)],
  ["refunded on a tombstone", () => release(tombstone, refunded, later)],
  ["refunded after a rejection", () => release(rejected, refunded, later)],
  ["goods back without a reservation", () => release(undefined, goodsBack("rf_1", lines), later)],
  ["goods back after an abort", () => release(releasedByAbort, goodsBack("rf_1", lines), later)],
  ["goods back after a rejection", () => release(rejected, goodsBack("rf_1", lines), later)],
  ["aborted after it was sold", () => release(committed, aborted, later)],
  ["declined after it was sold", () => release(committed, declined, later)],
  ["aborted after a refund", () => release(releasedByRefund, aborted, later)],
  ["declined after a refund that overtook the capture", () => release(overtaken, declined, later)],
  ["declined after it was aborted", () => release(releasedByAbort, declined, later)],
] as const)("impossible, so it is parked: %s", ([, step]) => {
  expect(step).toThrow(PermanentError);
  expect(step).toThrow(expect.objectContaining({ name: "InvariantViolation" }));
});

/** A refund of an order of seven TEA and two MUG, with which so many TEA come back. */
const goodsBack = (refundId: string, restock: StockLine[] | undefined): EventOf<"RefundMade"> =>
  anEvent("RefundMade", { data: { refundId, restock } as Partial<EventOf<"RefundMade">["data"]> });

describe("goods that come back with a refund", () => {
  const seven = reserve(
    anEvent("OrderPlaced", {
      data: {
        lines: [
          { sku: "TEA", name: "Tea", quantity: 7, unitPrice: 333 },
          { sku: "MUG", name: "Mug", quantity: 2, unitPrice: 719 },
        ],
      },
    }),
    testNow,
    900,
  );
  const sold = after(commit(seven, captured, testNow));
  const three = [{ sku: "TEA", quantity: 3 }];
  const first = goodsBack("rf_1", three);

  test("are for sale again: what was sold moves, the order stays sold", () => {
    const step = release(sold, first, later);
    expect(step?.movement).toEqual({ from: "sold", to: "available", lines: three });
    expect(after(step)).toEqual({ ...sold, version: sold.version + 1, returns: { rf_1: three } });
  });

  test("count once for each refund", () => {
    const once = after(release(sold, first, later));
    expect(release(once, first, later)).toBeUndefined();
    const twice = after(release(once, goodsBack("rf_2", three), later));
    expect(twice.returns).toEqual({ rf_1: three, rf_2: three });
  });

  test("never come back twice: of a line at most what it still has, of another SKU none", () => {
    const once = after(release(sold, first, later));
    const more = [
      { sku: "TEA", quantity: 5 },
      { sku: "TEA", quantity: 1 },
      { sku: "JAR", quantity: 1 },
    ];
    const left = [{ sku: "TEA", quantity: 4 }];
    const step = release(once, goodsBack("rf_2", more), later);
    expect(step?.movement).toEqual({ from: "sold", to: "available", lines: left });
    expect(after(step).returns).toEqual({ rf_1: three, rf_2: left });
    expect(release(after(step), goodsBack("rf_3", three), later)).toBeUndefined();
  });

  test("before the capture is heard: they are given back at once, and the capture sells the rest", () => {
    const step = release(seven, first, later);
    expect(step?.movement).toEqual({ from: "reserved", to: "available", lines: three });
    expect(after(step)).toEqual({ ...seven, version: 2, returns: { rf_1: three } });
    const rest = [
      { sku: "MUG", quantity: 2 },
      { sku: "TEA", quantity: 4 },
    ];
    expect(commit(after(step), captured, later)?.movement).toEqual({
      from: "reserved",
      to: "sold",
      lines: rest,
    });
  });

  test("are not among what a refund of the whole gives back", () => {
    for (const [from, known] of [
      ["reserved", seven],
      ["sold", sold],
    ] as const) {
      const step = release(after(release(known, first, later)), refunded, later);
      const lines = [
        { sku: "MUG", quantity: 2 },
        { sku: "TEA", quantity: 4 },
      ];
      expect(step?.movement).toEqual({ from, to: "available", lines });
      expect(after(step).events.StockReleased?.data).toEqual({ held: true, lines, reason: "refunded" });
    }
  });

  test("after a refund of the whole they are back already", () => {
    expect(release(after(release(sold, refunded, later)), first, later)).toBeUndefined();
  });

  test.for([undefined, seven, sold, releasedByRefund, releasedByAbort, rejected])(
    "a refund without goods changes nothing (%#)",
    (known) => {
      expect(release(known, goodsBack("rf_1", undefined), later)).toBeUndefined();
    },
  );
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
    for (const known of [committed, releasedByAbort, releasedByRefund, tombstone, rejected]) {
      expect(expire(known, expiry)).toBeUndefined();
      // Even if the schedule would still look at it.
      const { dueAt, reservedUntil } = reserved;
      expect(expire({ ...known, dueAt, reservedUntil } as Reservation, expiry)).toBeUndefined();
    }
  });

  test("does not keep a reservation from being sold or given back", () => {
    const expired = expire(reserved, expiry) ?? reserved;
    expect(after(commit(expired, captured, expiry)).state).toBe("COMMITTED");
    expect(after(release(signalled(expired, expiry), aborted, expiry)).state).toBe("RELEASED");
  });
});

type Heard = EventOf<
  "OrderPlaced" | "PaymentCaptured" | "PaymentAborted" | "PaymentDeclined" | "PaymentRefunded" | "RefundMade"
>;

/** Where the stock of one order is: what it took out of `available`. */
type Account = { reserved: number; sold: number };

type World = { known: Reservation | undefined; account: Account };

function hear(world: World, event: Heard, now: number): World {
  const { known, account } = world;
  if (event.type === "OrderPlaced") {
    if (known) return world;
    const next = reserve(event, now, 900);
    return { known: next, account: { ...account, reserved: sumOf(next.lines) } };
  }
  const step = event.type === "PaymentCaptured" ? commit(known, event, now) : release(known, event, now);
  if (!step) return world;
  const moved = sumOf(step.movement?.lines ?? []);
  const change = (counter: keyof Account) =>
    (step.movement?.to === counter ? moved : 0) - (step.movement?.from === counter ? moved : 0);
  return {
    known: step.next,
    account: { reserved: account.reserved + change("reserved"), sold: account.sold + change("sold") },
  };
}

const sumOf = (lines: readonly StockLine[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);

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

const oneBack = goodsBack("rf_1", [{ sku: "TEA-EARL-GREY", quantity: 1 }]);

const histories: [string, readonly Heard[], boolean, Partial<Reservation>, Account][] = [
  ["captured", [placed, captured], true, { state: "COMMITTED" }, { reserved: 0, sold: 2 }],
  [
    "captured and refunded",
    [placed, captured, refunded],
    true,
    { state: "RELEASED", outcome: "refunded" },
    { reserved: 0, sold: 0 },
  ],
  [
    "captured and one of its two pieces returned, with another refund without goods",
    [placed, captured, oneBack, goodsBack("re_2", undefined)],
    true,
    { state: "COMMITTED", returns: { rf_1: [{ sku: "TEA-EARL-GREY", quantity: 1 }] } },
    { reserved: 0, sold: 1 },
  ],
  [
    "captured and more returned than it had",
    [placed, captured, oneBack, goodsBack("rf_2", lines)],
    true,
    { state: "COMMITTED" },
    { reserved: 0, sold: 0 },
  ],
  [
    "captured, partly returned and then refunded whole",
    [placed, captured, oneBack, refunded],
    true,
    { state: "RELEASED", outcome: "refunded" },
    { reserved: 0, sold: 0 },
  ],
  ["aborted", [placed, aborted], false, { state: "RELEASED", outcome: "aborted" }, { reserved: 0, sold: 0 }],
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
