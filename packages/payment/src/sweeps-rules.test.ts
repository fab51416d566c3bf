// The rules of the schedules: when the provider counts as down, who was first, what is tried when.
import { setImmediate as allThatIsReady } from "node:timers/promises";
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { anOrderPlaced, captured, held, voided } from "./gateway/gateway.suite.ts";
import { ASKS_CUSTOMER } from "./gateway/stripe-test-cards.ts";
import { requestRefund } from "./ledger.ts";
import { type Heard, type Payment, written } from "./payment.ts";
import { ProviderUnavailable } from "./ports.ts";
import { createMemoryStore } from "./store/memory.ts";
import { reconcilePaymentsHandler } from "./sweeps.ts";
import { aService, type ServiceUnderTest } from "./testing.ts";

const minute = 60_000;
const decideBy = testNow + 15 * minute;
const placed = anOrderPlaced();
const asking = anOrderPlaced({ paymentMethod: ASKS_CUSTOMER });
const reserved = anEvent("StockReserved");
const cancel = anEvent("OrderCancelRequested");
const iso = (at: number) => new Date(at).toISOString();
/** So many payments are resumed at once. */
const AT_ONCE = 10;

async function take(service: ServiceUnderTest, ...events: Heard[]) {
  for (const event of events) expect(await service.deliver(event)).toEqual([]);
}

async function having(...events: Heard[]) {
  const service = aService();
  await take(service, ...events);
  return service;
}

/** So many payments that are late, and whose holds are to be given up. */
async function late(count: number) {
  const service = aService();
  for (let each = 1; each <= count; each++)
    await take(service, anOrderPlaced({}, `ord_${String(each).padStart(32, "0")}`));
  service.clock.now = decideBy;
  service.asked.length = 0;
  return service;
}

/** So many payments whose customers were asked, and may have said yes. */
async function waiting(count: number) {
  const service = aService();
  for (let each = 1; each <= count; each++) {
    const orderId = `ord_${String(each).padStart(32, "0")}`;
    const order = anOrderPlaced({ paymentMethod: ASKS_CUSTOMER }, orderId);
    await take(service, order, anEvent("StockReserved", { orderId }));
  }
  service.clock.now += 2 * minute;
  service.asked.length = 0;
  return service;
}

/** The orders of which the log says that the run acted on them. */
const swept = (service: ServiceUnderTest) =>
  service.lines.filter((line) => line.includes("due order swept")).map((line) => JSON.parse(line).orderId);

/** A service whose store loses so many of the next writes against another writer's as the test says. */
function contended() {
  const memory = createMemoryStore();
  const next = { lost: 0, writes: 0 };
  const save = async (payment: Payment) => {
    next.writes++;
    return next.lost-- > 0 ? ("lost" as const) : memory.save(payment);
  };
  return { next, service: aService({ ...memory, save }) };
}

const silence = (isLimit = false) => new ProviderUnavailable("it is silent", { isLimit });

