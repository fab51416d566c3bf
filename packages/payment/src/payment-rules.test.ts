// The arbiter's rules one by one: what the provider is asked, what it answers, when a record is due.
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { AMOUNT, anOrderPlaced } from "./gateway/gateway.suite.ts";
import {
  type Authorization,
  advance,
  captured,
  hear,
  isLookedFor,
  nextCall,
  type Payment,
  type ProviderAnswer,
  published,
  putOff,
  type Refund,
  record,
  recorded,
  triedInVain,
  voided,
  withAuthorization,
  withUnpublished,
  written,
} from "./payment.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const terms = { actionWithinSeconds: 600 };
const cause = { causationId: null, now: testNow };
const iso = (at: number) => new Date(at).toISOString();
const at = iso(testNow);

const { dueAt: _, ...placed } = hear(undefined, anOrderPlaced(), testNow, terms);
const charge = placed.charge ?? expect.unreachable();
const none: Authorization = { state: "NONE" };
const pending: Authorization = { state: "PENDING", since: at };
const asking = { state: "ACTION_REQUIRED", since: at, intentId: "pi_1", clientSecret: "secret" } as const;
const authorized: Authorization = { state: "AUTHORIZED", intentId: "pi_1" };
const declined = { state: "DECLINED", code: "lost_card", reason: "card_declined" } as const;
const aRefund = (part: Partial<Refund> = {}): Refund => ({
  id: "rf_1",
  amount: 613,
  source: "shop",
  status: "REQUESTED",
  at,
  ...part,
});

const aPayment = (part: Partial<Payment> = {}): Payment => ({ ...placed, ...part });

describe("an order", () => {
  test("is charged as it was placed, and its parts that payment does not need are left out", () => {
    const { placedBy: _by, bulkId: _bulk, bulkRow: _row, ...data } = anOrderPlaced().data;
    const order = { ...anOrderPlaced(), data };
    expect(hear(undefined, order, testNow, terms).charge).toStrictEqual({
      amount: AMOUNT,
      currency: "EUR",
      paymentMethod: data.paymentMethod,
      decideBy: data.decideBy,
      lines: [{ sku: "TEA-EARL-GREY", quantity: 1, unitPrice: AMOUNT }],
    });
  });

  test("of a customer and of a row of a bulk order says so", () => {
    const ofBulk = { bulkId: `bulk_${"0".repeat(32)}`, bulkRow: 0 };
    const order = anOrderPlaced({
      placedBy: { ...anOrderPlaced().data.placedBy, principal: "ada" } as never,
      ...ofBulk,
    });
    expect(hear(undefined, order, testNow, terms).charge).toMatchObject({ principal: "ada", ofBulk });
    const { bulkRow: _row, ...rowless } = order.data;
    const { bulkId: _bulk, ...bulkless } = order.data;
    for (const data of [rowless, bulkless])
      expect(hear(undefined, { ...order, data }, testNow, terms).charge).not.toHaveProperty("ofBulk");
  });

  test("of a bulk order whose customer is asked says its row", () => {
    const ofBulk = { bulkId: `bulk_${"0".repeat(32)}`, bulkRow: 3 };
    const payment = aPayment({ charge: { ...charge, ofBulk }, authorization: asking });
    const asked = hear(payment, anEvent("StockReserved"), testNow, terms);
    expect(asked.events.PaymentActionRequired?.data).toEqual({
      actionBy: iso(testNow + 10 * minute),
      ...ofBulk,
    });
  });

  test("that is heard again, as any other fact, is no news: the record is the same object", () => {
    const facts = [
      anOrderPlaced(),
      anEvent("StockReserved"),
      anEvent("OrderCancelRequested"),
      anEvent("ReservationExpired"),
    ];
    for (const event of [...facts, anEvent("StockRejected")]) {
      const once = hear(undefined, event, testNow, terms);
      expect(hear(once, event, testNow + minute, terms)).toBe(once);
    }
  });
});

test("a record that begins with a cancel knows nothing else", () => {
  expect(hear(undefined, anEvent("OrderCancelRequested"), testNow, terms)).toMatchObject({
    stock: "NONE",
    expired: false,
    authorization: { state: "NONE" },
    refunds: [],
    disputes: [],
  });
});

