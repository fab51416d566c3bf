// Every fault that can be asked for: what it does to an order, and that the saga heals from it.
import type { EventType } from "@order-saga/contracts";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { unconfirmedRootEvents } from "@order-saga/orders/order";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { GivenFault } from "../src/faults/fault.ts";
import { type PresetName, presetNames, presets } from "../src/faults/presets.ts";
import { recover } from "../src/testing/recover.ts";
import { calm, type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga(undefined, calm);
});
afterAll(() => saga.stop());

// After every fault the books must balance, as soon as it is over.
afterEach(async () => {
  saga.runtime.faults.remove();
  await recover(saga);
  const books = await readBooks(saga.runtime);
  expect(violationsAtRest(books, saga.runtime.witness.seen())).toEqual([]);
});

const RESERVE = "inventory-reserve-stock";
const set = (...faults: GivenFault[]) => saga.runtime.faults.set(faults, 1);
const hits = () => saga.runtime.faults.list().map((fault) => fault.hits);
const count = (orderId: string, type: EventType) =>
  saga.eventsOf(orderId).filter((event) => event.type === type).length;
const messages = (queue: string) => saga.runtime.aws.queues.messages(queue);
const statusOf = async (orderId: string) => (await saga.order(orderId)).status;

/** Resolves when everything has happened that does not wait for a time. */
async function standstill(): Promise<void> {
  await expect.poll(() => saga.resting(), { timeout: 20_000, interval: 10 }).toBe(true);
}

/** Places orders that all lie in the queue before anything is done about them. */
async function placedTogether(number: number): Promise<string[]> {
  const mapping = saga.runtime.mappings.get(RESERVE);
  await mapping?.disable();
  const orderIds: string[] = [];
  for (let index = 0; index < number; index++) orderIds.push(await saga.place());
  await expect.poll(() => saga.runtime.aws.queues.count(RESERVE).ready).toBe(number);
  return orderIds;
}
const goOn = () => saga.runtime.mappings.get(RESERVE)?.enable();

test("fail: the record is not handled until it has failed as often as asked", async () => {
  set({ kind: "fail", reaction: "reserve-stock", times: 2 });
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  await standstill();
  expect(count(orderId, "StockReserved")).toBe(0);
  expect(messages(RESERVE)).toMatchObject([{ state: "in flight", receiveCount: 1 }]);
  await saga.idle();
  expect(hits()).toEqual([2]);
  expect(await statusOf(orderId)).toBe("CONFIRMED");
});

test("fail for one order: the others of its batch are handled at once", async () => {
  const [first = "", second = "", third = ""] = await placedTogether(3);
  set({ kind: "fail", reaction: "reserve-stock", orderId: second });
  goOn();
  expect(await saga.settled(first)).toBe("CONFIRMED");
  expect(await saga.settled(third)).toBe("CONFIRMED");
  await standstill();
  expect(count(second, "StockReserved")).toBe(0);
  saga.runtime.faults.remove();
  await saga.idle();
  expect(await statusOf(second)).toBe("CONFIRMED");
});

test("fail until removed: the message ends in the dead-letter queue, and a redrive settles its order", async () => {
  set({ kind: "fail", reaction: "commit-stock" });
  const orderId = await saga.place();
  await saga.idle();
  expect(messages("inventory-commit-stock-dlq")).toHaveLength(1);
  expect(hits()).toEqual([5]);
  saga.runtime.faults.remove();
  await recover(saga);
  expect(await statusOf(orderId)).toBe("CONFIRMED");
});

for (const kind of ["crash", "time-out"] as const) {
  test(`${kind} before the work: nothing is done, and the message comes back`, async () => {
    set({ kind, effect: "before", reaction: "reserve-stock", times: 1 });
    const orderId = await saga.place();
    await saga.until(orderId, "PaymentAuthorized");
    await standstill();
    expect(count(orderId, "StockReserved")).toBe(0);
    expect(saga.warnings.at(-1)).toMatch(kind === "crash" ? "Runtime.ExitError" : "Sandbox.Timedout");
    await saga.idle();
    expect(count(orderId, "StockReserved")).toBe(1);
    expect(await statusOf(orderId)).toBe("CONFIRMED");
  });

  test(`${kind} after the work: it is done, done again, and counts once`, async () => {
    set({ kind, reaction: "reserve-stock", times: 1 });
    const orderId = await saga.place({ sku: "TEA-ASSAM" });
    await saga.until(orderId, "StockCommitted");
    await standstill();
    expect(messages(RESERVE)).toHaveLength(1);
    await saga.idle();
    expect(count(orderId, "StockReserved")).toBe(2);
    expect(await statusOf(orderId)).toBe("CONFIRMED");
  });
}

