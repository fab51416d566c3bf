// The arbiter's rules: whatever comes, in whatever order, one decision, one settlement, and no money between.
import { type Cause, layerOf } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AMOUNT, anOrderPlaced } from "./gateway/gateway.suite.ts";
import {
  type Heard,
  isBeingAuthorized,
  nextCall,
  type Payment,
  type ProviderAnswer,
  type ProviderCall,
  published,
  putOff,
  recorded,
  giveUp as ruleOfGivingUp,
  hear as ruleOfHearing,
  record as ruleOfRecording,
  unpublishedEvents,
} from "./payment.ts";

const terms = { actionWithinSeconds: 600 };
const hear = (known: Payment | undefined, event: Heard, now: number) =>
  ruleOfHearing(known, event, now, terms);
const giveUp = (payment: Payment, now: number) => ruleOfGivingUp(payment, now, terms);
const record = (payment: Payment, answer: ProviderAnswer, cause: Cause) =>
  ruleOfRecording(payment, answer, cause, terms);

const minute = 60_000;
const decideBy = testNow + 15 * minute;
const iso = (at: number) => new Date(at).toISOString();

const placed = anOrderPlaced();
const reserved = anEvent("StockReserved");
const rejected = anEvent("StockRejected");
const cancel = anEvent("OrderCancelRequested");
const expired = anEvent("ReservationExpired");

/** What the provider answers for this order, always the same. */
type Card = { isGood: boolean; capturable: boolean };
const goodCard: Card = { isGood: true, capturable: true };
const declinedCard: Card = { isGood: false, capturable: false };
const uncapturableCard: Card = { isGood: true, capturable: false };

function answerOf(card: Card, call: ProviderCall): ProviderAnswer {
  switch (call.kind) {
    case "authorize":
      return card.isGood
        ? { kind: "authorized", intentId: "pi_1" }
        : { kind: "declined", code: "insufficient_funds", reason: "insufficient_funds" };
    case "capture":
      return card.capturable
        ? { kind: "captured", amount: AMOUNT }
        : {
            kind: "capture-failed",
            code: "capture_charge_authorization_expired",
            reason: "card_declined",
          };
    case "void":
      return { kind: "voided" };
    case "refund":
      return { kind: "refund", refundId: call.refund.id, status: "SUCCEEDED", providerId: "re_1" };
  }
}

type Story = { payment: Payment | undefined; answers: ProviderAnswer["kind"][] };

/** Asks the provider until nothing is outstanding. */
function toRest({ payment, answers }: Story, card: Card, now: number): Story {
  let current = payment;
  const given = [...answers];
  for (let call = current && nextCall(current); current && call; call = nextCall(current)) {
    expect(given.length, "the provider is asked without end").toBeLessThan(20);
    const answer = answerOf(card, call);
    given.push(answer.kind);
    current = record(current, answer, { causationId: null, now });
  }
  return { payment: current, answers: given };
}

type Fact = { event: Heard | "timer"; now: number };

function take(story: Story, { event, now }: Fact, card: Card): Story {
  if (event !== "timer") return toRest({ ...story, payment: hear(story.payment, event, now) }, card, now);
  const given = story.payment && giveUp(story.payment, now);
  const payment = given ? published(given, unpublishedEvents(given), now) : story.payment;
  return toRest({ ...story, payment }, card, now);
}

function heardAll(card: Card, ...facts: Heard[]): Payment {
  const { payment } = facts.reduce<Story>((story, event) => take(story, { event, now: testNow }, card), {
    payment: undefined,
    answers: [],
  });
  return payment ?? expect.unreachable();
}

const saysOf = (payment: Payment) =>
  recorded(payment)
    .map(({ type }) => type)
    .toSorted();

/** What OrderPlaced leaves before the provider has answered. */
const pending = hear(undefined, placed, testNow);
const at = (now: number) => ({ causationId: placed.id, now });
const authorized: ProviderAnswer = { kind: "authorized", intentId: "pi_1" };
const refundMade: ProviderAnswer = {
  kind: "refund",
  refundId: "cancellation-1",
  status: "SUCCEEDED",
  providerId: "re_1",
};

