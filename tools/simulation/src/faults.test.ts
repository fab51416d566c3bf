// Every fault that has a name is met where the plan has it, and the saga comes to a right end all the same.
import { expect, test } from "vitest";
import { notificationOf } from "./checkers/records.ts";
import type { FaultKind } from "./fault-kinds.ts";
import type { Fault, Plan } from "./plan.ts";
import { kinds } from "./seed-faults.ts";
import { aPlan, aPlannedOrder, endOf, run } from "./testing.ts";
import { WEBHOOK_FUNCTION } from "./webhooks.ts";

const order = 1;
const authorize = "payment-authorize-payment";
const reserve = "inventory-reserve-stock";
const notify = "notification-notify-customer";
const captured = "CAPTURED/COMMITTED";

type Case = { faults: Fault[]; end?: string; plan?: Partial<Plan> };

const dying = (at: string): Fault => ({ kind: "function-throttled", at, order, nth: 1, times: 5 });
const cancelled = { orders: [aPlannedOrder({ cancelAt: 60_000 })] };

const split = "orders-split-bulk";
const { lines, paymentMethod } = aPlannedOrder();
const bulks = [{ number: 101, at: 0, customer: "customer-2", orders: [{ lines, paymentMethod }] }];
const bulkWith = (fault: Fault): Case => ({ faults: [fault], plan: { bulks }, end: captured });

const imports = "inventory-import-stock";
const feeds = [{ number: 201, at: 0, lines: ["sku,delta", "TEA-ASSAM,1", "TEA-ASSAM,-1"], copies: 600 }];
const feedWith = (fault: Fault): Case => ({ faults: [fault], plan: { feeds }, end: captured });

/** An order that only a webhook, or the schedule, finishes: its customer says yes at the bank. */
const asked = aPlannedOrder({
  paymentMethod: "pm_card_threeDSecure2Required",
  authentication: { answer: "succeeded", afterSeconds: 5 },
});
const rungWith = (fault: Fault): Case => ({ faults: [fault], plan: { orders: [asked] }, end: captured });