test("crash over a batch: every message comes back, whichever the fault named", async () => {
  const [first = "", second = ""] = await placedTogether(2);
  set({ kind: "crash", effect: "before", reaction: "reserve-stock", orderId: first, times: 1 });
  goOn();
  await standstill();
  expect(messages(RESERVE).map((each) => each.receiveCount)).toEqual([1, 1]);
  await saga.idle();
  expect(await statusOf(second)).toBe("CONFIRMED");
});

test("duplicate: the reaction hears an event as often as asked, and it counts once", async () => {
  set({ kind: "duplicate", reaction: "reserve-stock", copies: 2, times: 1 });
  const orderId = await saga.place();
  await saga.idle();
  expect(count(orderId, "StockReserved")).toBe(3);
  expect(await statusOf(orderId)).toBe("CONFIRMED");
});

test("delay: the reaction hears an event when the clock has passed the time", async () => {
  set({ kind: "delay", reaction: "reserve-stock", seconds: 600, times: 1 });
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  await saga.runtime.advanceClock(590_000);
  await standstill();
  expect(saga.runtime.aws.queues.count(RESERVE)).toMatchObject({ delayed: 1 });
  expect(count(orderId, "StockReserved")).toBe(0);
  await saga.runtime.advanceClock(11_000);
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("reorder: orders are handled in another order than they came, the same for the same seed", async () => {
  set({ kind: "reorder", reaction: "reserve-stock", withinSeconds: 60 });
  const orderIds: string[] = [];
  for (let index = 0; index < 6; index++) orderIds.push(await saga.place());
  const waiting = messages(RESERVE).map(({ body, sentAt, visibleAt = 0 }) => ({
    orderId: (JSON.parse(body) as { detail: { orderId: string } }).detail.orderId,
    seconds: Math.round((visibleAt - sentAt) / 1000),
    visibleAt,
  }));
  expect(waiting.map(({ orderId }) => orderId)).toEqual(orderIds);
  expect(waiting.map(({ seconds }) => seconds)).toEqual([38, 35, 47, 11, 44, 40]);
  const sorted = waiting.toSorted((a, b) => a.visibleAt - b.visibleAt);
  for (const [place, { orderId, visibleAt }] of sorted.entries()) {
    await saga.runtime.advanceClock(Math.max(0, visibleAt + 1 - saga.runtime.now()));
    await saga.until(orderId, "StockReserved");
    for (const later of sorted.slice(place + 1)) expect(count(later.orderId, "StockReserved")).toBe(0);
  }
  for (const orderId of orderIds) expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("poison: an unreadable message is parked with its reason, and the order beside it goes on", async () => {
  set({ kind: "poison", reaction: "reserve-stock", times: 1 });
  const orderId = await saga.place();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.idle();
  expect(messages(`${RESERVE}-dlq`)).toMatchObject([
    { body: "This message is unreadable.", attributes: { errorName: "MalformedMessage" } },
  ]);
});

test("queue-down: the bus keeps the event and tries again by the clock, until the queue takes it", async () => {
  set({ kind: "queue-down", reaction: "reserve-stock", times: 3 });
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  await standstill();
  expect(saga.runtime.aws.pendingDeliveries()).toMatchObject([{ attempts: 1 }]);
  await saga.idle();
  expect(hits()).toEqual([3]);
  expect(await statusOf(orderId)).toBe("CONFIRMED");
});

test("put-events refused once: the publisher sends that entry again at once", async () => {
  set({ kind: "put-events", outcome: "refused", event: "StockReserved", times: 1 });
  const orderId = await saga.place();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect(hits()).toEqual([1]);
  expect(count(orderId, "StockReserved")).toBe(1);
});

test.each(["refused", "throttled"] as const)(
  "put-events %s again and again: the reaction fails, and publishes what it recorded when it is tried again",
  async (outcome) => {
    set({ kind: "put-events", outcome, event: "StockReserved" });
    const orderId = await saga.place();
    await saga.until(orderId, "PaymentAuthorized");
    await standstill();
    expect(hits()[0]).toBeGreaterThanOrEqual(3);
    expect(count(orderId, "StockReserved")).toBe(0);
    const { reservations } = await readBooks(saga.runtime);
    expect(reservations.find((each) => each.orderId === orderId)).toMatchObject({ state: "RESERVED" });
    saga.runtime.faults.remove();
    await saga.idle();
    expect(await statusOf(orderId)).toBe("CONFIRMED");
  },
);

test("put-events whose answer is lost: the event is said twice, and counts once", async () => {
  set({ kind: "put-events", outcome: "answer-lost", event: "StockReserved", times: 1 });
  const orderId = await saga.place();
  await saga.idle();
  expect(count(orderId, "StockReserved")).toBe(2);
  expect(await statusOf(orderId)).toBe("CONFIRMED");
});

test("put-events refuses an order's first event: the customer is to try again, and the sweep has published it", async () => {
  set({ kind: "put-events", outcome: "refused", event: "OrderPlaced" });
  const key = "an-unconfirmed-order";
  await expect(saga.place({ key })).rejects.toThrow("503");
  const { orders } = await readBooks(saga.runtime);
  expect(orders.flatMap(unconfirmedRootEvents).map(({ type }) => type)).toEqual(["OrderPlaced"]);
  saga.runtime.faults.remove();
  await recover(saga);
  const orderId = await saga.place({ key });
  expect(await statusOf(orderId)).toBe("CONFIRMED");
  expect(count(orderId, "OrderPlaced")).toBe(1);
});

const intentsOf = (orderId: string) =>
  saga.runtime.aws.payments.intents().filter((each) => each.metadata.orderId === orderId);
const intentOf = (orderId: string) => intentsOf(orderId)[0];

type Outcome = Extract<GivenFault, { kind: "provider" }>["outcome"];

test.each<[Outcome, string]>([
  ["down", "CONFIRMED"],
  ["unknown", "CONFIRMED"],
  ["server-error", "CONFIRMED"],
  ["throttled", "CONFIRMED"],
  ["key-in-use", "CONFIRMED"],
  ["declined", "REJECTED"],
])(
  "the provider is %s once at each operation: the order ends as %s, its money moved once",
  async (outcome, end) => {
    for (const operation of ["authorize", "capture"] as const) {
      set({ kind: "provider", outcome, operation, times: 1 });
      const orderId = await saga.place();
      await saga.idle();
      expect(hits()).toEqual([1]);
      expect(await statusOf(orderId)).toBe(end);
      expect(intentsOf(orderId)).toHaveLength(1);
      expect(intentOf(orderId)?.captures).toBe(end === "CONFIRMED" ? 1 : 0);
    }
  },
);

test("the provider's answer to a void is lost: the hold is given up once", async () => {
  const mapping = saga.runtime.mappings.get(RESERVE);
  await mapping?.disable();
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  set({ kind: "provider", outcome: "unknown", operation: "void", orderId });
  await saga.cancel(orderId);
  await expect.poll(() => intentOf(orderId)?.status).toBe("canceled");
  expect(count(orderId, "PaymentVoided")).toBe(0);
  saga.runtime.faults.remove();
  mapping?.enable();
  await saga.idle();
  expect(await statusOf(orderId)).toBe("CANCELLED");
});

test("the provider's answer to a refund is lost: the money is given back once", async () => {
  const orderId = await saga.place();
  await saga.idle();
  set({ kind: "provider", outcome: "unknown", operation: "refund", orderId });
  await saga.cancel(orderId);
  await expect.poll(() => intentOf(orderId)?.amountRefunded).toBe(990);
  await standstill();
  expect(count(orderId, "PaymentRefunded")).toBe(0);
  saga.runtime.faults.remove();
  await recover(saga);
  expect(await statusOf(orderId)).toBe("CANCELLED");
});

test("the provider is down until it is removed: orders wait, and go on", async () => {
  set({ kind: "provider", outcome: "down" });
  const orderIds = await Promise.all([1, 2, 3].map(() => saga.place()));
  for (const orderId of orderIds) await saga.until(orderId, "StockReserved");
  await standstill();
  for (const orderId of orderIds) expect(count(orderId, "PaymentAuthorized")).toBe(0);
  saga.runtime.faults.remove();
  await recover(saga);
  for (const orderId of orderIds) expect(await statusOf(orderId)).toBe("CONFIRMED");
});

test("the provider is slow: the order takes as much longer", async () => {
  set({ kind: "provider", outcome: "slow", operation: "authorize", milliseconds: 500, times: 1 });
  const begun = performance.now();
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  expect(performance.now() - begun).toBeGreaterThanOrEqual(495);
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("the provider strikes one order only", async () => {
  const mapping = saga.runtime.mappings.get("payment-authorize-payment");
  await mapping?.disable();
  const [meant, other] = [await saga.place(), await saga.place()];
  set({ kind: "provider", outcome: "declined", orderId: meant });
  mapping?.enable();
  expect(await saga.settled(meant)).toBe("REJECTED");
  expect(await saga.settled(other)).toBe("CONFIRMED");
});

test("stale reads: a list of orders shows one late, and the order itself is read at once", async () => {
  set({ kind: "stale-reads", withinSeconds: 900 });
  // Old enough is a matter of chance, so that it is asked more often than once.
  const orderId = await saga.place();
  const lists = async () => {
    const { body } = await saga.request("GET", "/orders");
    return (body.items as { orderId: string }[]).some((each) => each.orderId === orderId);
  };
  await expect.poll(lists).toBe(false);
  expect((await saga.request("GET", `/orders/${orderId}`)).status).toBe(200);
  await saga.idle();
  expect(hits()[0]).toBeGreaterThan(0);
  await saga.runtime.advanceClock(900_000);
  expect(await lists()).toBe(true);
  expect(await statusOf(orderId)).toBe("CONFIRMED");
});

const mailsOf = (orderId: string) =>
  saga.runtime.aws
    .mails()
    .map((mail) => mail.headers["x-order-mail"])
    .filter((name) => name?.startsWith(orderId));
const mailStates = async (orderId: string) => {
  const { notifications } = await readBooks(saga.runtime);
  const { mails = {} } = notifications.find((each) => each.orderId === orderId) ?? {};
  return Object.fromEntries(Object.entries(mails).map(([kind, mail]) => [kind, mail.state]));
};

test("a mail is refused: it is never sent, and its record says so", async () => {
  set({ kind: "mail", outcome: "refused", times: 1 });
  const orderId = await saga.place();
  await saga.idle();
  expect(mailsOf(orderId)).toEqual([`${orderId}/confirmed`]);
  expect(await mailStates(orderId)).toEqual({ received: "REFUSED", confirmed: "SENT" });
});

test("mails are throttled: each is sent later, and once", async () => {
  set({ kind: "mail", outcome: "throttled", times: 3 });
  const orderId = await saga.place();
  await saga.idle();
  expect(hits()).toEqual([3]);
  expect(mailsOf(orderId)).toEqual([`${orderId}/received`, `${orderId}/confirmed`]);
});

test("the answer to a mail is lost: it went out once, and its record says UNKNOWN", async () => {
  set({ kind: "mail", outcome: "unknown", times: 1 });
  const orderId = await saga.place();
  await saga.idle();
  expect(mailsOf(orderId)).toEqual([`${orderId}/received`, `${orderId}/confirmed`]);
  expect(await mailStates(orderId)).toEqual({ received: "UNKNOWN", confirmed: "SENT" });
});

test.each(presetNames)(
  "a day of the preset “%s”: every order ends, and the books balance",
  async (name: PresetName) => {
    saga.runtime.faults.set(presets[name], 11);
    const orderIds = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        saga
          .place(index % 4 === 3 ? { paymentMethod: "pm_card_visa_chargeDeclined" } : {})
          .catch(() => undefined),
      ),
    );
    // While every mail is refused, its function waits for its turn and comes again, and nothing ever rests.
    const workDone = async () => {
      if (name !== "mail outage") return standstill();
      for (const orderId of orderIds) if (orderId) await saga.settled(orderId);
    };
    await workDone();
    for (const [index, orderId] of orderIds.entries()) {
      if (index % 4 === 1 && orderId) await saga.cancel(orderId).catch(() => undefined);
    }
    for (let round = 0; round < 2; round++) {
      await workDone();
      await saga.runtime.advanceClock(181_000);
    }
    expect(Math.max(...hits())).toBeGreaterThan(0);
    saga.runtime.faults.remove();
    await recover(saga);
    for (const orderId of orderIds) {
      if (orderId) expect(await statusOf(orderId)).toMatch(/CONFIRMED|REJECTED|CANCELLED/);
    }
  },
);