test("an order that was placed stores its intent before the provider is asked", () => {
  expect(pending).toMatchObject({
    authorization: { state: "PENDING", since: iso(testNow) },
    deadline: iso(decideBy),
    version: 1,
  });
  expect(pending.decision).toBeUndefined();
  expect(nextCall(pending)).toMatchObject({
    kind: "authorize",
    since: iso(testNow),
    charge: { amount: AMOUNT },
  });
});

test("authorised and reserved: captured, once", () => {
  const payment = heardAll(goodCard, placed, reserved);
  expect(payment).toMatchObject({ decision: "CAPTURE", settlement: "CAPTURED" });
  expect(payment.events.PaymentCaptured?.data).toEqual({ amount: AMOUNT, currency: "EUR" });
  expect(nextCall(payment)).toBeUndefined();
});

test("reserved before placed: captured as well", () => {
  const payment = heardAll(goodCard, reserved, placed);
  expect(payment).toMatchObject({ decision: "CAPTURE", settlement: "CAPTURED" });
});

test("authorised and nothing known of the stock: no decision, only its deadline", () => {
  const payment = heardAll(goodCard, placed);
  expect(payment.decision).toBeUndefined();
  expect(saysOf(payment)).toEqual(["PaymentAuthorized"]);
  expect(payment.dueAt).toBe(pending.dueAt);
  expect(putOff(payment, testNow + 2 * minute).dueAt).toBe(iso(decideBy));
});

test.each([
  ["rejected", rejected, "out_of_stock"],
  ["cancelled", cancel, "cancelled"],
  ["expired", expired, "expired"],
] as const)("%s before placed: aborted at once, and never authorised later", (_, event, reason) => {
  const tombstone = hear(undefined, event, testNow);
  expect(tombstone).toMatchObject({ decision: "ABORT", settlement: "VOIDED" });
  expect(tombstone.events.PaymentAborted?.data).toEqual({ reason, held: false });
  expect(tombstone.events.PaymentVoided).toBeUndefined();
  const payment = hear(tombstone, placed, testNow + minute);
  expect(payment.authorization).toEqual({ state: "NONE" });
  expect(nextCall(payment)).toBeUndefined();
  expect(payment.dueAt).toBeUndefined();
  expect(payment.events).toEqual(tombstone.events);
});

test.each([
  ["rejected", rejected, "out_of_stock"],
  ["cancelled", cancel, "cancelled"],
  ["expired", expired, "expired"],
] as const)("authorised, then %s: the hold is given up", (_, event, reason) => {
  const aborted = hear(heardAll(goodCard, placed), event, testNow);
  expect(aborted.decision).toBe("ABORT");
  expect(aborted.settlement).toBeUndefined();
  // Said before the provider is asked.
  expect(aborted.events.PaymentAborted?.data).toEqual({ reason, held: true });
  expect(nextCall(aborted)).toEqual({ kind: "void", intentId: "pi_1" });
  const payment = record(aborted, { kind: "voided" }, at(testNow));
  expect(payment.settlement).toBe("VOIDED");
  expect(payment.events.PaymentVoided?.data).toEqual({ authorized: true });
});

test("declined: the payment is over, with the provider's code", () => {
  const payment = heardAll(declinedCard, placed);
  expect(payment).toMatchObject({ decision: "ABORT", settlement: "DECLINED" });
  expect(payment.events.PaymentDeclined?.data).toEqual({
    stage: "authorize",
    code: "insufficient_funds",
    reason: "insufficient_funds",
  });
  expect(nextCall(payment)).toBeUndefined();
});

