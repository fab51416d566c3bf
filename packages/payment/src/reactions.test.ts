// Payment's three reactions through their edge, over a store and a provider in memory: every race by name.
import { anEvent } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  aCharge,
  anOrderPlaced,
  captured,
  held,
  nothing,
  refunded,
  voided,
} from "./gateway/gateway.suite.ts";
import type { GatewayFault } from "./gateway/memory.ts";
import type { Heard, Payment } from "./payment.ts";
import { capturePayment } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aService, type CallKind, type ServiceUnderTest } from "./testing.ts";

const second = 1000;
const minute = 60 * second;
const afterTimeout = capturePayment.timeoutSeconds * second;

const placed = anOrderPlaced();
const uncapturable = anOrderPlaced({ paymentMethod: "pm_card_captureFails" });
const declined = anOrderPlaced({ paymentMethod: "pm_card_visa_chargeDeclined" });
const reserved = anEvent("StockReserved");
const rejected = anEvent("StockRejected");
const cancel = anEvent("OrderCancelRequested");
const expired = anEvent("ReservationExpired");

/** Delivers, and expects every message to be acknowledged. */
async function take(service: ServiceUnderTest, ...events: Heard[]) {
  for (const event of events) expect(await service.deliver(event), event.type).toEqual([]);
}

test("authorised and reserved, in either order, is captured once", async () => {
  for (const order of [
    [placed, reserved],
    [reserved, placed],
  ]) {
    const service = aService();
    await take(service, ...order);
    expect(service.said()).toEqual(["PaymentAuthorized", "PaymentCaptured"]);
    expect(service.books()).toEqual(captured);
    expect(service.asked).toEqual(["authorize", "capture"]);
  }
});

const otherId = `ord_${"e".repeat(32)}`;
const late = anOrderPlaced(
  { decideBy: new Date(Date.parse(placed.occurredAt) - minute).toISOString() },
  otherId,
);

test("in a batch with a late order no card is asked for before there is stock", async () => {
  for (const batch of [
    [late, placed],
    [placed, late],
  ]) {
    const service = aService();
    expect(await service.deliver(...batch)).toEqual([]);
    expect(service.asked).toEqual([]);
    expect(service.said()).toEqual(["PaymentAborted"]);
    // Once more, as queues do.
    await take(service, placed, reserved, reserved, placed);
    expect(service.asked).toEqual(["authorize", "capture"]);
    expect(service.books()).toEqual(captured);
  }
});

test("stock that was there before its order is charged for at once, a late order beside it or not", async () => {
  const service = aService();
  await take(service, reserved);
  expect(await service.deliver(late, placed)).toEqual([]);
  expect(service.books()).toEqual(captured);
});

test.each([
  [rejected, "out_of_stock"],
  [cancel, "cancelled"],
] as const)(
  "an order beside late ones that ends without stock was never asked for: $0.type",
  async (event, reason) => {
    const service = aService();
    await service.deliver(late, placed);
    await take(service, event);
    expect(service.asked).toEqual([]);
    expect(service.published.at(-1)).toMatchObject({ type: "PaymentAborted", data: { reason, held: false } });
    expect(service.payment()).toMatchObject({ settlement: "VOIDED" });
  },
);

test("an order beside late ones whose stock never comes is given up at its deadline", async () => {
  const service = aService();
  await service.deliver(late, placed);
  service.clock.now = Date.parse(placed.data.decideBy);
  await take(service, reserved);
  await service.sweep();
  expect(service.asked).toEqual([]);
  expect(service.payment()).toMatchObject({ decision: "ABORT", settlement: "VOIDED" });
});

test("ten seconds after the last late order cards are asked for at once again", async () => {
  const service = aService();
  await take(service, late);
  service.clock.now += 10 * second;
  await take(service, placed);
  expect(service.asked).toEqual(["authorize"]);
});

