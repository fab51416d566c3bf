// The rules of the ledger one by one: what may be given back, what is said of it, and what it ends.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { anOrderPlaced } from "./gateway/gateway.suite.ts";
import {
  type ClerksRefund,
  type Dispute,
  type Refund,
  requestRefund,
  type SeenRefund,
  settleLedger,
  withDueRefund,
  withRefundAnswer,
  withSaidEntries,
  withSeenDisputes,
  withSeenRefunds,
} from "./ledger.ts";
import { hear, type Payment } from "./payment.ts";

const at = new Date(testNow).toISOString();
const cause = { causationId: null, now: testNow };
const terms = { actionWithinSeconds: 600 };
const lines = [
  { sku: "TEA-EARL-GREY", name: "Earl Grey", quantity: 3, unitPrice: 331 },
  { sku: "CUP", name: "Cup", quantity: 2, unitPrice: 497 },
];
/** 3 × 331 + 2 × 497, in minor units. */
const total = 1987;
const placed = hear(undefined, anOrderPlaced({ lines, amount: total }), testNow, terms);
const held = { authorization: { state: "AUTHORIZED", intentId: "pi_1" } } as const;
const PaymentCaptured = anEvent("PaymentCaptured");

const captured = (part: Partial<Payment> = {}): Payment => ({
  ...placed,
  ...held,
  decision: "CAPTURE",
  settlement: "CAPTURED",
  taken: total,
  events: { PaymentCaptured },
  ...part,
});
/** Given up, and another hand has taken the money. */
const abortedButTaken = (part: Partial<Payment> = {}): Payment => ({
  ...placed,
  ...held,
  decision: "ABORT",
  taken: total,
  ...part,
});
const aRefund = (part: Partial<Refund> = {}): Refund => ({
  id: "rf_1",
  amount: 613,
  source: "shop",
  status: "SUCCEEDED",
  at,
  ...part,
});

describe("a clerk asks", () => {
  const ask = (payment: Payment, given: Partial<ClerksRefund>) =>
    requestRefund(payment, { id: "rf_new", fingerprint: "f", ...given }, testNow);

  test.each<[string, Payment]>([
    ["before anything was taken", { ...placed, ...held }],
    ["after the order was given up", abortedButTaken({ settlement: "VOIDED" })],
    ["after the capture was refused", captured({ settlement: "CAPTURE_FAILED" })],
  ])("%s: nothing to refund", (_, payment) => {
    expect(ask(payment, { amount: 1 })).toEqual({ refusal: "not-captured" });
  });

  test("after a cancellation gave all back: there is nothing left", () => {
    const refunds = [aRefund({ source: "cancellation", amount: total })];
    const payment = captured({ settlement: "REFUNDED", refunds });
    expect(ask(payment, { amount: 1 })).toEqual({ refusal: "refund-too-large", free: 0 });
  });

  test("after a cancellation's refund failed: the clerk may give the money back", () => {
    const refunds = [aRefund({ source: "cancellation", amount: total, status: "FAILED" })];
    const payment = captured({ settlement: "REFUND_FAILED", refunds });
    expect(ask(payment, { amount: total })).toMatchObject({ isNew: true });
  });

  test.each([0, -1, total + 1])("for %i minor units: refused, as they are not in what is left", (amount) => {
    expect(ask(captured(), { amount })).toEqual({ refusal: "refund-too-large", free: total });
  });

  test("for neither an amount nor lines: refused", () => {
    expect(ask(captured(), {})).toEqual({ refusal: "refund-too-large", free: total });
  });

  test("for an amount: the ledger's entry has that and nothing else", () => {
    const asked = ask(captured(), { amount: 613 });
    const entry = { ...aRefund(), id: "rf_new", status: "REQUESTED", fingerprint: "f" };
    expect(asked).toMatchObject({ isNew: true });
    expect("refund" in asked && asked.refund).toStrictEqual(entry);
    expect("payment" in asked && asked.payment.refunds).toStrictEqual([entry]);
  });

  test("for lines: the entry says what came back, and what of it goes back on the shelf", () => {
    const back = [
      { sku: "CUP", quantity: 1, restock: false },
      { sku: "CUP", quantity: 1, restock: true },
    ];
    const asked = ask(captured(), { lines: back, sealedReason: "chipped" });
    expect("refund" in asked && asked.refund).toMatchObject({
      amount: 2 * 497,
      sealedReason: "chipped",
      lines: [{ sku: "CUP", quantity: 2 }],
      restock: [{ sku: "CUP", quantity: 1 }],
    });
  });

  test("for all that was bought: its whole price; for one piece more, or again: refused", () => {
    const all = lines.map(({ quantity, sku }) => ({ sku, quantity, restock: true }));
    expect(ask(captured(), { lines: all })).toMatchObject({ refund: { amount: total } });
    for (const [payment, quantity] of [
      [captured(), 3],
      [captured({ refunds: [aRefund({ amount: 497, lines: [{ sku: "CUP", quantity: 1 }] })] }), 2],
    ] as const)
      expect(ask(payment, { lines: [{ sku: "CUP", quantity, restock: true }] })).toMatchObject({
        refusal: "refund-too-large",
      });
    const oneTooMany = all.map((line) => (line.sku === "CUP" ? { ...line, quantity: 3 } : line));
    expect(ask(captured(), { lines: oneTooMany })).toMatchObject({ refusal: "refund-too-large" });
  });

  test("for lines of a refund that failed: they may come back again", () => {
    const failed = aRefund({ amount: 994, lines: [{ sku: "CUP", quantity: 2 }], status: "FAILED" });
    const asked = ask(captured({ refunds: [failed] }), {
      lines: [{ sku: "CUP", quantity: 2, restock: true }],
    });
    expect(asked).toMatchObject({ isNew: true, refund: { amount: 994 } });
  });
});