describe("the reason of an abort", () => {
  test.each([
    [{ cancelled: true, stock: "REJECTED", expired: true }, "cancelled"],
    [{ stock: "REJECTED", expired: true }, "out_of_stock"],
    [{ expired: true }, "expired"],
  ] as const)("of %j is %s", (part, reason) => {
    const given = advance(aPayment({ authorization: asking, ...part }), cause, terms);
    expect(given.events.PaymentAborted?.data).toEqual({ reason, held: true });
    expect(given.authorization).not.toHaveProperty("clientSecret");
  });
});

describe("what is decided", () => {
  const decideBy = testNow + 15 * minute;
  test.each<[string, Partial<Payment>, number, Payment["decision"]]>([
    [
      "authorised and reserved in time",
      { authorization: authorized, stock: "RESERVED" },
      decideBy - 1,
      "CAPTURE",
    ],
    [
      "authorised and reserved too late",
      { authorization: authorized, stock: "RESERVED" },
      decideBy,
      undefined,
    ],
    ["authorised, and its stock not known", { authorization: authorized }, testNow, undefined],
    ["reserved, and not authorised yet", { stock: "RESERVED" }, testNow, undefined],
    [
      "reserved, while the customer is asked",
      { authorization: asking, stock: "RESERVED" },
      testNow,
      undefined,
    ],
    ["declined, with stock", { authorization: declined, stock: "RESERVED" }, testNow, "ABORT"],
    ["authorised, without stock", { authorization: authorized, stock: "REJECTED" }, testNow, "ABORT"],
    [
      "authorised and reserved, but cancelled",
      { authorization: authorized, stock: "RESERVED", cancelled: true },
      testNow,
      "ABORT",
    ],
    [
      "authorised and reserved, but expired",
      { authorization: authorized, stock: "RESERVED", expired: true },
      testNow,
      "ABORT",
    ],
  ])("of an order %s", (_, part, now, decision) => {
    const decided = advance(aPayment(part), { ...cause, now }, terms);
    expect(decided.decision).toBe(decision);
    // Once it is there, no fact changes it, and nothing is said a second time.
    if (decision)
      expect(advance({ ...decided, cancelled: true, expired: true }, cause, terms).events).toEqual(
        decided.events,
      );
  });

  test("a customer is asked in time only, and once", () => {
    const payment = aPayment({ authorization: asking, stock: "RESERVED" });
    expect(advance(payment, { ...cause, now: decideBy }, terms)).toBe(payment);
    const asked = advance(payment, cause, terms);
    expect(asked.deadline).toBe(iso(testNow + 10 * minute));
    expect(advance(asked, { ...cause, now: testNow + minute }, terms)).toBe(asked);
  });
});

describe("what the provider is asked next", () => {
  const void1 = { kind: "void", intentId: "pi_1" };
  const capture1 = { kind: "capture", intentId: "pi_1", charge };
  const refund = aRefund();

  test.each<[string, Partial<Payment>, object | undefined]>([
    [
      "an authorisation that was intended",
      { authorization: pending },
      { kind: "authorize", charge, since: at },
    ],
    ["nothing of an order that came after its abort", { authorization: none, decision: "ABORT" }, undefined],
    ["nothing while only the stock is waited for", { authorization: authorized }, undefined],
    ["nothing while the customer is asked", { authorization: asking }, undefined],
    ["what was decided to be captured", { authorization: authorized, decision: "CAPTURE" }, capture1],
    [
      "nothing once it is captured",
      { authorization: authorized, decision: "CAPTURE", settlement: "CAPTURED", taken: AMOUNT },
      undefined,
    ],
    [
      "nothing once the capture was refused",
      { authorization: authorized, decision: "CAPTURE", settlement: "CAPTURE_FAILED" },
      undefined,
    ],
    ["to give up a hold", { authorization: authorized, decision: "ABORT" }, void1],
    ["to give up an intent that waits for the customer", { authorization: asking, decision: "ABORT" }, void1],
    [
      "nothing once the hold is given up",
      { authorization: authorized, decision: "ABORT", settlement: "VOIDED" },
      undefined,
    ],
    [
      "nothing to give up where another hand has taken the money",
      { authorization: authorized, decision: "ABORT", taken: AMOUNT },
      undefined,
    ],
    [
      "to close an intent that was declined, which the customer could still confirm",
      { authorization: { ...declined, intentId: "pi_1" }, decision: "ABORT", settlement: "DECLINED" },
      void1,
    ],
    [
      "nothing of a declined card without an intent",
      { authorization: declined, decision: "ABORT", settlement: "DECLINED" },
      undefined,
    ],
    [
      "to give back what a clerk asks for",
      {
        authorization: authorized,
        decision: "CAPTURE",
        settlement: "CAPTURED",
        taken: AMOUNT,
        refunds: [aRefund({ id: "rf_0", status: "PENDING" }), refund],
      },
      { kind: "refund", intentId: "pi_1", charge, refund },
    ],
    [
      "nothing for a payment without its order",
      { charge: undefined as never, authorization: authorized, decision: "CAPTURE" },
      undefined,
    ],
  ])("%s", (_, part, call) => {
    expect(nextCall(aPayment(part))).toEqual(call);
  });

  test("an authorisation of an order that was aborted meanwhile, with the time of the abort", () => {
    const aborted = hear(aPayment(), anEvent("OrderCancelRequested"), testNow + minute, terms);
    expect(nextCall(aborted)).toEqual({
      kind: "authorize",
      charge,
      since: at,
      abortedAt: iso(testNow + minute),
    });
    expect(nextCall(aPayment())).not.toHaveProperty("abortedAt");
  });
});