/** A store that counts what is asked of it. */
function counting() {
  const memory = createMemoryStore();
  const counts = { reads: 0, writes: 0, lost: 0 };
  const store = {
    ...memory,
    load: (orderId: string) => {
      counts.reads++;
      return memory.load(orderId);
    },
    async save(next: Payment) {
      counts.writes++;
      const result = await memory.save(next);
      if (result === "lost") counts.lost++;
      return result;
    },
  };
  return { counts, store };
}

test("stock that is reserved while the card is authorised costs no lost write", async () => {
  const { counts, store } = counting();
  const service = aService(store);
  const held = service.hold("authorize");
  const order = service.deliver(placed);
  await held.begun;
  await take(service, reserved);
  held.release();
  expect(await order).toEqual([]);
  expect(service.books()).toEqual(captured);
  expect(counts).toEqual({ reads: 3, writes: 4, lost: 0 });
});

test("a declined card is said to be so, and nothing more is asked", async () => {
  const service = aService();
  await take(service, declined, reserved, cancel);
  expect(service.said()).toEqual(["PaymentDeclined"]);
  expect(service.asked).toEqual(["authorize"]);
  expect(service.books()).toEqual(nothing);
});

test("a capture refused for good is said with the provider's code, and leaves no hold", async () => {
  const service = aService();
  await take(service, uncapturable, reserved, cancel);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentDeclined"]);
  expect(service.published.at(-1)?.data).toEqual({
    stage: "capture",
    code: "capture_charge_authorization_expired",
    reason: "card_declined",
  });
  expect(service.books()).toEqual(voided);
});

test.each([
  ["rejected", rejected],
  ["cancelled", cancel],
  ["expired", expired],
])("%s before placed: aborted at once, and the provider is never asked", async (_, event) => {
  const service = aService();
  await take(service, event);
  expect(service.said()).toEqual(["PaymentAborted"]);
  await take(service, placed);
  expect(service.asked).toEqual([]);
  // The order brought no news that its abort had not told already.
  expect(service.said()).toEqual(["PaymentAborted"]);
});

test.each([
  ["rejected", rejected],
  ["cancelled", cancel],
  ["expired", expired],
])("%s after authorised: the hold is given up", async (_, event) => {
  const service = aService();
  await take(service, placed, event);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentAborted", "PaymentVoided"]);
  expect(service.books()).toEqual(voided);
});

test("expiry against capture: whichever is written first is the end", async () => {
  const early = aService();
  await take(early, placed, expired, reserved);
  expect(early.said()).toEqual(["PaymentAuthorized", "PaymentAborted", "PaymentVoided"]);
  expect(early.books()).toEqual(voided);
  const late = aService();
  await take(late, placed, reserved, expired);
  expect(late.said()).toEqual(["PaymentAuthorized", "PaymentCaptured"]);
  expect(late.books()).toEqual(captured);
});

test("expiry while the capture is under way does not disturb it", async () => {
  const service = aService();
  await take(service, placed);
  const capture = service.hold("capture");
  const capturing = service.deliver(reserved);
  await capture.begun;
  const expiring = service.deliver(expired);
  capture.release();
  expect([...(await capturing), ...(await expiring)]).toEqual([]);
  expect(service.payment()).toMatchObject({ decision: "CAPTURE", settlement: "CAPTURED", expired: true });
  expect(service.books()).toEqual(captured);
});

test.each<[string, Heard[], object]>([
  ["before placed", [cancel, placed, reserved], nothing],
  ["between reserved and placed", [reserved, cancel, placed], nothing],
  ["after authorised", [placed, cancel, reserved], voided],
  ["after captured", [placed, reserved, cancel], refunded],
  ["again after refunded", [placed, reserved, cancel, cancel], refunded],
])("cancel against capture, %s: no money stays", async (_, order, books) => {
  const service = aService();
  await take(service, ...order);
  expect(service.books()).toEqual(books);
});

test("cancelled while the authorisation is in flight: acknowledged, and voided by the delivery that authorises", async () => {
  const service = aService();
  const authorize = service.hold("authorize");
  const authorizing = service.deliver(placed);
  await authorize.begun;
  await take(service, cancel);
  expect(service.asked).toEqual(["authorize"]);
  expect(service.said()).toEqual(["PaymentAborted"]);
  authorize.release();
  expect(await authorizing).toEqual([]);
  // It was aborted before it was authorised, and nothing is said after that but that nothing is held.
  expect(service.said()).toEqual(["PaymentAborted", "PaymentVoided"]);
  expect(service.books()).toEqual(voided);
});