const cases: { readonly [K in FaultKind]?: Case } = {
  "crash-before": { faults: [{ kind: "crash-before", at: reserve, call: "publish", order }], end: captured },
  "crash-after": { faults: [{ kind: "crash-after", at: authorize, call: "provider", order }], end: captured },
  "function-timeout": {
    faults: [{ kind: "function-timeout", at: reserve, call: "write", order }],
    end: captured,
  },
  zombie: {
    faults: [{ kind: "zombie", at: authorize, call: "write", order, nth: 2, seconds: 400 }],
    end: captured,
  },
  "provider-timeout-with-effect": {
    faults: [{ kind: "provider-timeout-with-effect", at: authorize, call: "provider", order }],
    end: captured,
  },
  "provider-timeout-without-effect": {
    faults: [{ kind: "provider-timeout-without-effect", at: authorize, call: "provider", order }],
    end: captured,
  },
  "provider-5xx": { faults: [{ kind: "provider-5xx", at: authorize, call: "provider", order, times: 9 }] },
  "provider-5xx-kept": {
    faults: [{ kind: "provider-5xx-kept", at: authorize, call: "provider", order }],
  },
  "provider-429": {
    faults: [{ kind: "provider-429", at: authorize, call: "provider", order }],
    end: captured,
  },
  "provider-key-in-use": {
    faults: [{ kind: "provider-key-in-use", at: authorize, call: "provider", order }],
    end: captured,
  },
  "authorization-expired": {
    faults: [
      // The stock comes last, so that its reservation is what leads to the capture.
      { kind: "reorder", at: reserve, event: "OrderPlaced", order, seconds: 10 },
      { kind: "authorization-expired", at: "payment-capture-payment", call: "provider", order },
    ],
    end: "CAPTURE_FAILED/RELEASED",
  },
  "bus-half-failed": {
    faults: [{ kind: "bus-half-failed", at: authorize, call: "publish", order, times: 3 }],
    end: captured,
  },
  "bus-throttled": {
    faults: [{ kind: "bus-throttled", at: reserve, call: "publish", order }],
    end: captured,
  },
  "publish-answer-lost": {
    faults: [{ kind: "publish-answer-lost", at: reserve, call: "publish", order }],
    end: captured,
  },
  "published-twice": {
    faults: [{ kind: "published-twice", at: reserve, call: "publish", order }],
    end: captured,
  },
  "store-conflict": {
    faults: [{ kind: "store-conflict", at: reserve, call: "write", order, times: 3 }],
    end: captured,
  },
  "store-throttled": {
    faults: [{ kind: "store-throttled", at: authorize, call: "read", order }],
    end: captured,
  },
  "store-answer-lost": {
    faults: [{ kind: "store-answer-lost", at: authorize, call: "write", order }],
    end: captured,
  },
  "store-written-twice": {
    faults: [{ kind: "store-written-twice", at: authorize, call: "write", order }],
    end: captured,
  },
  "store-unprocessed": {
    faults: [{ kind: "store-unprocessed", at: "orders-place-order", call: "read", times: 3 }],
    end: captured,
  },
  "stale-index": {
    // The write of the abort reaches the index late, so that the schedule looks at what is long settled.
    faults: [
      { kind: "stale-index", at: authorize, call: "write", order, nth: 3, seconds: 900 },
      { kind: "crash-after", at: authorize, call: "write", order, nth: 2 },
    ],
    end: captured,
  },
  "mail-throttled": { faults: [{ kind: "mail-throttled", at: notify, call: "mail", order }], end: captured },
  "mail-bounced": { faults: [{ kind: "mail-bounced", at: notify, call: "mail", order }], end: captured },
  "mail-answer-lost": {
    faults: [{ kind: "mail-answer-lost", at: notify, call: "mail", order }],
    end: captured,
  },
  "park-failed": {
    faults: [
      { kind: "poison", at: reserve, order, from: 60_000, variant: "unknown-version" },
      { kind: "park-failed", at: reserve, call: "park", order, times: 2 },
    ],
    end: captured,
  },
  "bus-duplicate": {
    faults: [{ kind: "bus-duplicate", at: reserve, event: "OrderPlaced", order, seconds: 5 }],
    end: captured,
  },
  reorder: {
    faults: [{ kind: "reorder", at: reserve, event: "OrderPlaced", order, seconds: 5 }],
    end: captured,
  },
  delay: {
    faults: [{ kind: "delay", at: reserve, event: "OrderPlaced", order, seconds: 3 * 86_400 }],
    end: "VOIDED/RELEASED",
  },
  undelivered: {
    faults: [{ kind: "undelivered", at: authorize, event: "OrderPlaced", order }],
    plan: { redriveWithinSeconds: 13 * 86_400 },
  },
  "twice-in-batch": {
    faults: [{ kind: "twice-in-batch", at: reserve, event: "OrderPlaced", order }],
    end: captured,
  },
  "two-sandboxes": {
    faults: [{ kind: "two-sandboxes", at: authorize, event: "OrderPlaced", order }],
    end: captured,
  },
  "tasks-half-failed": bulkWith({ kind: "tasks-half-failed", at: split, call: "send", order: 101 }),
  "tasks-throttled": bulkWith({ kind: "tasks-throttled", at: split, call: "send", order: 101 }),
  "tasks-answer-lost": bulkWith({ kind: "tasks-answer-lost", at: split, call: "send", order: 101 }),
  "object-slow-down": feedWith({ kind: "object-slow-down", at: imports, call: "object", order: 201 }),
  "object-cut-off": feedWith({ kind: "object-cut-off", at: imports, call: "object", order: 201 }),
  "deadline-near": feedWith({ kind: "deadline-near", at: imports, order: 201, seconds: 15.01, times: 2 }),
  "queue-duplicate": { faults: [{ kind: "queue-duplicate", at: reserve, order }], end: captured },
  "ack-lost": { faults: [{ kind: "ack-lost", at: reserve, order }], end: captured },
  "function-throttled": { faults: [dying(authorize)], plan: { redriveWithinSeconds: 86_400 } },
  "answer-malformed": { faults: [{ kind: "answer-malformed", at: reserve, order }], end: captured },
  "webhook-lost": rungWith({ kind: "webhook-lost", at: WEBHOOK_FUNCTION }),
  "webhook-doubled": rungWith({ kind: "webhook-doubled", at: WEBHOOK_FUNCTION }),
  "webhook-late": rungWith({ kind: "webhook-late", at: WEBHOOK_FUNCTION, seconds: 600 }),
  "webhook-reordered": rungWith({ kind: "webhook-reordered", at: WEBHOOK_FUNCTION, nth: 1, seconds: 5 }),
  "webhook-forged": rungWith({ kind: "webhook-forged", at: WEBHOOK_FUNCTION, variant: "stolen-secret" }),
  "function-broken": { faults: [{ kind: "function-broken", at: reserve, from: 0, until: 3600_000 }] },
  poison: {
    faults: [{ kind: "poison", at: reserve, order, from: 60_000, variant: "not-json" }],
    end: captured,
  },
  redrive: { faults: [dying(reserve), { kind: "redrive", at: reserve, from: 3600_000, seconds: 600 }] },
  "dead-letter-lost": { faults: [dying(reserve), { kind: "dead-letter-lost", at: `${reserve}-dlq`, order }] },
  "archive-replay": {
    faults: [{ kind: "archive-replay", at: "bus", from: 3600_000, seconds: 7200 }],
    end: captured,
  },
  "clock-skew": { faults: [{ kind: "clock-skew", at: "payment", seconds: -600 }], end: captured },
  "clock-jump": { faults: [{ kind: "clock-jump", at: "payment", from: 300, seconds: 1000 }] },
  "timer-late": {
    faults: [
      { kind: "crash-before", at: "orders-place-order", call: "publish", order, times: 6 },
      { kind: "timer-late", at: "orders-sweep-orders", from: 0, until: 600_000 },
    ],
    end: captured,
  },
  "timer-doubled": {
    faults: [
      { kind: "crash-before", at: "orders-place-order", call: "publish", order, times: 6 },
      { kind: "timer-doubled", at: "orders-sweep-orders", from: 0, until: 3600_000 },
    ],
    end: captured,
  },
  paused: {
    faults: [{ kind: "paused", at: "payment", from: 0, until: 3600_000 }],
    end: "VOIDED/RELEASED",
  },
  "provider-down": {
    faults: [{ kind: "provider-down", at: "provider", from: 0, until: 3600_000 }],
    end: "VOIDED/RELEASED",
  },
  limit: {
    faults: [
      { kind: "limit", at: "provider", from: 0, until: 3600_000, perSecond: 1 },
      { kind: "limit", at: "mail", from: 0, until: 3600_000, perSecond: 1 },
    ],
    plan: {
      orders: Array.from({ length: 9 }, (_, index) => aPlannedOrder({ number: index + 1 })),
      products: [{ sku: "TEA-ASSAM", unitPrice: 850, stock: 40 }],
    },
    end: captured,
  },
  deploy: { faults: [{ kind: "deploy", at: "payment", from: 100 }], end: captured },
  "client-retries": {
    faults: [{ kind: "client-retries", at: "orders-place-order", order, seconds: 1 }],
    end: captured,
  },
  "client-changes-body": {
    faults: [{ kind: "client-changes-body", at: "orders-place-order", order, seconds: 1 }],
    end: captured,
  },
  "client-names-total": {
    faults: [{ kind: "client-names-total", at: "orders-place-order", order }],
    end: captured,
  },
  "client-disconnects": {
    faults: [{ kind: "client-disconnects", at: "orders-cancel-order", order }],
    plan: cancelled,
    end: "REFUNDED/RELEASED",
  },
};