test("cancelled while the authorisation is in flight: it is finished, then voided", () => {
  const aborted = hear(pending, cancel, testNow);
  expect(aborted.decision).toBe("ABORT");
  expect(aborted.settlement).toBeUndefined();
  expect(nextCall(aborted)).toMatchObject({ kind: "authorize", abortedAt: iso(testNow) });
  const holding = record(aborted, authorized, at(testNow));
  expect(nextCall(holding)).toEqual({ kind: "void", intentId: "pi_1" });
  expect(heardAll(goodCard, placed, cancel).settlement).toBe("VOIDED");
});

test("cancelled while the authorisation is in flight, which is declined: voided, for it was said to abort", () => {
  const payment = record(
    hear(pending, cancel, testNow),
    { kind: "declined", code: "lost_card", reason: "card_declined" },
    at(testNow),
  );
  expect(payment).toMatchObject({ decision: "ABORT", settlement: "VOIDED" });
  expect(saysOf(payment)).toEqual(["PaymentAborted", "PaymentVoided"]);
  expect(payment.events.PaymentVoided?.data).toEqual({ authorized: false });
});

test("a capture refused for good: declined at the capture, and over", () => {
  const payment = heardAll(uncapturableCard, placed, reserved);
  expect(payment).toMatchObject({ decision: "CAPTURE", settlement: "CAPTURE_FAILED" });
  expect(payment.events.PaymentDeclined?.data).toEqual({
    stage: "capture",
    code: "capture_charge_authorization_expired",
    reason: "card_declined",
  });
  expect(nextCall(hear(payment, cancel, testNow))).toBeUndefined();
});

test("cancelled after the decision: the capture is finished, then given back", () => {
  const deciding = record(hear(pending, reserved, testNow), authorized, at(testNow));
  const cancelled = hear(deciding, cancel, testNow);
  expect(cancelled.decision).toBe("CAPTURE");
  expect(nextCall(cancelled)).toMatchObject({ kind: "capture" });
  const captured = record(cancelled, { kind: "captured", amount: AMOUNT }, at(testNow));
  expect(nextCall(captured)).toMatchObject({
    kind: "refund",
    refund: { id: "cancellation-1", amount: AMOUNT },
  });
  const payment = record(captured, refundMade, at(testNow));
  expect(payment.settlement).toBe("REFUNDED");
  expect(saysOf(payment)).toEqual(["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded"]);
  expect(nextCall(payment)).toBeUndefined();
});

test("captured, then cancelled: given back", () => {
  expect(heardAll(goodCard, placed, reserved, cancel).settlement).toBe("REFUNDED");
});

test("captured, then expired: the request comes too late", () => {
  const payment = heardAll(goodCard, placed, reserved, expired);
  expect(payment).toMatchObject({ decision: "CAPTURE", settlement: "CAPTURED" });
});

test("placed only after its time to decide: aborted without asking the provider", () => {
  const payment = hear(undefined, placed, decideBy);
  expect(payment).toMatchObject({
    decision: "ABORT",
    settlement: "VOIDED",
    authorization: { state: "NONE" },
  });
  expect(payment.events.PaymentAborted?.data).toEqual({ reason: "expired", held: false });
});

test("reserved at the moment the time to decide is over: not captured, left to the timer", () => {
  const waiting = heardAll(goodCard, placed);
  expect(hear(waiting, reserved, decideBy - 1).decision).toBe("CAPTURE");
  const late = hear(waiting, reserved, decideBy);
  expect(late.decision).toBeUndefined();
  expect(nextCall(late)).toBeUndefined();
  expect(late.dueAt).toBe(iso(decideBy));
  expect(giveUp(late, decideBy)?.decision).toBe("ABORT");
});

test("authorised after the time to decide: not captured, left to the timer", () => {
  const late = record(hear(pending, reserved, testNow), authorized, at(decideBy));
  expect(late.decision).toBeUndefined();
  expect(giveUp(late, decideBy)).toMatchObject({ decision: "ABORT", expired: true });
});