test("cancelled while the capture is under way: taken once, given back once", async () => {
  const service = aService();
  await take(service, placed);
  const capture = service.hold("capture");
  const capturing = service.deliver(reserved);
  await capture.begun;
  const cancelling = service.deliver(cancel);
  capture.release();
  expect([...(await capturing), ...(await cancelling)]).toEqual([]);
  expect(new Set(service.said())).toEqual(
    new Set(["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded"]),
  );
  expect(service.books()).toEqual(refunded);
});

test("reserved while another delivery is authorising: acknowledged, and captured by the other", async () => {
  const service = aService();
  const authorize = service.hold("authorize");
  const authorizing = service.deliver(placed);
  await authorize.begun;
  await take(service, reserved);
  expect(service.said()).toEqual([]);
  authorize.release();
  expect(await authorizing).toEqual([]);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentCaptured"]);
  expect(service.books()).toEqual(captured);
});

test("the same OrderPlaced at once in two executions is one authorisation, asked for once", async () => {
  const service = aService();
  service.clock.tickMilliseconds = 1;
  const failures = await Promise.all([service.deliver(placed), service.deliver(placed)]);
  expect(failures.flat()).toEqual([]);
  expect(service.asked).toEqual(["authorize"]);
  expect(service.books()).toEqual(held);
});

test("the same OrderPlaced in two executions in the same millisecond is one authorisation", async () => {
  const service = aService();
  const failures = await Promise.all([service.deliver(placed), service.deliver(placed)]);
  expect(failures.flat()).toEqual([]);
  expect(service.books()).toEqual(held);
  expect(service.payment()?.events.PaymentAuthorized).toEqual(service.published[0]);
});

test("the same order twice in a batch is one authorisation", async () => {
  const service = aService();
  service.clock.tickMilliseconds = 1;
  expect(await service.deliver(placed, placed)).toEqual([]);
  expect(service.asked).toEqual(["authorize"]);
  expect(service.books()).toEqual(held);
});

/** Each call of the provider, the facts before it, the fact that leads to it, and the books after it. */
const calls: [CallKind, Heard[], Heard, object][] = [
  ["authorize", [reserved], placed, captured],
  ["capture", [placed], reserved, captured],
  ["void", [placed], cancel, voided],
  ["refund", [placed, reserved], cancel, refunded],
];

/** The schedule has nothing else to go by than the record: no message comes again. */
async function sweepLater(service: ServiceUnderTest) {
  service.clock.now += 3 * minute;
  await service.sweep();
}

test.each(calls)(
  "an answer that is lost after its effect at %s: acknowledged, and the schedule has no second effect",
  async (...call) => {
    const [kind, before, event, after] = call;
    const service = aService();
    await take(service, ...before);
    service.gateway.failNext("lost-answer");
    await take(service, event);
    const booksAfterEffect = service.books();
    await sweepLater(service);
    expect(service.asked.filter((asked) => asked === kind)).toHaveLength(2);
    if (kind !== "authorize") expect(service.books()).toEqual(booksAfterEffect);
    expect(service.books()).toEqual(after);
  },
);

test.each(calls)("a function killed while it waits at %s: the redelivery finishes", async (...call) => {
  const [kind, before, event, after] = call;
  const service = aService();
  await take(service, ...before);
  const killed = service.hold(kind);
  void service.deliver(event); // Never answered.
  await killed.begun;
  service.clock.now += afterTimeout;
  await take(service, event);
  expect(service.books()).toEqual(after);
});