describe("a run in which the provider is silent", () => {
  /** The first calls come to these, the next ones wait until all that can happen has happened. */
  async function sweepWith(
    service: ServiceUnderTest,
    ...outcomes: ("silent" | "limit" | "good" | "silent, later")[]
  ) {
    const later = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    service.hooks.before = async () => {
      const outcome = outcomes.shift();
      if (outcome === "silent, later") await later.promise;
      if (outcome === undefined) await end.promise;
      else if (outcome !== "good") throw silence(outcome === "limit");
    };
    const sweeping = service.sweep();
    await allThatIsReady();
    later.resolve();
    await allThatIsReady();
    const asked = service.asked.length;
    end.resolve();
    await sweeping;
    return asked;
  }

  test("for two payments: it is asked for all others", async () => {
    const service = await late(AT_ONCE + 2);
    expect(await sweepWith(service, "silent", "silent")).toBe(AT_ONCE + 2);
  });

  test("for three in a row: it is down, and asked for no other in this run", async () => {
    const service = await late(AT_ONCE + 3);
    expect(await sweepWith(service, "silent", "silent", "silent")).toBe(AT_ONCE);
    expect(service.asked).toHaveLength(AT_ONCE);
    // It acted once on those that it did not ask for, and twice on the others.
    expect(swept(service)).toHaveLength(AT_ONCE + 3 + AT_ONCE);
    // The stock of all is free nevertheless, and the next run goes on.
    expect(service.said().filter((type) => type === "PaymentAborted")).toHaveLength(AT_ONCE + 3);
    service.clock.now += 2 * minute;
    await service.sweep();
    expect(service.said().filter((type) => type === "PaymentVoided")).toHaveLength(AT_ONCE + 3);
  });

  test("for three, with an answer between them: it is not down", async () => {
    const service = await late(AT_ONCE + 4);
    expect(await sweepWith(service, "silent", "silent", "good", "silent, later")).toBe(AT_ONCE + 4);
  });

  test("because of its limit: no other is asked for at once", async () => {
    const service = await late(AT_ONCE + 1);
    expect(await sweepWith(service, "limit")).toBe(AT_ONCE);
  });

  test("because of its limit, at a look: a customer who is late is given up, and nothing more is asked", async () => {
    const service = await having(asking, reserved);
    service.clock.now = testNow + 10 * minute;
    service.asked.length = 0;
    service.gateway.failNext("limit");
    expect(await service.sweep()).toBe(1);
    expect(service.asked).toEqual(["look"]);
    expect(service.said().at(-1)).toBe("PaymentAborted");
    expect(swept(service)).toEqual([testOrderId]);
  });

  test("a customer's yes is looked up for no more payments than that either", async () => {
    const service = await waiting(AT_ONCE + 3);
    expect(await sweepWith(service, "silent", "silent", "silent")).toBe(AT_ONCE);
  });

  test("for looks, with an answer between them: it is not down", async () => {
    const service = await waiting(AT_ONCE + 4);
    expect(await sweepWith(service, "silent", "silent", "good", "silent, later")).toBe(AT_ONCE + 4);
  });
});

test("from six tenths of its time on, a run begins no payment more", async () => {
  const service = await late(AT_ONCE + 1);
  service.hooks.before = () => {
    service.clock.now = decideBy + service.ports.functionTimeoutSeconds * 600;
  };
  await service.sweep();
  expect(service.asked).toHaveLength(AT_ONCE);
});

describe("what is tried again when", () => {
  test("a silent provider is asked again after a pause that doubles up to a quarter of an hour", async () => {
    const service = await having(placed);
    service.clock.now = decideBy;
    const pauses: number[] = [];
    for (let run = 1; run <= 7; run++) {
      service.gateway.failNext("down");
      expect(await service.sweep()).toBe(run === 1 ? 1 : 0);
      const dueAt = Date.parse(service.payment()?.dueAt ?? "");
      pauses.push((dueAt - service.clock.now) / 1000);
      service.clock.now = dueAt;
    }
    expect(pauses).toEqual([30, 60, 120, 240, 480, 900, 900]);
    await service.sweep();
    expect(service.books()).toEqual(voided);
    expect(service.payment()).toMatchObject({ tries: 0 });
  });

  test("a limit is no fault of the payment's: its next time stays", async () => {
    const service = await having(placed);
    service.clock.now = decideBy;
    service.gateway.failNext("limit");
    await service.sweep();
    expect(service.payment()).toMatchObject({ tries: 0, dueAt: iso(decideBy) });
  });

  test("a look without an answer counts as a try, and the customer is looked for again a little later", async () => {
    const service = await having(asking, reserved);
    service.clock.now += 2 * minute;
    service.gateway.failNext("down");
    expect(await service.sweep()).toBe(0);
    expect(service.payment()).toMatchObject({ tries: 1, dueAt: iso(service.clock.now + 30_000) });
    expect(service.lines.join("\n")).toContain("the provider gave no outcome");
    expect(swept(service)).toEqual([]);
  });

  test("a look that shows nothing new only puts the payment off by a minute", async () => {
    const { next, service } = contended();
    await take(service, asking, reserved);
    service.clock.now += 2 * minute;
    next.writes = 0;
    expect(await service.sweep()).toBe(0);
    expect(next.writes).toBe(1);
    expect(service.asked).toEqual(["authorize", "look"]);
    expect(service.payment()).toMatchObject({ tries: 0, dueAt: iso(service.clock.now + minute) });
    expect(swept(service)).toEqual([]);
  });

  test("a look that finds a mistake of our own fails the run, which goes on with the others", async () => {
    const service = await having(asking, reserved);
    service.clock.now += 2 * minute;
    service.hooks.before = () => {
      throw new TypeError("a mistake");
    };
    await expect(service.sweep()).rejects.toThrow("a mistake");
    expect(service.payment()?.tries).toBe(0);
  });
});