test("the timer gives up what is undecided, from its deadline on, and nothing else", () => {
  const waiting = heardAll(goodCard, placed);
  expect(giveUp(waiting, decideBy - 1)).toBeUndefined();
  const given = giveUp(waiting, decideBy);
  expect(given?.version).toBe(waiting.version + 1);
  expect(given && nextCall(given)).toEqual({ kind: "void", intentId: "pi_1" });
  for (const facts of [[placed, reserved], [cancel], [placed, rejected]]) {
    expect(giveUp(heardAll(goodCard, ...facts), decideBy + minute)).toBeUndefined();
  }
});

test("the order's own time to decide holds, also for a record that was there before it", () => {
  const soon = anOrderPlaced({ decideBy: iso(testNow + 5 * minute) });
  for (const facts of [[soon], [expired, soon], [reserved, soon]]) {
    expect(heardAll(goodCard, ...facts).deadline).toBe(iso(testNow + 5 * minute));
  }
  const waiting = heardAll(goodCard, soon);
  expect(putOff(waiting, testNow + 2 * minute).dueAt).toBe(iso(testNow + 5 * minute));
  expect(giveUp(waiting, testNow + 5 * minute)?.decision).toBe("ABORT");
});

test("an answer recorded again changes no event that was said", () => {
  const payment = heardAll(goodCard, placed, reserved, cancel);
  const answers: ProviderAnswer[] = [authorized, { kind: "captured", amount: AMOUNT }, refundMade];
  for (const answer of answers) {
    expect(record(payment, answer, at(testNow + minute)).events).toEqual(payment.events);
  }
});

test("a tombstone waits a quarter of an hour for its order", () => {
  const tombstone = hear(undefined, reserved, testNow);
  expect(tombstone.dueAt).toBe(iso(testNow + 2 * minute));
  expect(putOff(tombstone, testNow + 2 * minute).dueAt).toBe(iso(testNow + 15 * minute));
  expect(giveUp(tombstone, testNow + 15 * minute - 1)).toBeUndefined();
  const given = giveUp(tombstone, testNow + 15 * minute);
  expect(given).toMatchObject({ decision: "ABORT", settlement: "VOIDED" });
  expect(given?.events.PaymentAborted).toMatchObject({ causationId: null, data: { reason: "expired" } });
});

test("unfinished work is due one to two minutes after its last write; a payment at rest never is", () => {
  expect(pending.dueAt).toBe(iso(testNow + 2 * minute));
  const decided = record(hear(pending, reserved, testNow), authorized, at(testNow + minute));
  expect(decided.dueAt).toBe(pending.dueAt);
  const later = record(hear(pending, reserved, testNow), authorized, at(testNow + minute + 1));
  expect(later.dueAt).toBe(iso(testNow + 3 * minute + 1));
  expect(record(decided, { kind: "captured", amount: AMOUNT }, at(testNow + minute)).dueAt).toBeUndefined();
});

test("in whatever order its facts come, a payment enters the index of the due once and leaves it once", () => {
  for (const facts of [
    [placed, reserved],
    [reserved, placed],
    [placed, rejected],
    [placed, cancel],
  ]) {
    const moments: (string | undefined)[] = [];
    let payment: Payment | undefined;
    for (const [index, event] of facts.entries()) {
      const now = testNow + index * 1000;
      payment = hear(payment, event, now);
      moments.push(payment.dueAt);
      for (let call = nextCall(payment); call; call = nextCall(payment)) {
        expect(moments.length, "the provider is asked without end").toBeLessThan(10);
        payment = record(payment, answerOf(goodCard, call), at(now));
        moments.push(payment.dueAt);
      }
    }
    expect(moments.pop()).toBeUndefined();
    expect(new Set(moments)).toEqual(new Set([iso(testNow + 2 * minute)]));
  }
});