test.each<GatewayFault>(["down", "key-in-use", "limit"])(
  "the provider is %s at each call: acknowledged, for a later try is in the record, and the schedule does it",
  async (fault) => {
    for (const [, before, event, after] of calls) {
      const service = aService();
      await take(service, ...before);
      service.gateway.failNext(fault);
      await take(service, event);
      expect(service.payment()?.dueAt).toBeDefined();
      expect(service.parked).toEqual([]);
      await sweepLater(service);
      expect(service.books()).toEqual(after);
    }
  },
);

test("the stock is free before the provider is asked to give up what it holds", async () => {
  const voiding = aService();
  await take(voiding, placed);
  const held = voiding.hold("void");
  const cancelling = voiding.deliver(cancel);
  await held.begun;
  expect(voiding.said()).toEqual(["PaymentAuthorized", "PaymentAborted"]);
  expect(voiding.published.at(-1)?.data).toEqual({ reason: "cancelled", held: true });
  held.release();
  expect(await cancelling).toEqual([]);
  expect(voiding.said()).toEqual(["PaymentAuthorized", "PaymentAborted", "PaymentVoided"]);
});

test("a bus that refuses keeps no money from being taken: what is said can wait for the redelivery", async () => {
  const service = aService();
  await take(service, placed);
  service.gateway.failNext("down");
  await take(service, reserved);
  service.failPublish(1);
  expect(await service.deliver(reserved)).toEqual(["message-1"]);
  expect(service.books()).toEqual(captured);
  await take(service, reserved);
  expect(service.said()).toContain("PaymentCaptured");
});

test("a stock fact taken while the provider is down is finished by the schedule", async () => {
  const service = aService();
  service.gateway.failNext("down");
  await take(service, placed, reserved);
  expect(service.books()).toEqual(nothing);
  await sweepLater(service);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentCaptured"]);
});

test("redriven after two weeks, the time to decide is over: aborted, never authorised", async () => {
  const service = aService();
  await take(service, reserved);
  service.clock.now += 14 * 24 * 60 * minute;
  await take(service, placed);
  expect(service.asked).toEqual([]);
  expect(service.said()).toEqual(["PaymentAborted"]);
});

test("reserved and also rejected: the second is parked, and changes nothing", async () => {
  const service = aService();
  await take(service, placed, reserved);
  const before = service.payment();
  await take(service, rejected);
  expect(service.parked).toEqual(["InvariantViolation"]);
  expect(service.payment()).toEqual(before);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentCaptured"]);
});

test("a duplicate says again, byte by byte, what was recorded, and asks the provider nothing", async () => {
  const service = aService();
  await take(service, placed, reserved, cancel);
  const first = service.published.map((event) => JSON.stringify(event));
  const { asked } = service;
  const before = [...asked];
  service.clock.now += minute;
  for (const event of [placed, reserved, cancel]) {
    service.published.length = 0;
    await take(service, event);
    expect(service.published.map((each) => JSON.stringify(each)).toSorted()).toEqual(first.toSorted());
  }
  expect(asked).toEqual(before);
});

test("a crash between the write and its publishing: the redelivery says it", async () => {
  const service = aService();
  service.failPublish(1);
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  await take(service, reserved);
  expect(service.said()).toEqual(["PaymentCaptured"]);
  await take(service, placed);
  expect(service.said()).toContain("PaymentAuthorized");
  expect(service.asked).toEqual(["authorize", "capture"]);
});

test("a race lost on the version: the fact is written over what the other wrote", async () => {
  const memory = createMemoryStore();
  let races = 3;
  const service = aService({
    ...memory,
    async save(next) {
      // Another delivery of the order is a moment faster, each time with some other fact.
      if (races-- > 0) {
        const known = await memory.load(next.orderId);
        if (known) await memory.save({ ...known, version: known.version + 1 });
        else
          await memory.save({
            ...next,
            charge: aCharge("pm_card_visa"),
            stock: "RESERVED",
            authorization: { state: "NONE" },
          });
        return "lost";
      }
      return memory.save(next);
    },
  });
  await take(service, cancel);
  expect(service.said()).toEqual(["PaymentAborted"]);
  expect(service.payment()).toMatchObject({ stock: "RESERVED", cancelled: true, settlement: "VOIDED" });
});