describe("what is due without a clerk", () => {
  const due = (payment: Payment) => withDueRefund(payment, cause).refunds.slice(payment.refunds.length);

  test("of a cancelled order all that is left, of an aborted one all that another hand took", () => {
    expect(due(captured({ cancelled: true, refunds: [aRefund()] }))).toStrictEqual([
      { id: "cancellation-1", amount: total - 613, source: "cancellation", status: "REQUESTED", at },
    ]);
    expect(due(abortedButTaken())).toStrictEqual([
      { id: "abort-1", amount: total, source: "abort", status: "REQUESTED", at },
    ]);
  });

  test("a second one has an id of its own, for the first was overtaken", () => {
    const refunds = [
      aRefund({ id: "cancellation-1", source: "cancellation", status: "OVERTAKEN" }),
      aRefund({ id: "re_1", source: "provider" }),
    ];
    expect(due(captured({ cancelled: true, refunds }))).toMatchObject([
      { id: "cancellation-2", amount: total - 613 },
    ]);
  });

  test.each<[string, Payment]>([
    ["of an order that is not cancelled", captured()],
    ["before it was captured", captured({ cancelled: true, settlement: undefined as never })],
    ["if all is given back", captured({ cancelled: true, refunds: [aRefund({ amount: total })] })],
    [
      "if all is on its way",
      captured({ cancelled: true, refunds: [aRefund({ amount: total, status: "PENDING" })] }),
    ],
    [
      "if one failed for good, for a person decides then",
      captured({
        cancelled: true,
        refunds: [aRefund(), aRefund({ source: "cancellation", status: "FAILED", amount: total - 613 })],
      }),
    ],
    ["of an aborted order of which nothing was taken", { ...placed, ...held, decision: "ABORT" }],
  ])("nothing %s", (_, payment) => {
    expect(withDueRefund(payment, cause)).toBe(payment);
  });

  test("a clerk's refund that failed does not keep a cancellation from giving all back", () => {
    const refunds = [aRefund({ status: "FAILED" })];
    expect(due(captured({ cancelled: true, refunds }))).toMatchObject([{ amount: total }]);
  });
});

