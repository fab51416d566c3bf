// The schedule resume-payments: unfinished work is finished, what is undecided in time is given up.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { anOrderPlaced, captured, held, nothing, refunded, voided } from "./gateway/gateway.suite.ts";
import type { GatewayFault } from "./gateway/memory.ts";
import type { Heard } from "./payment.ts";
import { resumePayments } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aService, type CallKind, type ServiceUnderTest } from "./testing.ts";

const minute = 60_000;
const stale = 2 * minute;
const decideBy = testNow + 15 * minute;

const placed = anOrderPlaced();
const reserved = anEvent("StockReserved");
const rejected = anEvent("StockRejected");
const uncapturable = anOrderPlaced({ paymentMethod: "pm_card_captureFails" });
const cancel = anEvent("OrderCancelRequested");
const expired = anEvent("ReservationExpired");

test("the schedule runs at least twice in the time after which unfinished work is stale", () => {
  expect(resumePayments.everyMinutes * minute).toBeLessThanOrEqual(stale / 2);
});

const anyOrder = (facts: Heard[]) => fc.shuffledSubarray(facts, { minLength: 1 });

async function take(service: ServiceUnderTest, ...events: Heard[]) {
  for (const event of events) expect(await service.deliver(event)).toEqual([]);
}

/** The reaction dies while it waits for the provider, and its message never comes again. */
async function dieWhileAsking(service: ServiceUnderTest, kind: CallKind, event: Heard) {
  const killed = service.hold(kind);
  void service.deliver(event); // Never answered.
  await killed.begun;
}

test.each<[string, Heard[], CallKind, Heard, object, string[]]>([
  ["a stale PENDING", [], "authorize", placed, held, ["PaymentAuthorized"]],
  [
    "a stale PENDING of an order whose stock is reserved",
    [reserved],
    "authorize",
    placed,
    captured,
    ["PaymentAuthorized", "PaymentCaptured"],
  ],
  ["a decision to capture", [placed], "capture", reserved, captured, ["PaymentCaptured"]],
  ["a decision to abort", [placed], "void", cancel, voided, ["PaymentAborted", "PaymentVoided"]],
  [
    "captured and cancelled but not refunded",
    [placed, reserved],
    "refund",
    cancel,
    refunded,
    ["PaymentRefunded"],
  ],
])(
  "%s that a crash left is finished and said, once it is stale",
  async (_, before, kind, event, books, says) => {
    const service = aService();
    await take(service, ...before);
    await dieWhileAsking(service, kind, event);
    const booksBefore = service.books();

    service.clock.now += stale - 1;
    expect(await service.sweep()).toBe(0);
    expect(service.books()).toEqual(booksBefore);

    service.clock.now += 1;
    expect(await service.sweep()).toBe(1);
    expect(service.books()).toEqual(books);
    expect(service.said()).toEqual(expect.arrayContaining(says));
    expect(service.payment()?.unpublished).toEqual([]);

    service.clock.now += stale;
    expect(await service.sweep()).toBe(0);
  },
);

test("cancelled while the authorisation was in flight, then a crash: found and voided by the timer", async () => {
  const service = aService();
  await dieWhileAsking(service, "authorize", placed);
  await take(service, cancel);
  service.clock.now += stale;
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toEqual(["PaymentAborted", "PaymentVoided"]);
  expect(service.books()).toMatchObject({ held: 0, captured: 0 });
});

test("undecided past its time to decide: expired, and the hold given up", async () => {
  const service = aService();
  await take(service, placed);
  service.clock.now = decideBy - 1;
  expect(await service.sweep()).toBe(0);
  expect(service.books()).toEqual(held);
  service.clock.now = decideBy;
  expect(await service.sweep()).toBe(1);
  expect(service.payment()).toMatchObject({ expired: true, decision: "ABORT", settlement: "VOIDED" });
  expect(service.published.slice(-2)).toMatchObject([
    { type: "PaymentAborted", causationId: null, data: { reason: "expired", held: true } },
    { type: "PaymentVoided", causationId: null, data: { authorized: true } },
  ]);
  expect(service.books()).toEqual(voided);
});

test("a payment that only waits for its stock is looked at once, and then left to its deadline", async () => {
  const service = aService();
  await take(service, placed);
  service.clock.now += stale;
  expect(await service.sweep()).toBe(0);
  const putOff = service.payment();
  expect(putOff).toMatchObject({ dueAt: new Date(decideBy).toISOString(), version: 3 });
  service.clock.now = decideBy - 1;
  expect(await service.sweep()).toBe(0);
  expect(service.payment()).toEqual(putOff);
  expect(service.books()).toEqual(held);
  service.clock.now = testNow + 5 * minute;
  await take(service, reserved);
  expect(service.books()).toEqual(captured);
  expect(service.payment()?.dueAt).toBeUndefined();
});