test("what a timer decided stays due until its events are published", () => {
  const given = giveUp(hear(undefined, reserved, testNow), decideBy);
  if (!given) return expect.unreachable();
  expect(unpublishedEvents(given).map(({ type }) => type)).toEqual(["PaymentAborted"]);
  expect(given.dueAt).toBe(iso(decideBy));
  const after = published(given, unpublishedEvents(given), decideBy);
  expect(after).toMatchObject({ unpublished: [], version: given.version + 1 });
  expect(after.dueAt).toBeUndefined();
});

test("an authorisation is under way until the function that asked must have stopped", () => {
  expect(isBeingAuthorized(pending, testNow + 29_999, 30)).toBe(true);
  expect(isBeingAuthorized(pending, testNow + 30_000, 30)).toBe(false);
  expect(isBeingAuthorized(heardAll(goodCard, placed), testNow, 30)).toBe(false);
});

test.each([
  [[reserved], rejected],
  [[rejected], reserved],
  [[placed, reserved], rejected],
])("stock both reserved and rejected is impossible, and said so", (before, event) => {
  expect(() => hear(heardAll(goodCard, ...before), event, testNow)).toThrow(
    expect.objectContaining({ name: "InvariantViolation" }),
  );
});

test("an event says what it answers, in its trace, and is of a higher layer than anything payment hears", () => {
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const payment = hear(undefined, { ...cancel, traceparent }, testNow);
  expect(payment.events.PaymentAborted).toMatchObject({ causationId: cancel.id, traceparent });
  for (const said of recorded(heardAll(goodCard, placed, reserved, cancel))) {
    for (const heard of [placed, reserved, rejected, cancel, expired]) {
      expect(layerOf[said.type]).toBeGreaterThan(layerOf[heard.type]);
    }
  }
});

const cards = fc.constantFrom(goodCard, declinedCard, uncapturableCard);

/** A consistent set of facts: stock is reserved or rejected, never both. */
const consistentFacts = fc
  .record({
    stock: fc.constantFrom(reserved, rejected, undefined),
    others: fc.subarray<Heard>([placed, cancel, expired]),
  })
  .map(({ stock, others }): Heard[] => (stock ? [stock, ...others] : others));

/**
 * The facts in any order, some of them several times, at moments around the deadline; the timer looks in
 * between.
 */
const stories = consistentFacts.chain((facts) =>
  fc
    .array(fc.constantFrom<(Heard | "timer")[]>(...facts, "timer"), { maxLength: 8 })
    .chain((extra) => fc.shuffledSubarray([...facts, ...extra], { minLength: facts.length + extra.length }))
    .chain((events) =>
      fc
        .array(fc.nat(8 * minute), { minLength: events.length, maxLength: events.length })
        .map((waits): Fact[] => {
          let now = testNow;
          return events.map((event, index) => {
            now += waits[index] ?? 0;
            return { event, now };
          });
        }),
    ),
);

const play = (facts: readonly Fact[], card: Card): Story =>
  facts.reduce<Story>((story, fact) => take(story, fact, card), { payment: undefined, answers: [] });

test("facts heard again change nothing: no byte of the record, and no call of the provider", () => {
  fc.assert(
    fc.property(stories, cards, (facts, card) => {
      const firsts = facts.filter(
        ({ event }, index) =>
          event === "timer" || facts.findIndex((earlier) => earlier.event === event) === index,
      );
      expect(play(facts, card)).toEqual(play(firsts, card));
    }),
  );
});

