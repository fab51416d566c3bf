// What a fault is asked about, and what several at once make of it.
import { aBatch, anEvent, envelopeOf } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { openFaultBoard } from "./board.ts";
import type { GivenFault } from "./fault.ts";
import { endpointFaults, invocationFault } from "./injection.ts";

const orderId = `ord_${"1".repeat(32)}`;
const other = `ord_${"2".repeat(32)}`;

function setUp(...faults: GivenFault[]) {
  const board = openFaultBoard(undefined);
  board.set(faults, 1);
  const queues = new Map([["arn:reserve", "reserve-stock"]]);
  return { board, at: endpointFaults(board, (arn) => queues.get(arn)) };
}

const placed = (id: string) => envelopeOf(anEvent("OrderPlaced", { orderId: id }));
const entry = (id: string, DetailType = "OrderPlaced") => ({
  DetailType,
  Detail: JSON.stringify({ orderId: id }),
});

test("nothing goes wrong unless it is asked for", () => {
  const { at, board } = setUp();
  expect(at.putEvents?.([entry(orderId)])).toBeUndefined();
  expect(at.delivery?.({ queueArn: "arn:reserve", body: placed(orderId) })).toBeUndefined();
  expect(invocationFault(board, "reserve-stock", aBatch([placed(orderId)]))).toBeUndefined();
});

test("tables are contended as AWS's are, or by what a fault says, and what is throttled is a hit", () => {
  expect(setUp({ kind: "fail" }).at.contention?.()).toBeUndefined();
  const { at, board } = setUp({
    kind: "contention",
    transactionMilliseconds: 40,
    partitionWriteUnits: 5,
    times: 1,
  });
  const contention = at.contention?.();
  expect(contention).toMatchObject({
    transactionMilliseconds: 40,
    throughput: { partition: { write: 5, read: 3000 }, warm: { write: 4000, read: 12_000 } },
  });
  expect(at.contention?.()).toBe(contention);
  expect(contention?.refuses()).toBe(true);
  expect(board.list()).toMatchObject([{ hits: 1, left: 0 }]);
  expect(at.contention?.()).toBeUndefined();
});

test("only the order's entries are refused, and only those of the event", () => {
  const { at } = setUp({ kind: "put-events", outcome: "refused", orderId, event: "OrderPlaced" });
  const entries = [
    entry(other),
    entry(orderId),
    entry(orderId, "StockReserved"),
    { DetailType: "OrderPlaced" },
  ];
  expect(at.putEvents?.(entries)).toEqual({ outcome: "refused", entries: new Set([1]) });
  expect(at.putEvents?.([entry(other)])).toBeUndefined();
});

test("a delay, a duplicate and poison on one delivery come together: the event late, its copy at once", () => {
  const { at } = setUp(
    { kind: "delay", seconds: 60 },
    { kind: "duplicate", copies: 2 },
    { kind: "poison", reaction: "reserve-stock" },
  );
  expect(at.delivery?.({ queueArn: "arn:reserve", body: placed(orderId) })).toEqual({
    copies: [{ delaySeconds: 60 }, {}, {}, { body: "This message is unreadable." }],
  });
});

test("a dead-letter queue's deliveries are left alone", () => {
  const { at } = setUp({ kind: "queue-down" }, { kind: "delay", seconds: 60 });
  expect(at.delivery?.({ queueArn: "arn:reserve-undelivered", body: placed(orderId) })).toBeUndefined();
});

test("a crash strikes a batch once, a failure each matching record", () => {
  const records = [placed(orderId), placed(other), placed(orderId), "no JSON"];
  const crash = setUp({ kind: "crash", effect: "before", orderId, times: 3 });
  expect(invocationFault(crash.board, "reserve-stock", aBatch(records))).toEqual({
    kind: "crash",
    effect: "before",
  });
  expect(crash.board.list()[0]?.hits).toBe(1);
  const fail = setUp({ kind: "fail", orderId, reaction: "reserve-stock" });
  expect(invocationFault(fail.board, "reserve-stock", aBatch(records))).toEqual({
    kind: "fail",
    messageIds: new Set(["message-1", "message-3"]),
  });
  expect(invocationFault(fail.board, "commit-stock", aBatch(records))).toBeUndefined();
});

test.each([
  ["its key", { idempotencyKey: `${orderId}:capture`, form: "" }],
  ["its metadata", { idempotencyKey: undefined, form: `metadata[orderId]=${orderId}` }],
  ["its query", { idempotencyKey: undefined, form: `query=metadata['orderId']:'${orderId}'` }],
])("a payment's order is known by %s", (_, { form, idempotencyKey }) => {
  const { at } = setUp({ kind: "provider", outcome: "down", orderId });
  const ask = (id: string) =>
    at.payment?.({
      method: "POST",
      path: "/v1/payment_intents",
      form: new URLSearchParams(form.replace(orderId, id)),
      idempotencyKey: idempotencyKey?.replace(orderId, id),
    })?.mode;
  expect(ask(orderId)).toBe("down");
  expect(ask(other)).toBeUndefined();
});

