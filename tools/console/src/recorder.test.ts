// What the recorder knows of an order after events, deliveries, attempts, payments and redrives.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type DomainEvent, newEvent, totalOf } from "@order-saga/contracts";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { createRecorder, type RecorderOptions } from "./recorder.ts";
import type { RecorderInput } from "./recorder-input.ts";
import { topologyOf } from "./topology.ts";

const ORDER = `ord_${"a".repeat(32)}`;
const AT = Date.parse("2026-11-23T12:00:00.000Z");
const lines = [{ sku: "TEA", name: "Tea", quantity: 2, unitPrice: 990 }];

function placed(orderId = ORDER): DomainEvent {
  return newEvent(
    "OrderPlaced",
    orderId,
    { causationId: null, now: AT },
    {
      lines,
      amount: totalOf(lines),
      currency: "EUR",
      paymentMethod: "pm_card_visa",
      contact: { email: "ada@example.com", name: "Ada" },
      decideBy: new Date(AT + 900_000).toISOString(),
    },
  );
}

const { reactions, services: nodes } = topologyOf(services);
const aRecorder = (given: Partial<RecorderOptions> = {}) =>
  createRecorder({
    maximumOrders: 10,
    maximumEvents: 100,
    maximumMoments: 50,
    now: () => AT,
    reactions,
    schedules: nodes.flatMap(({ name, schedules }) =>
      schedules.map((each) => ({ name: each.name, service: name, says: each.says })),
    ),
    ...given,
  });

const event = (of: DomainEvent, at = AT): RecorderInput => ({
  kind: "event",
  at,
  event: of,
  isReplay: false,
  reactions: ["reserve-stock"],
});
const header = { orderId: ORDER, eventId: placed().id, eventType: "OrderPlaced" };
const attempt = (number: number, at = AT): RecorderInput => ({
  kind: "attempt",
  at,
  reaction: "reserve-stock",
  messageId: "m",
  attempt: number,
  header,
});
const ended = (number: number, outcome: "settled" | "failed", at = AT + 5): RecorderInput => ({
  kind: "attempt-ended",
  at,
  reaction: "reserve-stock",
  messageId: "m",
  attempt: number,
  outcome,
});

const letter = { reaction: "reserve-stock", eventType: "OrderPlaced" };
const ALL = { orders: 100, stuck: 0 };

test("an order is summed up from its events, without its customer", () => {
  const recorder = aRecorder();
  recorder.record(event(placed()));
  expect(recorder.summary(ORDER)).toMatchObject({
    status: "PLACED",
    isSettled: false,
    amount: 1980,
    lines: [{ sku: "TEA", quantity: 2, unitPrice: 990 }],
    standing: "Stock and card are to be asked.",
  });
  expect(JSON.stringify(recorder.recent(ALL))).not.toContain("ada");
});

test("events are numbered in the bus's order, and one that came before is a repeat", () => {
  const recorder = aRecorder();
  recorder.record(event(placed()));
  recorder.record(event(placed()));
  expect(recorder.events(100).map(({ isRepeat, number }) => [number, isRepeat])).toEqual([
    [1, false],
    [2, true],
  ]);
  expect(recorder.event(2)).toEqual(placed());
});

test("of refunds an order has several, each once, and they add up", () => {
  const recorder = aRecorder();
  const made = (refundId: string, amount: number) =>
    newEvent(
      "RefundMade",
      ORDER,
      { causationId: null, now: AT + 1 },
      { refundId, amount, currency: "EUR", source: "shop" },
    );
  recorder.recall([placed(), made("rf_1", 495)]);
  for (const each of [made("rf_1", 495), made("re_2", 7), made("re_2", 7)]) recorder.record(event(each));
  expect(recorder.events(100).map(({ isRepeat, type }) => [type, isRepeat])).toEqual([
    ["OrderPlaced", false],
    ["RefundMade", false],
    ["RefundMade", true],
    ["RefundMade", false],
    ["RefundMade", true],
  ]);
  expect(recorder.summary(ORDER)).toMatchObject({ refunded: 502 });
});

test("a refund that failed is told as a person's work, and why an order ended as its reason", () => {
  const recorder = aRecorder();
  const cause = { causationId: null, now: AT };
  const refund = { refundId: "rf_1", amount: 495, currency: "EUR", source: "shop", code: "refused" } as const;
  recorder.record(event(placed()));
  expect(recorder.summary(ORDER)).not.toHaveProperty("attention");
  recorder.record(event(newEvent("RefundFailed", ORDER, cause, refund)));
  expect(recorder.summary(ORDER)?.attention).toMatch(/4\.95 EUR failed/);
  recorder.record(event(newEvent("OrderRejected", ORDER, cause, { reason: "insufficient_funds" })));
  expect(recorder.summary(ORDER)?.reason).toBe("insufficient_funds");
});