describe("what a run says of the orders that it acted on", () => {
  test("one that only waits for its stock is none", async () => {
    const service = await having(placed);
    service.clock.now += 2 * minute;
    expect(await service.sweep()).toBe(0);
    expect(swept(service)).toEqual([]);
  });

  test("one that is given up, and one that is finished, are", async () => {
    const service = await having(placed);
    service.clock.now = decideBy;
    expect(await service.sweep()).toBe(1);
    expect(new Set(swept(service))).toEqual(new Set([testOrderId]));
    const dead = aService();
    dead.gateway.failNext("down");
    await take(dead, placed);
    dead.clock.now += 2 * minute;
    expect(await dead.sweep()).toBe(1);
    expect(swept(dead)).toEqual([testOrderId]);
  });

  test("one of which only the stock was known, and which is given up, is, once", async () => {
    const service = await having(reserved);
    service.clock.now += 15 * minute;
    expect(await service.sweep()).toBe(1);
    expect(swept(service)).toEqual([testOrderId]);
  });

  test("those that an index names, though they are gone, at rest, or not due yet, are none", async () => {
    const memory = createMemoryStore();
    const due = async () => ({ orderIds: [`ord_${"e".repeat(32)}`, ...ids], more: false });
    const ids = [1, 2].map((each) => `ord_${String(each).padStart(32, "0")}`);
    const service = aService({ ...memory, due });
    for (const orderId of ids) await take(service, anOrderPlaced({}, orderId));
    await take(service, anEvent("StockReserved", { orderId: ids[0] ?? "" }));
    const before = memory.payments();
    expect(await service.sweep()).toBe(0);
    expect(memory.payments()).toEqual(before);
    expect(swept(service)).toEqual([]);
  });

  test("one for which the provider was asked in vain is", async () => {
    const service = aService();
    service.gateway.failNext("down", "down");
    await take(service, placed);
    service.clock.now += 2 * minute;
    expect(await service.sweep()).toBe(0);
    expect(swept(service)).toEqual([testOrderId]);
  });

  test("one whose customer said yes is, and what the look showed is noticed", async () => {
    const service = await having(asking, reserved);
    service.gateway.byHand.take(testOrderId, 500);
    service.clock.now += 2 * minute;
    expect(await service.sweep()).toBe(1);
    expect(swept(service)).toEqual([testOrderId]);
    expect(service.lines.join("\n")).toContain("less was captured than the order costs");
  });
});