const said = (payment: Payment) =>
  withSaidEntries(payment, cause).ledgerEvents.map(({ data, type }) => ({ type, ...data }));
const aDispute = (status: Dispute["status"], id = "dp_1", amount = 495): Dispute => ({
  id,
  amount,
  status,
  reason: "fraudulent",
  at,
});

describe("what is said", () => {
  test.each<[string, Partial<Payment>, object[]]>([
    ["a refund on its way", { refunds: [aRefund({ status: "PENDING" })] }, []],
    [
      "a refund that was made, without what it does not have",
      { refunds: [aRefund()] },
      [{ type: "RefundMade", refundId: "rf_1", amount: 613, currency: "EUR", source: "shop" }],
    ],
    [
      "a refund by hand at the provider",
      { refunds: [aRefund({ source: "provider" })] },
      [{ type: "RefundMade", refundId: "rf_1", amount: 613, currency: "EUR", source: "provider" }],
    ],
    [
      "a refund with the clerk's words and what goes back on the shelf",
      { refunds: [aRefund({ reason: "bruised", restock: [{ sku: "CUP", quantity: 1 }] })] },
      [
        {
          type: "RefundMade",
          refundId: "rf_1",
          amount: 613,
          currency: "EUR",
          source: "shop",
          reason: "bruised",
          restock: [{ sku: "CUP", quantity: 1 }],
        },
      ],
    ],
    ["a refund that was made, before the capture was said", { refunds: [aRefund()], events: {} }, []],
    [
      "a cancellation's refund, which PaymentRefunded tells",
      { refunds: [aRefund({ source: "cancellation" })] },
      [],
    ],
    ["an abort's refund, which PaymentVoided tells", { refunds: [aRefund({ source: "abort" })] }, []],
    ["a refund that another hand overtook", { refunds: [aRefund({ status: "OVERTAKEN" })] }, []],
    [
      "a refund that failed, with the provider's code",
      { refunds: [aRefund({ status: "FAILED", code: "lost_card", source: "cancellation" })] },
      [
        {
          type: "RefundFailed",
          refundId: "rf_1",
          amount: 613,
          currency: "EUR",
          source: "cancellation",
          code: "lost_card",
        },
      ],
    ],
    [
      "a refund that failed without a code",
      { refunds: [aRefund({ status: "FAILED" })] },
      [
        {
          type: "RefundFailed",
          refundId: "rf_1",
          amount: 613,
          currency: "EUR",
          source: "shop",
          code: "refused",
        },
      ],
    ],
  ])("of %s", (_, part, events) => {
    expect(said(captured(part))).toStrictEqual(events);
  });

  test("of a refund of a bulk order, also which row it was", () => {
    const ofBulk = { bulkId: `blk_${"0".repeat(32)}`, bulkRow: 7 };
    const payment = captured({ refunds: [aRefund()] });
    const charge = { ...(payment.charge ?? expect.unreachable()), ofBulk };
    expect(said({ ...payment, charge })).toMatchObject([ofBulk]);
  });

  test("only once, in the order in which it came about", () => {
    const first = withSaidEntries(captured({ disputes: [aDispute("OPENED")] }), cause);
    expect(withSaidEntries(first, { ...cause, now: testNow + 1 })).toBe(first);
    const later = withSaidEntries({ ...first, refunds: [aRefund()] }, cause);
    expect(later.ledgerEvents.map(({ type }) => type)).toEqual(["DisputeOpened", "RefundMade"]);
    expect(later.ledgerEvents[0]).toBe(first.ledgerEvents[0]);
  });
});