test.each<[string, Partial<Payment>, boolean]>([
  ["the customer is asked", { authorization: asking }, true],
  ["the customer was asked, and it is decided", { authorization: asking, decision: "ABORT" }, false],
  ["a hold waits for its stock", { authorization: authorized }, false],
  [
    "one refund of two is on its way",
    { refunds: [aRefund({ status: "SUCCEEDED" }), aRefund({ status: "PENDING" })] },
    true,
  ],
  ["a refund was not asked for yet", { refunds: [aRefund()] }, false],
])("whether the provider may know more while %s: %s", (_, part, expected) => {
  expect(isLookedFor(aPayment(part))).toBe(expected);
});

describe("an answer about the authorisation", () => {
  const good = { kind: "authorized", intentId: "pi_2" } as const;
  const asks = { kind: "action-required", intentId: "pi_2", clientSecret: "secret 2" } as const;
  const refused = { kind: "declined", code: "lost_card", reason: "card_declined" } as const;
  const aborted = { decision: "ABORT" } as const;

  test.each<[string, Authorization]>([
    ["nothing was asked", none],
    ["it is authorised", authorized],
    ["it was declined", declined],
  ])("changes nothing where %s", (_, authorization) => {
    const payment = aPayment({ authorization });
    for (const answer of [good, asks, refused])
      expect(withAuthorization(payment, answer, cause)).toBe(payment);
  });

  test.each([pending, asking])("authorised: the amount is said to be held (%j)", (authorization) => {
    const next = withAuthorization(aPayment({ authorization }), good, cause);
    expect(next.authorization).toStrictEqual({ state: "AUTHORIZED", intentId: "pi_2" });
    expect(next.events.PaymentAuthorized?.data).toEqual({ amount: AMOUNT, currency: "EUR" });
    // After PaymentAborted nothing is said but PaymentVoided.
    const late = withAuthorization(aPayment({ authorization, ...aborted }), good, cause);
    expect(late).toMatchObject({ authorization: { state: "AUTHORIZED" }, events: {} });
    expect(late.events).toEqual({});
  });

  test("the customer is asked: since when, and with which secret, unless it is decided already", () => {
    const state = { state: "ACTION_REQUIRED", intentId: "pi_2", since: at };
    expect(withAuthorization(aPayment(), asks, cause).authorization).toStrictEqual({
      ...state,
      clientSecret: "secret 2",
    });
    expect(withAuthorization(aPayment(aborted), asks, cause).authorization).toStrictEqual(state);
    const payment = aPayment({ authorization: asking });
    expect(withAuthorization(payment, asks, cause)).toBe(payment);
  });

  test("declined: with the code, and the intent if the customer could still confirm it", () => {
    const next = withAuthorization(aPayment(), refused, cause);
    expect(next).toStrictEqual({ ...aPayment(), authorization: declined });
    const open = withAuthorization(
      aPayment({ authorization: asking }),
      { ...refused, intentId: "pi_1" },
      cause,
    );
    expect(open.authorization).toStrictEqual({ ...declined, intentId: "pi_1" });
  });

  test("declined after the abort: that ends it, unless an intent is to be closed first", () => {
    const over = withAuthorization(aPayment(aborted), refused, cause);
    expect(over).toMatchObject({
      settlement: "VOIDED",
      events: { PaymentVoided: { data: { authorized: false } } },
    });
    const open = withAuthorization(aPayment(aborted), { ...refused, intentId: "pi_1" }, cause);
    expect(open.settlement).toBeUndefined();
    expect(nextCall(open)).toEqual({ kind: "void", intentId: "pi_1" });
  });
});