describe("another writer is first", () => {
  test.each([
    // Both passes of a run meet it: the one that frees stock, and the one that asks the provider.
    ["a hold", [placed], decideBy, 2],
    ["a customer who was asked", [asking, reserved], testNow + 10 * minute, 1],
  ] as const)("when %s is given up: nothing is said, and the next run gives it up", async (...given) => {
    const [, facts, now, lost] = given;
    const { next, service } = contended();
    await take(service, ...facts);
    const before = [service.payment(), service.said()];
    service.clock.now = now;
    next.lost = lost;
    expect(await service.sweep()).toBe(0);
    expect([service.payment(), service.said()]).toEqual(before);
    expect(swept(service)).toEqual([]);
    expect(await service.sweep()).toBe(1);
    expect(service.said().slice(-2)).toEqual(["PaymentAborted", "PaymentVoided"]);
    expect(service.books()).toEqual(voided);
  });

  test("when a look shows news: it is looked again", async () => {
    const { next, service } = contended();
    await take(service, asking, reserved);
    service.gateway.byHand.answer(testOrderId, true);
    service.clock.now += 2 * minute;
    next.lost = 1;
    expect(await service.sweep()).toBe(0);
    expect(service.said()).toEqual(["PaymentActionRequired"]);
    service.clock.now += minute;
    expect(await service.sweep()).toBe(1);
    expect(service.books()).toEqual(captured);
  });
});

test("a refund that a bank refused after all is noticed by the schedule that looks for it", async () => {
  const service = await having(placed, reserved);
  service.gateway.refundNext("pending");
  await take(service, cancel);
  const [{ providerId = "" } = {}] = service.payment()?.refunds ?? [];
  service.gateway.byHand.settleRefund(providerId, "FAILED", "lost_card");
  service.clock.now += 2 * minute;
  expect(await service.sweep()).toBe(1);
  expect(service.lines.filter((line) => line.includes("a refund failed"))).toHaveLength(1);
  expect(service.said().at(-1)).toBe("RefundFailed");
});

test("an intent that the provider does not have any more changes nothing", async () => {
  const service = await having(asking, reserved);
  const before = service.payment();
  await service.store.save(
    written(
      {
        ...(before ?? expect.unreachable()),
        authorization: { state: "ACTION_REQUIRED", since: iso(testNow), intentId: "pi_gone" },
      },
      testNow,
    ),
  );
  service.clock.now += 3 * minute;
  expect(await service.sweep()).toBe(0);
  expect(service.payment()).toMatchObject({ authorization: { intentId: "pi_gone" } });
});

test("a clerk's refund whose ring was lost is asked for by the schedule", async () => {
  const service = await having(placed, reserved);
  const payment = service.payment() ?? expect.unreachable();
  const asked = requestRefund(payment, { id: "rf_1", fingerprint: "f", amount: 613 }, testNow);
  if (!("isNew" in asked)) return expect.unreachable();
  await service.store.save(written(asked.payment, testNow));
  service.clock.now += 2 * minute;
  expect(await service.sweep()).toBe(1);
  expect(service.said()).toContain("RefundMade");
  expect(service.payment()?.dueAt).toBeUndefined();
});

describe("the daily run", () => {
  async function reconcile(...intents: string[]) {
    const since: string[] = [];
    const rung: unknown[] = [];
    const sweep = reconcilePaymentsHandler({
      changedSince: async (time) => {
        since.push(time);
        return intents;
      },
      ring: async (tasks) => void rung.push(tasks),
    });
    const { log } = aService();
    return { count: await sweep({ now: testNow, log }), rung, since };
  }

  test("rings for each intent that has changed in the last four days, with nothing but its id", async () => {
    expect(await reconcile("pi_1", "pi_2")).toEqual({
      count: 2,
      rung: [[{ body: { intentId: "pi_1" } }, { body: { intentId: "pi_2" } }]],
      since: ["2026-01-01T12:00:00.000Z"],
    });
  });

  test("rings for nothing if nothing has changed", async () => {
    expect(await reconcile()).toMatchObject({ count: 0, rung: [] });
  });
});

test("an order that was cancelled while the provider was down is given back by the schedule", async () => {
  const service = await having(placed);
  expect(service.books()).toEqual(held);
  service.gateway.failNext("down");
  await take(service, cancel);
  service.clock.now += 2 * minute;
  expect(await service.sweep()).toBe(1);
  expect(service.books()).toEqual(voided);
});