test("a race lost while the provider was asked: its answer still holds, and is recorded without asking again", async () => {
  const service = aService();
  const authorize = service.hold("authorize");
  const authorizing = service.deliver(placed);
  await authorize.begun;
  await take(service, expired);
  authorize.release();
  expect(await authorizing).toEqual([]);
  expect(service.asked).toEqual(["authorize", "void"]);
  expect(service.books()).toEqual(voided);
});

const decideBy = Date.parse(placed.data.decideBy);

test("a race that is lost until the time to decide is over: nothing is taken", async () => {
  const memory = createMemoryStore();
  const service = aService({
    ...memory,
    async save(next) {
      if (next.stock === "NONE" || service.clock.now >= decideBy) return memory.save(next);
      service.clock.now = decideBy;
      return "lost";
    },
  });
  await take(service, placed);
  service.clock.now = decideBy - 1;
  await take(service, reserved);
  expect(service.payment()).toMatchObject({ stock: "RESERVED", authorization: { state: "AUTHORIZED" } });
  expect(service.payment()?.decision).toBeUndefined();
  expect(service.books()).toEqual(held);
});

test("a provider that answers only when the time to decide is over: nothing is taken", async () => {
  const service = aService();
  await take(service, reserved);
  const authorize = service.hold("authorize");
  const authorizing = service.deliver(placed);
  await authorize.begun;
  service.clock.now = decideBy;
  authorize.release();
  expect(await authorizing).toEqual([]);
  expect(service.said()).toEqual(["PaymentAuthorized"]);
  expect(service.published[0]?.occurredAt).toBe(placed.data.decideBy);
  expect(service.books()).toEqual(held);
});

test("a store that always loses the race leaves the message to redelivery", async () => {
  const memory = createMemoryStore();
  const service = aService({ ...memory, save: async () => "lost" });
  expect(await service.deliver(placed)).toEqual(["message-1"]);
  expect(service.asked).toEqual([]);
  expect(service.said()).toEqual([]);
});

test("a first write whose answer was lost is still its own: the card is authorised, not left to the timer", async () => {
  const memory = createMemoryStore();
  let lost = 1;
  const service = aService({
    ...memory,
    // The SDK asked again after a lost answer, and met its own write.
    save: async (next) => {
      const result = await memory.save(next);
      return lost-- > 0 ? "lost" : result;
    },
  });
  await take(service, placed);
  expect(service.books()).toEqual(held);
  expect(service.said()).toEqual(["PaymentAuthorized"]);
});

test("what a write recorded whose answer was lost is said by the same delivery, whichever write it was", async () => {
  for (const [first, says] of [
    [placed, ["PaymentAuthorized", "PaymentCaptured"]],
    [declined, ["PaymentDeclined"]],
  ] as const) {
    for (const which of [1, 2, 3]) {
      const memory = createMemoryStore();
      let writes = 0;
      const service = aService({
        ...memory,
        save: async (next) => {
          const result = await memory.save(next);
          return ++writes === which ? "lost" : result;
        },
      });
      await take(service, reserved, first);
      expect([...new Set(service.said())], `write ${which}`).toEqual(says);
    }
  }
});

test("no line of any log, and no event, holds the card or the address", async () => {
  const service = aService();
  service.gateway.failNext("down");
  await service.deliver(placed);
  await sweepLater(service);
  await take(service, placed, reserved, cancel, rejected);
  await service.deliver(JSON.stringify({ source: "shop.orders", detail: placed }));
  expect(service.lines.length).toBeGreaterThan(3);
  expect(`${service.lines.join("\n")}${JSON.stringify(service.published)}`).not.toMatch(/pm_card|@example/);
});

const orders: Heard[][] = [
  [placed, reserved],
  [placed, reserved, cancel],
  [placed, reserved, expired],
  [placed, reserved, cancel, expired],
  [placed, rejected, cancel],
  [uncapturable, reserved, cancel],
  [declined, reserved, expired],
];