test("reserved only after the time to decide: nothing is taken, and the timer ends it", async () => {
  const service = aService();
  await take(service, placed);
  service.clock.now = decideBy;
  await take(service, reserved);
  expect(service.books()).toEqual(held);
  expect(await service.sweep()).toBe(1);
  expect(service.books()).toEqual(voided);
});

test("a tombstone without its order is given up, and an order that comes later is never authorised", async () => {
  const service = aService();
  await take(service, reserved);
  service.clock.now += 15 * minute;
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toEqual(["PaymentAborted"]);
  await take(service, anOrderPlaced({ decideBy: new Date(decideBy + 60 * minute).toISOString() }));
  expect(service.asked).toEqual([]);
  expect(service.books()).toEqual(nothing);
});

test("a crash between the timer's write and its publishing is healed by the next run", async () => {
  const service = aService();
  await take(service, placed);
  service.clock.now = decideBy;
  service.failPublish(2);
  await expect(service.sweep()).rejects.toThrow("the bus refused");
  expect(service.said()).toEqual(["PaymentAuthorized"]);
  expect(service.payment()?.unpublished).toHaveLength(1);

  service.clock.now += stale;
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentAborted", "PaymentVoided"]);
  expect(service.asked).toEqual(["authorize", "void"]);
  expect(service.payment()).toMatchObject({ unpublished: [], settlement: "VOIDED" });
  expect(service.payment()?.dueAt).toBeUndefined();
});

test("a crash between giving up a tombstone and saying it is healed by the next run", async () => {
  const service = aService();
  await take(service, reserved);
  service.clock.now += 15 * minute;
  service.failPublish(2);
  await expect(service.sweep()).rejects.toThrow("the bus refused");
  expect(service.said()).toEqual([]);
  service.clock.now += stale;
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toEqual(["PaymentAborted"]);
});

test("a crash between finishing what was stale and saying it is healed by the next run", async () => {
  const service = aService();
  await dieWhileAsking(service, "authorize", placed);
  service.clock.now += stale;
  service.failPublish(1);
  await expect(service.sweep()).rejects.toThrow("the bus refused");
  expect(service.said()).toEqual([]);
  service.clock.now += stale;
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toEqual(["PaymentAuthorized"]);
  expect(service.asked).toEqual(["authorize", "authorize"]);
});

test("an index that lags behind the table makes no payment due", async () => {
  const memory = createMemoryStore();
  const lagging = async () => ({ orderIds: memory.payments().map(({ orderId }) => orderId), more: false });
  const service = aService({ ...memory, due: lagging });
  await dieWhileAsking(service, "authorize", placed);
  service.clock.now += stale - 1;
  expect(await service.sweep()).toBe(0);
  expect(service.asked).toEqual(["authorize"]);
});

test("a run gives up all that is late, however much an outage left", async () => {
  const service = aService();
  const count = 1001;
  for (let each = 0; each < count; each++) {
    const orderId = `ord_${each.toString(16).padStart(32, "0")}`;
    await take(service, anEvent("StockReserved", { orderId }));
  }
  service.clock.now += 15 * minute;
  expect(await service.sweep()).toBe(count);
  expect(service.said().filter((type) => type === "PaymentAborted")).toHaveLength(count);
});

test("a provider that is slow is asked about no more payments than there is time for, and the next run goes on", async () => {
  const service = aService();
  const count = 40;
  const orderIds = Array.from({ length: count }, (_, each) => `ord_${each.toString(16).padStart(32, "0")}`);
  for (const orderId of orderIds) await take(service, anOrderPlaced({}, orderId));
  service.clock.now = decideBy;
  // Each answer takes eight seconds, and ten are waited for at once.
  service.hooks.before = () => {
    service.clock.now += 800;
  };
  await service.sweep();
  const resumed = service.asked.filter((kind) => kind === "void").length;
  expect(resumed).toBeGreaterThan(10);
  expect(service.clock.now - decideBy).toBeLessThan(resumePayments.timeoutSeconds * 1000);
  expect(resumed).toBeLessThan(count);
  expect(service.lines.join("\n")).toContain("more payments are due than one run resumes");
  // All stock is free by then, for that needs no provider.
  expect(service.said().filter((type) => type === "PaymentAborted")).toHaveLength(count);
  await service.sweep();
  expect(orderIds.map((orderId) => service.books(orderId))).toEqual(orderIds.map(() => voided));
});