test("while the bank waits for the customer, the order says until when", () => {
  const recorder = aRecorder();
  const cause = { causationId: null, now: AT };
  const actionBy = new Date(AT + 600_000).toISOString();
  recorder.record(event(placed()));
  recorder.record(event(newEvent("PaymentActionRequired", ORDER, cause, { actionBy })));
  expect(recorder.summary(ORDER)).toMatchObject({ status: "ACTION_REQUIRED", actionBy });
  recorder.record(event(newEvent("PaymentAuthorized", ORDER, cause, { amount: 1980, currency: "EUR" })));
  expect(recorder.summary(ORDER)).not.toHaveProperty("actionBy");
});

test("a failed attempt says when it comes back, and its log line why", () => {
  const recorder = aRecorder();
  recorder.record(event(placed()));
  recorder.record(attempt(1));
  recorder.record(ended(1, "failed"));
  recorder.record({ kind: "reason", messageId: "m", attempt: 1, errorName: "Throttled", isParked: false });
  expect(recorder.order(ORDER)?.moments.at(-1)).toMatchObject({
    kind: "attempt",
    attempt: 1,
    outcome: "failed",
    errorName: "Throttled",
    endedAt: "2026-11-23T12:00:00.005Z",
    nextAt: "2026-11-23T12:03:00.000Z",
  });
  expect(recorder.summary(ORDER)).toMatchObject({
    attempts: [{ reaction: "reserve-stock", attempt: 1 }],
    standing: "reserve-stock failed once and tries again. Stock and card are to be asked.",
  });
  recorder.record(attempt(2, AT + 180_000));
  recorder.record(ended(2, "settled", AT + 180_005));
  expect(recorder.summary(ORDER)?.attempts).toEqual([]);
  expect(recorder.tally("reserve-stock")).toEqual({ delivered: 0, settled: 1, failed: 1, running: 0 });
});

test.each(["before", "after"])(
  "a parked message is told by a log line that comes %s the batch's end",
  (when) => {
    const recorder = aRecorder();
    const reason: RecorderInput = {
      kind: "reason",
      messageId: "m",
      attempt: 1,
      errorName: "Odd",
      isParked: true,
    };
    recorder.record(attempt(1));
    for (const input of when === "before" ? [reason, ended(1, "settled")] : [ended(1, "settled"), reason])
      recorder.record(input);
    expect(recorder.order(ORDER)?.moments).toMatchObject([{ outcome: "parked", errorName: "Odd" }]);
  },
);

test("an event is said by the attempt that answers its cause", () => {
  const recorder = aRecorder();
  recorder.record(event(placed()));
  recorder.record(attempt(1));
  const reserved = newEvent(
    "StockReserved",
    ORDER,
    { causationId: placed().id, now: AT + 3 },
    {
      lines: [{ sku: "TEA", quantity: 2 }],
      reservedUntil: new Date(AT + 900_000).toISOString(),
    },
  );
  recorder.record(event(reserved, AT + 3));
  expect(recorder.order(ORDER)?.moments[1]).toMatchObject({ kind: "attempt", says: ["StockReserved"] });
});

test("an event without a running attempt is attributed to the schedule that runs", () => {
  const recorder = aRecorder();
  recorder.record(event(placed()));
  recorder.record({ kind: "schedule", at: AT + 9, name: "signal-expiry" });
  const reservedUntil = new Date(AT).toISOString();
  const expired = newEvent(
    "ReservationExpired",
    ORDER,
    { causationId: null, now: AT + 9 },
    { reservedUntil },
  );
  recorder.record(event(expired, AT + 10));
  recorder.record({ kind: "schedule-ended", at: AT + 11, name: "signal-expiry" });
  expect(recorder.order(ORDER)?.moments.filter(({ kind }) => kind === "schedule")).toMatchObject([
    { name: "signal-expiry", service: "inventory", says: ["ReservationExpired"] },
  ]);
});

test("a snapshot touches its newest orders and those that are stuck, however many are remembered", async () => {
  const recorder = aRecorder({ maximumOrders: 1000 });
  const orderId = (n: number) => `ord_${String(n).padStart(32, "0")}`;
  for (let n = 0; n < 1000; n++) {
    const at = new Date(AT + n).toISOString();
    recorder.record(event({ ...placed(orderId(n)), occurredAt: at }, AT + n));
  }
  recorder.setDeadLetters(orderId(1), [letter]);
  recorder.setDeadLetters(orderId(2), [letter]);
  const shown = recorder.recent({ orders: 3, stuck: 1 }).map((each) => each.orderId);
  expect(shown).toEqual([999, 998, 997, 2].map(orderId));
  expect(recorder.counts()).toEqual({ orders: 1000, open: 1000, stuck: 2 });
  expect(recorder.takeChanges(999)).toBeUndefined();
  expect(recorder.hasChanges()).toBe(false);

  let rests = 0;
  const countRest = () => {
    rests++;
    return undefined;
  };
  const filter = { text: "", status: "open", onlyStuck: false } as const;
  const search = { filter, before: orderId(997), most: 2 };
  const found = await recorder.search(search, countRest);
  expect(found.map((each) => each.orderId)).toEqual([996, 995].map(orderId));
  await recorder.search({ ...search, filter: { ...filter, text: "no such" } }, countRest);
  expect(rests).toBeGreaterThan(990);
});