const ends =
  /^(CAPTURED\/COMMITTED|VOIDED\/(RELEASED|REJECTED)|DECLINED\/RELEASED|CAPTURE_FAILED\/RELEASED)$/;

test.each(kinds)("%s is met, and healed", async (kind) => {
  const { end, faults, plan } = cases[kind] ?? { faults: [{ kind, at: "nowhere" }] };
  const ran = await run(aPlan({ faults, ...plan }));
  expect(ran.violations).toEqual([]);
  for (const fault of faults) expect(ran.met.get(fault.kind), `${fault.kind} was not met`).toBeGreaterThan(0);
  if (end === undefined) expect(endOf(ran)).toMatch(ends);
  else expect(endOf(ran)).toBe(end);
});

test("a fault that is somewhere else is not met", async () => {
  const elsewhere: Fault = { kind: "crash-before", at: reserve, call: "publish", order: 2 };
  const ran = await run(aPlan({ faults: [elsewhere] }));
  expect(ran.met.size).toBe(0);
  expect(endOf(ran)).toBe(captured);
});

test.each([
  ["bounced", { state: "REFUSED", reason: "bounced" }],
  ["complained", { state: "REFUSED", reason: "complained" }],
  ["bounced_for_now", { state: "SENT" }],
] as const)(
  "a mail that %s is told of after minutes, and the next one is as it must be",
  async (variant, next) => {
    const at = notify;
    const slow: Fault = { kind: "delay", at, event: "OrderConfirmed", order, seconds: 900 };
    const returned: Fault = { kind: "mail-returned", at, call: "mail", order, variant, seconds: 60 };
    const event = variant === "complained" ? "Email Complaint Received" : "Email Bounced";
    const twice: Fault = { kind: "bus-duplicate", at, event, order, seconds: 5 };
    const ran = await run(aPlan({ faults: [slow, returned, twice] }));
    expect(ran.violations).toEqual([]);
    for (const { kind } of [returned, twice]) expect(ran.met.get(kind), kind).toBe(1);
    const record = notificationOf(ran.world.observed, ran.world.orderIdOf(aPlannedOrder()));
    expect(record?.returned).toMatchObject({ received: { how: variant } });
    expect(record?.mails.confirmed).toMatchObject(next);
  },
);