test("a crash of the timer between the provider's effect and its record is healed by the next run", async () => {
  const service = aService();
  await take(service, placed);
  service.clock.now = decideBy;
  service.gateway.failNext("lost-answer");
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentAborted"]);
  service.clock.now += stale;
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toContain("PaymentVoided");
  expect(service.books()).toEqual(voided);
});

const orderIdOf = (digit: number) => `ord_${String(digit).repeat(32)}`;

test("one payment's provider failure does not keep the others waiting, and is tried again later", async () => {
  const service = aService();
  const orderIds = [1, 2, 3].map(orderIdOf);
  for (const orderId of orderIds) await take(service, anOrderPlaced({}, orderId));
  service.clock.now = decideBy;
  service.gateway.failNext(undefined, "down", undefined);
  expect(await service.sweep()).toBe(3);
  expect(orderIds.map((orderId) => service.books(orderId))).toEqual([voided, held, voided]);
  expect(service.lines.filter((line) => line.includes("gave no outcome"))).toEqual([
    expect.stringContaining(orderIdOf(2)),
  ]);
  service.clock.now += stale;
  expect(await service.sweep()).toBe(1);
  expect(service.books(orderIdOf(2))).toEqual(voided);
});

test("a payment that another delivery finishes meanwhile is left as that delivery wrote it", async () => {
  const service = aService();
  await take(service, placed);
  service.clock.now = decideBy;
  const expiring = service.hold("void");
  const delivered = service.deliver(expired);
  await expiring.begun;
  expect(await service.sweep()).toBe(0); // The reaction has just written; the timer lets it work.
  expiring.release();
  expect(await delivered).toEqual([]);
  expect(service.asked.filter((kind) => kind === "void")).toHaveLength(1);
  expect(service.books()).toEqual(voided);
});

test("two runs at once give up a payment once", async () => {
  const service = aService();
  await take(service, placed);
  service.clock.now = decideBy;
  await Promise.all([service.sweep(), service.sweep()]);
  expect(new Set(service.said())).toEqual(new Set(["PaymentAuthorized", "PaymentAborted", "PaymentVoided"]));
  expect(service.payment()?.unpublished).toEqual([]);
  expect(service.books()).toEqual(voided);
});

test("with nothing due, a run asks and says nothing", async () => {
  const service = aService();
  expect(await service.sweep()).toBe(0);
  await take(service, placed);
  const before = service.payment();
  expect(await service.sweep()).toBe(0);
  expect(service.asked).toEqual(["authorize"]);
  expect(service.said()).toEqual(["PaymentAuthorized"]);
  expect(service.payment()).toEqual(before);
});

test.each<[string, Heard[]]>([
  ["captured", [placed, reserved]],
  ["voided", [placed, rejected]],
  ["refunded", [placed, reserved, cancel]],
  ["cancelled before placed", [cancel, placed, reserved]],
  ["declined", [anOrderPlaced({ paymentMethod: "pm_card_visa_chargeDeclined" }), reserved]],
])("an order without faults that is %s is never due again", async (_, facts) => {
  const service = aService();
  await take(service, ...facts);
  const before = service.published.length;
  for (const later of [stale, 15 * minute, 365 * 24 * 60 * minute]) {
    service.clock.now = testNow + later;
    expect(await service.sweep()).toBe(0);
  }
  expect(service.published).toHaveLength(before);
});

test("whatever messages and answers are lost for good, the timer brings every payment to rest", async () => {
  const facts = fc.constantFrom<Heard[]>(
    [placed, reserved],
    [placed, reserved, cancel],
    [placed, rejected, expired],
    [uncapturable, reserved, cancel],
  );
  const troubles = fc.array(
    fc.constantFrom<(GatewayFault | undefined)[]>(undefined, undefined, "down", "lost-answer", "key-in-use"),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(facts.chain(anyOrder), troubles, fc.nat(3), async (events, faults, publishFailures) => {
      const service = aService();
      service.gateway.failNext(...faults);
      service.failPublish(publishFailures);
      for (const event of events) await service.deliver(event); // What fails is never delivered again.
      for (let run = 0; run < 60 && service.payment()?.dueAt !== undefined; run++) {
        service.clock.now += stale;
        await service.sweep().catch(() => {});
      }
      const books = service.books();
      const payment = service.payment();
      expect(payment?.settlement).toBeDefined();
      expect(payment?.dueAt).toBeUndefined();
      expect(books.held).toBe(0);
      expect(books.captures).toBeLessThanOrEqual(1);
      if (payment?.cancelled || payment?.stock === "REJECTED") expect(books.captured).toBe(books.refunded);
    }),
  );
});