const oddValues: unknown[] = [undefined, null, 7, true, {}, [], "", "bad!", { toString: null }];
const oddPlaces = ["id", "orderId", "occurredAt", "causationId", "producer", "version", "data"];
const oddData = ["currency", "amount", "lines", "decideBy", "contact"];

test("an event with an odd value anywhere is a row of texts and no fact, and its order says so", () => {
  const good = placed() as unknown as Record<string, unknown> & { data: object };
  const odd = oddValues.flatMap((value) => [
    ...oddPlaces.map((place) => ({ ...good, [place]: value })),
    ...oddData.map((place) => ({ ...good, data: { ...good.data, [place]: value } })),
  ]);
  for (const each of odd) {
    const recorder = aRecorder();
    recorder.record(event(each as unknown as DomainEvent));
    const [row] = recorder.events(10);
    const texts = [row?.id, row?.orderId, row?.occurredAt, row?.producer];
    const what = JSON.stringify(each);
    expect(
      texts.map((text) => typeof text),
      what,
    ).toEqual(texts.map(() => "string"));
    const [summary] = recorder.recent(ALL);
    if (row?.isOdd) expect(summary, what).toMatchObject({ status: "UNKNOWN", isStuck: true });
    else expect(summary, what).toMatchObject({ status: "PLACED" });
  }
  const recorder = aRecorder();
  recorder.record(event({ ...good, data: { ...good.data, currency: "bad!" } } as unknown as DomainEvent));
  expect(recorder.summary(ORDER)?.standing).toBe("OrderPlaced breaks its contract: no service acts on it.");
  recorder.record(event(placed()));
  expect(recorder.summary(ORDER)).toMatchObject({ status: "PLACED", currency: "EUR" });
});

test("memory is bounded: the oldest orders, events and moments go, and the order says so", () => {
  const recorder = aRecorder({ maximumOrders: 2, maximumEvents: 3, maximumMoments: 4 });
  for (const digit of ["1", "2", "3"]) recorder.record(event(placed(`ord_${digit.repeat(32)}`)));
  expect(recorder.recent(ALL).map(({ orderId }) => orderId[4])).toEqual(["3", "2"]);
  for (let count = 0; count < 6; count++) recorder.record(event(placed(`ord_${"3".repeat(32)}`)));
  expect(recorder.events(100)).toHaveLength(3);
  const order = recorder.order(`ord_${"3".repeat(32)}`);
  expect(order?.moments).toHaveLength(4);
  expect(order?.isPartial).toBe(true);
});

test("what changed is told once", () => {
  const recorder = aRecorder();
  recorder.record(event(placed()));
  expect(recorder.takeChanges(100)).toMatchObject({ orders: [{ orderId: ORDER }], events: [{ number: 1 }] });
  expect(recorder.hasChanges()).toBe(false);
  recorder.setDeadLetters(ORDER, [letter]);
  expect(recorder.takeChanges(100)?.orders).toMatchObject([{ deadLetters: 1, isStuck: true }]);
});

test("an order of an earlier run is recalled with numbers before the first, and is partial", () => {
  const recorder = aRecorder();
  recorder.recall([placed()]);
  expect(recorder.takeChanges(100)).toMatchObject({ orders: [{ orderId: ORDER }], events: [{ number: 0 }] });
  recorder.record(event(placed(), AT + 1));
  expect(recorder.events(100).map(({ isRepeat, number }) => [number, isRepeat])).toEqual([
    [0, false],
    [1, true],
  ]);
  expect(recorder.order(ORDER)?.isPartial).toBe(true);
});

test("an order is stuck when it is open long after its decision was due", () => {
  let now = AT;
  const recorder = aRecorder({ now: () => now });
  recorder.record(event(placed()));
  recorder.takeChanges(100);
  recorder.age();
  expect(recorder.hasChanges()).toBe(false);
  now = AT + 900_000 + 121_000;
  recorder.age();
  expect(recorder.takeChanges(100)?.orders).toMatchObject([{ isStuck: true }]);
});

test("without a page, no more is kept of changes than of what is known", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const recorder = aRecorder({ maximumOrders: 100 });
  const deliver = (from: number, to: number) => {
    for (let count = from; count < to; count++) {
      const header = { orderId: `ord_${String(count).padStart(32, "0")}`, eventId: "", eventType: "" };
      recorder.record({
        kind: "delivered",
        at: AT,
        reaction: "reserve-stock",
        header,
      } as unknown as RecorderInput);
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = deliver(0, 1000);
  // Bytes of an order: it was more than 100.
  expect((deliver(1000, 201_000) - before) / 200_000).toBeLessThan(20);
  expect(recorder.hasChanges()).toBe(true);
});