describe("money that was taken, or is held no more", () => {
  test("captured: as much as was taken, once", () => {
    const decided = aPayment({ authorization: authorized, decision: "CAPTURE" });
    const next = captured(decided, 1001, cause);
    expect(next).toMatchObject({ settlement: "CAPTURED", taken: 1001 });
    expect(next.events.PaymentCaptured?.data).toEqual({ amount: 1001, currency: "EUR" });
    expect(captured(next, 7, cause)).toBe(next);
  });

  test.each([
    ["a hold", authorized, authorized, true],
    ["a customer who was asked", asking, { state: "ACTION_REQUIRED", since: at, intentId: "pi_1" }, false],
    ["a declined card after the abort", { ...declined, intentId: "pi_1" }, declined, false],
  ] as const)("given up: %s", (_, authorization, left, wasAuthorized) => {
    const next = voided(aPayment({ authorization, decision: "ABORT" }), cause);
    expect(next.authorization).toStrictEqual(left);
    expect(next.settlement).toBe("VOIDED");
    expect(next.events.PaymentVoided?.data).toEqual({ authorized: wasAuthorized });
  });

  test("given up: a declined intent that was only to be closed, of which nothing is said", () => {
    const closing = aPayment({
      authorization: { ...declined, intentId: "pi_1" },
      decision: "ABORT",
      settlement: "DECLINED",
    });
    expect(voided(closing, cause)).toStrictEqual({ ...closing, authorization: declined });
  });

  test.each<[ProviderAnswer, Partial<Payment>]>([
    [
      { kind: "captured", amount: 1001 },
      { settlement: "CAPTURED", taken: 1001 },
    ],
    [{ kind: "capture-failed", code: "expired", reason: "card_declined" }, { settlement: "CAPTURE_FAILED" }],
  ])("the answer %j to a capture is recorded, and the tries before it are over", (answer, part) => {
    const decided = aPayment({ authorization: authorized, decision: "CAPTURE", stock: "RESERVED", tries: 3 });
    const next = record(decided, answer, cause, terms);
    expect(next).toMatchObject({ ...part, tries: 0, version: decided.version + 1 });
  });

  test("the answer that another hand has taken what was to be given up: its refund is due", () => {
    const aborted = aPayment({ authorization: authorized, decision: "ABORT", cancelled: true });
    const next = record(aborted, { kind: "taken", amount: 1001 }, cause, terms);
    expect(next).toMatchObject({
      taken: 1001,
      refunds: [{ id: "abort-1", amount: 1001, status: "REQUESTED" }],
    });
  });
});

describe("when a record is due", () => {
  const deadline = iso(testNow + 15 * minute);
  const soon = iso(testNow + 30 * second);
  const settled = { decision: "ABORT", settlement: "VOIDED", authorization: authorized } as const;
  const given = { decision: "ABORT", authorization: authorized } as const;
  const sold = {
    authorization: authorized,
    decision: "CAPTURE",
    settlement: "CAPTURED",
    taken: AMOUNT,
  } as const;
  const refundSince = (...ages: number[]) =>
    ages.map((age) => aRefund({ status: "PENDING", at: iso(testNow - age) }));

  test.each<[string, Partial<Payment>, number | undefined]>([
    [
      "the first time soon, as the order may be about to be finished",
      { authorization: authorized, version: 0 },
      2 * minute,
    ],
    [
      "the first time no later than its deadline",
      { authorization: authorized, version: 0, deadline: soon },
      30 * second,
    ],
    ["at its deadline while it waits for stock", { authorization: authorized }, 15 * minute],
    ["in a minute while the customer is asked", { authorization: asking }, minute],
    [
      "at the deadline if that comes first while the customer is asked",
      { authorization: asking, deadline: soon },
      30 * second,
    ],
    ["soon while the provider is to be asked", { authorization: pending }, 2 * minute],
    [
      "at the deadline if that comes first while the provider is to be asked",
      { authorization: pending, deadline: soon },
      30 * second,
    ],
    ["soon once it is decided, for then no deadline counts", { ...given, deadline: soon }, 2 * minute],
    ["soon while something is to be said", { ...settled, unpublished: ["an id"] }, 2 * minute],
    [
      "soon while a settled payment has something to say, before its deadline",
      { ...settled, unpublished: ["an id"], deadline: soon },
      2 * minute,
    ],
    ["never once it is settled and said", settled, undefined],
    [
      "in a minute after a refund was asked for lately",
      { ...sold, refunds: refundSince(10 * minute - 1) },
      minute,
    ],
    [
      "in an hour while a bank takes its time for a refund",
      { ...sold, refunds: refundSince(10 * minute) },
      hour,
    ],
    [
      "in a minute if one refund of several is new",
      { ...sold, refunds: refundSince(24 * hour, minute) },
      minute,
    ],
    ["never for refunds that are over", { ...sold, refunds: [aRefund({ status: "FAILED" })] }, undefined],
  ])("%s", (_, part, after) => {
    const next = written(aPayment({ version: 2, deadline, ...part }), testNow);
    expect(next.dueAt).toBe(after === undefined ? undefined : iso(testNow + after));
    expect(next.version).toBe((part.version ?? 2) + 1);
    if (after === undefined) expect(next).not.toHaveProperty("dueAt");
  });
});