test.each<[string, Partial<Payment>, object[]]>([
  [
    "a dispute that is open",
    { disputes: [aDispute("OPENED")] },
    [{ type: "DisputeOpened", disputeId: "dp_1", amount: 495, currency: "EUR", reason: "fraudulent" }],
  ],
  ...(["won", "lost"] as const).map((outcome): [string, Partial<Payment>, object[]] => [
    `a dispute that was ${outcome}, also if it was not seen while it was open`,
    { disputes: [aDispute(outcome === "won" ? "WON" : "LOST")] },
    [
      { type: "DisputeOpened", disputeId: "dp_1", amount: 495, currency: "EUR", reason: "fraudulent" },
      { type: "DisputeClosed", disputeId: "dp_1", amount: 495, currency: "EUR", outcome },
    ],
  ]),
])("what is said of %s", (_, part, events) => {
  expect(said(captured(part))).toStrictEqual(events);
});

describe("what ends with the last refund", () => {
  const whole = (source: Refund["source"], status: Refund["status"] = "SUCCEEDED") =>
    aRefund({ source, status, amount: total });

  test.each<[string, Payment, Payment["settlement"], string, object]>([
    [
      "a cancellation",
      captured({ cancelled: true, refunds: [whole("cancellation")] }),
      "REFUNDED",
      "PaymentRefunded",
      { amount: total, currency: "EUR" },
    ],
    [
      "a cancellation whose refund had failed, by a person's hand",
      captured({
        cancelled: true,
        settlement: "REFUND_FAILED",
        refunds: [whole("cancellation", "FAILED"), whole("provider")],
      }),
      "REFUNDED",
      "PaymentRefunded",
      { amount: total, currency: "EUR" },
    ],
    [
      "an abort of what another hand had taken",
      abortedButTaken({ refunds: [whole("abort")] }),
      "VOIDED",
      "PaymentVoided",
      { authorized: true },
    ],
    [
      "an abort whose refund had failed, by a person's hand",
      abortedButTaken({
        settlement: "REFUND_FAILED",
        refunds: [whole("abort", "FAILED"), whole("provider")],
      }),
      "VOIDED",
      "PaymentVoided",
      { authorized: true },
    ],
  ])("%s", (_, payment, settlement, type, data) => {
    const settled = settleLedger(payment, cause);
    expect(settled.settlement).toBe(settlement);
    expect(settled.events).toMatchObject({ [type]: { data } });
  });

  test.each<[string, Payment]>([
    ["a cancellation", captured({ cancelled: true, refunds: [aRefund(), whole("cancellation", "FAILED")] })],
    ["an abort", abortedButTaken({ refunds: [aRefund(), whole("abort", "FAILED")] })],
  ])("%s whose refund failed has failed, and says no end", (_, payment) => {
    expect(settleLedger(payment, cause)).toEqual({ ...payment, settlement: "REFUND_FAILED" });
  });

  test.each<[string, Payment]>([
    ["a sale of which all was given back by clerks", captured({ refunds: [whole("shop")] })],
    [
      "a cancellation of which a part is on its way",
      captured({ cancelled: true, refunds: [whole("cancellation", "PENDING")] }),
    ],
    [
      "a cancellation while a clerk's refund failed and its own is on its way",
      captured({
        cancelled: true,
        refunds: [aRefund({ status: "FAILED" }), whole("cancellation", "PENDING")],
      }),
    ],
    [
      "a cancellation that is not captured yet",
      captured({ cancelled: true, settlement: undefined as never, refunds: [whole("provider")] }),
    ],
    [
      "a cancellation that has ended",
      captured({ cancelled: true, settlement: "REFUNDED", refunds: [whole("cancellation")] }),
    ],
    ["an abort of which a part is on its way", abortedButTaken({ refunds: [whole("abort", "PENDING")] })],
    ["an abort that has ended", abortedButTaken({ settlement: "VOIDED", refunds: [whole("abort")] })],
    ["a card that was declined", abortedButTaken({ settlement: "DECLINED", refunds: [whole("abort")] })],
    ["an order of which nothing was taken", { ...placed, ...held, cancelled: true, settlement: "CAPTURED" }],
  ])("%s stays as it is", (_, payment) => {
    expect(settleLedger(payment, cause)).toBe(payment);
  });
});