test.each([
  ["POST", "/v1/payment_intents", "authorize"],
  ["POST", "/v1/payment_intents/pi_1/confirm", "authorize"],
  ["POST", "/v1/payment_intents/pi_1/capture", "capture"],
  ["POST", "/v1/payment_intents/pi_1/cancel", "void"],
  ["POST", "/v1/refunds", "refund"],
  ["GET", "/v1/payment_intents/search", "look-up"],
  ["GET", "/v1/payment_intents/pi_1", "look-up"],
] as const)("%s %s is the operation %s", (method, path, operation) => {
  const request = { method, path, form: new URLSearchParams(), idempotencyKey: undefined };
  for (const wanted of ["authorize", "capture", "void", "refund", "look-up"] as const) {
    const { at } = setUp({ kind: "provider", outcome: "server-error", operation: wanted });
    expect(at.payment?.(request)?.mode).toBe(wanted === operation ? "server-error" : undefined);
  }
  const { at } = setUp({ kind: "provider", outcome: "declined" });
  expect(at.payment?.(request)?.mode).toBe("declined");
});

test("a mail's order is known by its header", () => {
  const { at } = setUp({ kind: "mail", outcome: "unknown", orderId });
  const mailOf = (id: string) => {
    const raw = `From: shop@example.com\r\nX-Order-Mail: ${id}/received\r\n\r\nhello`;
    return { "RawMessage.Data": Buffer.from(raw).toString("base64") };
  };
  expect(at.mail?.(mailOf(orderId))).toBe("answer-lost");
  expect(at.mail?.(mailOf(other))).toBeUndefined();
  expect(at.mail?.({})).toBeUndefined();
});

const request = (path: string, method = "POST") => ({
  method,
  path,
  form: new URLSearchParams(),
  idempotencyKey: undefined,
});

test("a limit counts what is let through, of one operation or of all, and refuses the rest", () => {
  let now = 0;
  const board = openFaultBoard(undefined);
  const at = endpointFaults(
    board,
    () => undefined,
    () => now,
  );
  board.set([
    { kind: "limit", of: "provider", perSecond: 3 },
    { kind: "limit", of: "provider", perSecond: 1, operation: "refund" },
    { kind: "limit", of: "mail", perSecond: 1 },
  ]);
  const asked = (path: string) => at.payment?.(request(path))?.mode;
  expect([asked("/v1/refunds"), asked("/v1/refunds")]).toEqual([undefined, "rate-limited"]);
  expect([asked("/v1/payment_intents"), asked("/v1/payment_intents")]).toEqual([undefined, "rate-limited"]);
  expect([at.mail?.({}), at.mail?.({})]).toEqual([undefined, "throttled"]);
  expect(board.list().map(({ hits }) => hits)).toEqual([1, 1, 1]);
  now = 1000;
  expect([asked("/v1/refunds"), at.mail?.({})]).toEqual([undefined, undefined]);
});

test("a webhook's fault strikes its event and its order, and waits as long as it says", () => {
  const { at } = setUp(
    { kind: "webhook", outcome: "lost", event: "refund.created" },
    { kind: "webhook", outcome: "reordered", seconds: 10, orderId: other },
    { kind: "webhook", outcome: "late", orderId },
  );
  const told = (type: string, of: string) => at.webhook?.({ type, metadata: { orderId: of } });
  expect(told("refund.created", orderId)?.mode).toBe("lost");
  expect(told("payment_intent.succeeded", orderId)).toEqual({ mode: "late", milliseconds: 60_000 });
  const { milliseconds = 0, mode } = told("payment_intent.succeeded", other) ?? {};
  expect([mode, milliseconds > 0, milliseconds <= 10_000]).toEqual(["reordered", true, true]);
  expect(at.webhook?.({ type: "payment_intent.succeeded", metadata: {} })).toBeUndefined();
});

test("a look-up, a void and a refund of an order are known by their intent", () => {
  const { at } = setUp({ kind: "provider", outcome: "server-error-kept", orderId });
  for (const asked of [
    request("/v1/payment_intents/pi_1", "GET"),
    request("/v1/payment_intents/pi_1/cancel"),
    request("/v1/refunds"),
  ]) {
    expect(at.payment?.({ ...asked, metadata: { orderId } })?.mode).toBe("server-error-kept");
    expect(at.payment?.({ ...asked, metadata: { orderId: other } })).toBeUndefined();
  }
});