describe("a record's moment", () => {
  test.each([
    [minute, "stays, as it leaves time for the work", minute],
    [minute - 1, "is too soon", 2 * minute],
    [2 * minute, "stays, as it is not too late", 2 * minute],
    [2 * minute + 1, "is too late", 2 * minute],
  ])("that was planned %i ms from now, %s", (planned, _, after) => {
    const next = written(aPayment({ authorization: pending, dueAt: iso(testNow + planned) }), testNow);
    expect(next.dueAt).toBe(iso(testNow + after));
  });

  test("gives way to the next where there was nothing to do yet", () => {
    const payment = aPayment({ authorization: authorized, dueAt: iso(testNow + 2 * minute) });
    expect(putOff(payment, testNow)).toMatchObject({ dueAt: payment.deadline, version: payment.version + 1 });
  });

  test.each<[string, Partial<Payment>, number]>([
    ["half a minute after the first try", { tries: 0 }, 30 * second],
    ["twice as long each time", { tries: 4 }, 8 * minute],
    ["a quarter of an hour at the longest", { tries: 5 }, 15 * minute],
    ["at the deadline, if that comes first", { deadline: iso(testNow + second) }, second],
    ["at once, if the deadline is over", { deadline: iso(testNow - second) }, 0],
    [
      "without regard to the deadline once it is decided",
      { decision: "ABORT", deadline: iso(testNow + second) },
      30 * second,
    ],
  ])("after a try without an outcome: %s", (_, part, after) => {
    const payment = aPayment(part);
    expect(triedInVain(payment, testNow)).toEqual({
      ...payment,
      tries: payment.tries + 1,
      dueAt: iso(testNow + after),
      version: payment.version + 1,
    });
  });
});

describe("what is recorded and not said yet", () => {
  const aborted = hear(aPayment(), anEvent("OrderCancelRequested"), testNow, terms);
  const { PaymentAborted } = aborted.events;

  test("is what a step recorded more than there was before, after what was still to be said", () => {
    const ids = withUnpublished(
      aPayment(),
      { ...aborted, unpublished: ["an earlier one"] },
      testNow,
    ).unpublished;
    expect(ids).toEqual(["an earlier one", PaymentAborted?.id]);
    expect(withUnpublished(aborted, aborted, testNow)).toBe(aborted);
  });

  test("is no more once it is published, and what is to be asked is no later for it", () => {
    const events = recorded(aborted);
    const marked = { ...aborted, unpublished: ["another", PaymentAborted?.id ?? ""], dueAt: at };
    expect(published(marked, events, testNow)).toMatchObject({ unpublished: ["another"], dueAt: at });
    const over = {
      ...marked,
      authorization: authorized,
      settlement: "VOIDED" as const,
      unpublished: [PaymentAborted?.id ?? ""],
    };
    expect(published(over, events, testNow)).not.toHaveProperty("dueAt");
    const { dueAt: _due, ...undue } = marked;
    expect(published(undue, events, testNow).dueAt).toBe(iso(testNow + 2 * minute));
  });

  test("is in the order in which it came about: a cancellation's end after the refunds before it", () => {
    const types = [
      "PaymentRefunded",
      "PaymentCaptured",
      "PaymentAuthorized",
      "PaymentActionRequired",
    ] as const;
    const events = Object.fromEntries(types.map((type) => [type, anEvent(type, { orderId: testOrderId })]));
    const payment = aPayment({ events, ledgerEvents: [anEvent("RefundMade")] });
    expect(recorded(payment).map(({ type }) => type)).toEqual([
      "PaymentActionRequired",
      "PaymentAuthorized",
      "PaymentCaptured",
      "RefundMade",
      "PaymentRefunded",
    ]);
  });
});