/** Delivers what failed again, later each time, until all is acknowledged and nothing is due. */
async function redeliver(service: ServiceUnderTest, failed: readonly Heard[]) {
  let left = [...failed];
  for (let round = 1; left.length > 0; round++) {
    expect(round, "a message is never acknowledged").toBeLessThan(30);
    service.clock.now += afterTimeout;
    const again: Heard[] = [];
    for (const event of left) if ((await service.deliver(event)).length > 0) again.push(event);
    left = again;
  }
  for (let run = 1; service.payment()?.dueAt !== undefined; run++) {
    expect(run, "a payment is due for ever").toBeLessThan(30);
    service.clock.now += 16 * minute;
    await service.sweep().catch(() => {});
  }
}

/** When every message is acknowledged, nothing is outstanding and nothing remains to be said. */
function expectRest(service: ServiceUnderTest, facts: readonly Heard[]) {
  const payment = service.payment();
  const books = service.books();
  expect(books.authorizations).toBeLessThanOrEqual(1);
  expect(books.captures).toBeLessThanOrEqual(1);
  expect(books.held).toBe(0);
  expect(payment?.settlement).toBeDefined();
  expect(payment?.dueAt).toBeUndefined();
  if (facts.includes(cancel) || facts.includes(rejected)) expect(books.captured - books.refunded).toBe(0);
  const bodies = new Map<string, string>();
  for (const event of service.published) {
    const body = JSON.stringify(event);
    expect(bodies.get(event.id) ?? body).toBe(body);
    bodies.set(event.id, body);
  }
  expect(new Set(service.said())).toEqual(new Set(Object.keys(payment?.events ?? {})));
  expect(service.parked).toEqual([]);
}

test("any order, any duplicates, any faults of provider and bus: at rest when all is acknowledged", async () => {
  const faults = fc.array(
    fc.constantFrom<(GatewayFault | undefined)[]>(undefined, undefined, "down", "lost-answer", "key-in-use"),
    {
      maxLength: 6,
    },
  );
  const plays = fc.constantFrom(...orders).chain((facts) =>
    fc.array(fc.constantFrom(...facts), { maxLength: 4 }).chain((extra) =>
      fc.record({
        facts: fc.constant(facts),
        events: fc.shuffledSubarray([...facts, ...extra], { minLength: facts.length + extra.length }),
        faults,
        publishFailures: fc.nat(3),
      }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(plays, async ({ facts, events, faults, publishFailures }) => {
      const service = aService();
      service.gateway.failNext(...faults);
      service.failPublish(publishFailures);
      const failed: Heard[] = [];
      for (const event of events) if ((await service.deliver(event)).length > 0) failed.push(event);
      await redeliver(service, failed);
      expectRest(service, facts);
    }),
  );
});

test("any interleaving of all facts at once, each delivered twice: at rest when all is acknowledged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.constantFrom(...orders), async (scheduler, facts) => {
      const memory = createMemoryStore();
      let isRacing = true;
      const moment = async (name: string) =>
        void (isRacing && (await scheduler.schedule(Promise.resolve(), name)));
      const service = aService({
        ...memory,
        load: (orderId) => moment("load").then(() => memory.load(orderId)),
        save: (next) => moment("save").then(() => memory.save(next)),
      });
      service.hooks.before = moment;
      const deliveries = [...facts, ...facts].map(async (event) => ({
        event,
        failed: (await service.deliver(event)).length > 0,
      }));
      const answers = await scheduler.waitFor(Promise.all(deliveries));
      isRacing = false;
      await redeliver(
        service,
        answers.filter(({ failed }) => failed).map(({ event }) => event),
      );
      expectRest(service, facts);
    }),
  );
});

test("a read that took beyond decideBy decides by the time it is over, not by when it began", async () => {
  const memory = createMemoryStore();
  let delay = 0;
  const service = aService({
    ...memory,
    async load(orderId) {
      const known = await memory.load(orderId);
      service.clock.now += delay;
      return known;
    },
  });
  await take(service, placed);
  delay = 1000 * second;
  await take(service, reserved);
  expect(service.said()).not.toContain("PaymentCaptured");
  expect(service.payment()?.decision).not.toBe("CAPTURE");
});