test("whatever comes: one decision, written once; at most one capture; never captured and voided; no body changes", () => {
  fc.assert(
    fc.property(stories, cards, (facts, card) => {
      let story: Story = { payment: undefined, answers: [] };
      for (const fact of [...facts, { event: "timer" as const, now: testNow + 24 * 60 * minute }]) {
        const before = story.payment;
        story = take(story, fact, card);
        const after = story.payment;
        if (!before || !after) continue;
        if (before.decision) expect(after.decision).toBe(before.decision);
        expect(after.events).toMatchObject(before.events);
        if (before.settlement && before.settlement !== "CAPTURED")
          expect(after.settlement).toBe(before.settlement);
      }
      const { payment, answers } = story;
      if (!payment) return;
      const times = (kind: ProviderAnswer["kind"]) => answers.filter((answer) => answer === kind).length;
      expect(times("authorized") + times("declined")).toBeLessThanOrEqual(1);
      expect(times("captured") + times("capture-failed") + times("voided")).toBeLessThanOrEqual(1);
      // At rest no hold is left: what was authorised was captured, refused for good, or voided.
      expect(times("captured") + times("capture-failed") + times("voided")).toBe(times("authorized"));
      expect(times("refund")).toBe(times("captured") > 0 && payment.cancelled ? 1 : 0);
      expect(payment.decision).toBeDefined();
      expect(payment.settlement).toBeDefined();
      expect(payment.dueAt).toBeUndefined();
      const ends = ["PaymentCaptured", "PaymentAborted", "PaymentDeclined"];
      expect(saysOf(payment).filter((type) => ends.includes(type))).toHaveLength(1);
    }),
  );
});

const inAnyOrder = (facts: Heard[]) => fc.shuffledSubarray(facts, { minLength: facts.length });

const factsInTime = (events: readonly Heard[]): Fact[] => events.map((event) => ({ event, now: testNow }));

test("in time and without an abort, the end and what is said do not depend on the order", () => {
  fc.assert(
    fc.property(inAnyOrder([placed, reserved]), cards, (events, card) => {
      const { payment, answers } = play(factsInTime(events), card);
      const canonical = play(factsInTime([placed, reserved]), card);
      expect(payment).toMatchObject({
        decision: canonical.payment?.decision,
        settlement: canonical.payment?.settlement,
      });
      expect(payment && saysOf(payment)).toEqual(canonical.payment && saysOf(canonical.payment));
      expect(answers).toEqual(canonical.answers);
    }),
  );
});

test("an order cancelled or without stock ends without money, in any order and with any card", () => {
  const aborting = fc.constantFrom<Heard[]>(
    [placed, rejected],
    [placed, reserved, cancel],
    [placed, rejected, cancel, expired],
    [placed, reserved, cancel, expired],
  );
  fc.assert(
    fc.property(aborting.chain(inAnyOrder), cards, (events, card) => {
      const { payment, answers } = play(factsInTime(events), card);
      const money = answers.reduce(
        (sum, kind) => sum + (kind === "captured" ? 1 : kind === "refund" ? -1 : 0),
        0,
      );
      expect(money).toBe(0);
      expect(payment?.settlement).toMatch(/^(VOIDED|DECLINED|REFUNDED|CAPTURE_FAILED)$/);
      if (events.includes(rejected)) expect(payment?.decision).toBe("ABORT");
    }),
  );
});

test("a fact between a call and its answer: asked again, the provider is told the same and the end is the same", () => {
  const others = fc.shuffledSubarray<Heard>([reserved, cancel, expired]);
  fc.assert(
    fc.property(others, fc.array(fc.nat(4), { maxLength: 4 }), cards, (events, gaps, card) => {
      let payment = pending;
      const waiting = [...events];
      let answered = 0;
      for (let step = 0; step < 30; step++) {
        const call = nextCall(payment);
        const fact = (gaps[step] ?? 0) > 1 || !call ? waiting.shift() : undefined;
        if (fact) payment = hear(payment, fact, testNow);
        else if (call) {
          payment = record(payment, answerOf(card, call), at(testNow));
          answered++;
        }
      }
      expect(nextCall(payment)).toBeUndefined();
      expect(answered).toBeLessThanOrEqual(3);
      if (payment.cancelled) expect(payment.settlement).not.toBe("CAPTURED");
      const types = saysOf(payment);
      expect(types.includes("PaymentCaptured") && types.includes("PaymentAborted")).toBe(false);
      expect(types.includes("PaymentRefunded")).toBe(payment.settlement === "REFUNDED");
    }),
  );
});