describe("what the provider shows of refunds", () => {
  const seen = (part: Partial<SeenRefund> = {}): SeenRefund => ({
    providerId: "re_1",
    amount: 613,
    status: "SUCCEEDED",
    at,
    ...part,
  });

  test("one by hand is a new entry under the provider's id", () => {
    const payment = captured({ refunds: [aRefund({ id: "rf_0", providerId: "re_0" })] });
    const joined = withSeenRefunds(payment, [
      seen({ status: "FAILED", code: "lost_card" }),
      seen({ providerId: "re_2" }),
    ]);
    expect(joined.refunds.slice(1)).toStrictEqual([
      {
        id: "re_1",
        amount: 613,
        source: "provider",
        at,
        status: "FAILED",
        providerId: "re_1",
        code: "lost_card",
      },
      { id: "re_2", amount: 613, source: "provider", at, status: "SUCCEEDED", providerId: "re_2" },
    ]);
  });

  test.each<[string, Partial<Refund>, Partial<SeenRefund>]>([
    ["its own id", { id: "rf_1" }, { refundId: "rf_1" }],
    ["the provider's id", { id: "rf_1", providerId: "re_1" }, {}],
  ])("a known one is recognised by %s, and keeps what the clerk said", (_, known, shown) => {
    const payment = captured({
      refunds: [
        aRefund({ id: "rf_0", providerId: "re_0" }),
        aRefund({ ...known, status: "PENDING", reason: "bruised" }),
      ],
    });
    expect(withSeenRefunds(payment, [seen(shown)]).refunds).toStrictEqual([
      payment.refunds[0],
      { ...payment.refunds[1], status: "SUCCEEDED", providerId: "re_1" },
    ]);
  });

  test.each<[Refund["status"], SeenRefund["status"], boolean]>([
    ["REQUESTED", "PENDING", true],
    ["PENDING", "PENDING", false],
    ["PENDING", "SUCCEEDED", true],
    ["PENDING", "FAILED", true],
    ["SUCCEEDED", "PENDING", false],
    ["SUCCEEDED", "SUCCEEDED", false],
    ["SUCCEEDED", "FAILED", true],
    ["FAILED", "SUCCEEDED", false],
    ["FAILED", "FAILED", false],
    ["OVERTAKEN", "FAILED", false],
  ])("%s, then seen as %s: news is %s", (status, shown, isNews) => {
    const payment = captured({ refunds: [aRefund({ status, providerId: "re_1" })] });
    const joined = withSeenRefunds(payment, [seen({ status: shown })]);
    if (!isNews) expect(joined).toBe(payment);
    else expect(joined.refunds).toMatchObject([{ status: shown }]);
  });
});

describe("what the provider shows of disputes", () => {
  test("each is an entry of its own, as it was seen first, and how it was closed", () => {
    const known = captured({ disputes: [aDispute("OPENED", "dp_1"), aDispute("OPENED", "dp_2")] });
    expect(withSeenDisputes(known, [aDispute("OPENED", "dp_3")]).disputes).toEqual([
      ...known.disputes,
      aDispute("OPENED", "dp_3"),
    ]);
    expect(withSeenDisputes(known, [aDispute("WON", "dp_2", 7)]).disputes).toEqual([
      aDispute("OPENED", "dp_1"),
      aDispute("WON", "dp_2"),
    ]);
  });

  test.each<[Dispute["status"], Dispute["status"]]>([
    ["OPENED", "OPENED"],
    ["WON", "OPENED"],
    ["LOST", "OPENED"],
    ["LOST", "LOST"],
    ["WON", "LOST"],
  ])("%s, then seen as %s: no news", (status, shown) => {
    const payment = captured({ disputes: [aDispute(status, "dp_1")] });
    expect(withSeenDisputes(payment, [aDispute(shown, "dp_1")])).toBe(payment);
    expect(withSeenDisputes(payment, [])).toBe(payment);
  });
});

describe("the provider's answer to a refund", () => {
  const answer = (part: Partial<Parameters<typeof withRefundAnswer>[1]>) =>
    ({ kind: "refund", refundId: "rf_1", status: "SUCCEEDED", ...part }) as const;
  const requested = aRefund({ status: "REQUESTED" });

  test("is put into its entry, with what it says and nothing else", () => {
    const payment = captured({ refunds: [aRefund({ id: "rf_0" }), requested] });
    for (const [given, entry] of [
      [{ providerId: "re_1" }, { ...requested, status: "SUCCEEDED", providerId: "re_1" }],
      [
        { status: "FAILED", code: "lost_card", providerId: "re_1" },
        { ...requested, status: "FAILED", code: "lost_card", providerId: "re_1" },
      ],
      [
        { status: "FAILED", code: "refused" },
        { ...requested, status: "FAILED", code: "refused" },
      ],
    ] as const)
      expect(withRefundAnswer(payment, answer(given)).refunds).toStrictEqual([payment.refunds[0], entry]);
  });

  /** What another hand gave back, as the provider shows it with the refusal. */
  const byHand = { providerId: "re_9", amount: 613, status: "SUCCEEDED", at } as const;

  test.each<[string, Payment, Refund["status"]]>([
    ["a cancellation's refund is overtaken", captured({ cancelled: true }), "OVERTAKEN"],
    ["an abort's refund is overtaken", abortedButTaken(), "OVERTAKEN"],
  ])("refused because another hand gave a part back: %s", (_, payment, status) => {
    const due = withDueRefund(payment, cause);
    const [{ id = "" } = {}] = due.refunds;
    const refused = answer({
      refundId: id,
      status: "FAILED",
      code: "charge_already_refunded",
      seen: [byHand],
    });
    expect(withRefundAnswer(due, refused).refunds).toMatchObject([
      { id, status },
      { id: "re_9", source: "provider", amount: 613 },
    ]);
  });

  test("refused because another hand gave a part back: whatever a clerk refunded before", () => {
    const refunds = [aRefund({ amount: 101 })];
    const due = withDueRefund(captured({ cancelled: true, refunds }), cause);
    const refused = answer({ refundId: "cancellation-1", status: "FAILED", seen: [byHand] });
    expect(withRefundAnswer(due, refused).refunds.map(({ status }) => status)).toEqual([
      "SUCCEEDED",
      "OVERTAKEN",
      "SUCCEEDED",
    ]);
  });

  test.each<[string, Payment, string, Partial<Parameters<typeof withRefundAnswer>[1]>]>([
    [
      "a clerk's refund",
      captured({ refunds: [{ ...requested, amount: total }] }),
      "rf_1",
      { seen: [byHand] },
    ],
    [
      "a refund for which enough is left",
      withDueRefund(captured({ cancelled: true }), cause),
      "cancellation-1",
      {},
    ],
  ])("refused otherwise: %s has failed", (_, payment, refundId, part) => {
    const refused = answer({ refundId, status: "FAILED", code: "charge_disputed", ...part });
    expect(withRefundAnswer(payment, refused).refunds[0]).toMatchObject({
      status: "FAILED",
      code: "charge_disputed",
    });
  });

  test("made, though another hand gave a part back too: it is not overtaken", () => {
    const due = withDueRefund(captured({ cancelled: true, taken: total }), cause);
    const made = answer({ refundId: "cancellation-1", seen: [byHand] });
    expect(withRefundAnswer(due, made).refunds[0]).toMatchObject({ status: "SUCCEEDED" });
  });
});

test("of a payment without its order nothing is said", () => {
  const tombstone = hear(undefined, anEvent("StockReserved"), testNow, terms);
  expect(withSaidEntries(tombstone, cause)).toBe(tombstone);
});
