// What the runtime is told becomes inputs of the recorder: whose order it is, and what became of it.

import type { Input } from "@order-saga/dead-letters/inputs";
import { InvocationError } from "@order-saga/local/lambda/sandbox";
import { anEvent } from "@order-saga/messaging/testing";
import type { SQSRecord } from "aws-lambda";
import { expect, test } from "vitest";
import { createRecording } from "./recording.ts";

const ORDER = `ord_${"b".repeat(32)}`;

function setUp() {
  const inputs: Input[] = [];
  const recording = createRecording({
    record: (input) => inputs.push(input),
    now: () => 7,
  });
  return { inputs, recording };
}

const detail = { id: "e", type: "OrderPlaced", orderId: ORDER };
const body = JSON.stringify({ "detail-type": "OrderPlaced", source: "shop.orders", detail });

test("a delivery to a reaction's queue", () => {
  const { inputs, recording } = setUp();
  recording.messageDelivered({ reaction: "reserve-stock", body });
  const subject = { orderId: ORDER, eventId: "e", eventType: "OrderPlaced" };
  expect(inputs).toEqual([{ kind: "delivered", at: 7, reaction: "reserve-stock", subject }]);
});

test("an event, with the reactions it was sent to", () => {
  const { inputs, recording } = setUp();
  const event = anEvent("OrderPlaced");
  recording.eventAccepted({ event, isReplay: false, acceptedAt: 5, reactions: ["reserve-stock"] });
  recording.eventAccepted({ event, isReplay: true, acceptedAt: 6, reactions: [] });
  expect(inputs).toMatchObject([
    { kind: "event", at: 5, event, isReplay: false, reactions: ["reserve-stock"] },
    { kind: "event", at: 6, isReplay: true },
  ]);
});

const pay = (path: string, key: string, form: Record<string, string> = {}) => ({
  method: "POST",
  path,
  form: new URLSearchParams(form),
  idempotencyKey: key,
});

test.each([
  ["authorize", "/v1/payment_intents", 200, '{"amount": 990}', "done"],
  ["capture", "/v1/payment_intents/pi_1/capture", undefined, undefined, "no answer"],
  ["void", "/v1/payment_intents/pi_1/cancel", 500, "{}", "refused (500)"],
  [
    "refund",
    "/v1/refunds",
    400,
    '{"error":{"code":"charge_already_refunded"}}',
    "refused (charge_already_refunded)",
  ],
  [
    "authorize",
    "/v1/payment_intents",
    402,
    '{"error":{"code":"card_declined","decline_code":"lost_card"}}',
    "declined (lost_card)",
  ],
])("a payment: %s %s answered with %s", (operation, path, status, answer, outcome) => {
  const { inputs, recording } = setUp();
  const request = pay(path, `${ORDER}:${operation}`, { currency: "eur" });
  recording.paymentAnswered({ request, status, body: answer, at: 3, endedAt: 5 });
  expect(inputs).toMatchObject([
    { kind: "provider", at: 3, endedAt: 5, orderId: ORDER, operation, outcome, currency: "EUR" },
  ]);
});

test("a mail, by its own header", () => {
  const { inputs, recording } = setUp();
  const raw = `X-Order-Mail: ${ORDER}/confirmed\r\nTo: ada@example.com\r\n\r\nHello`;
  const form = { "RawMessage.Data": Buffer.from(raw).toString("base64") };
  recording.mailSent({ form, outcome: "throttled" });
  expect(inputs).toEqual([
    { kind: "mail", at: 7, orderId: ORDER, mailKind: "confirmed", outcome: "throttled" },
  ]);
});

const record = { messageId: "m", body, attributes: { ApproximateReceiveCount: "2" } } as unknown as SQSRecord;
const ends = (failed: string[], error?: unknown) => ({
  failed: new Set(failed),
  ...(error ? { error } : {}),
});

test.each([
  [ends([]), "settled"],
  [ends(["m"]), "failed"],
  [ends(["m"], new InvocationError("Sandbox.Timedout", "")), "timed out"],
  [ends(["m"], new InvocationError("Runtime.ExitError", "")), "crashed"],
  [ends(["m"], new RangeError("")), "failed"],
])("a batch that is over: %o is %s", (end, outcome) => {
  const { inputs, recording } = setUp();
  recording.batchChanged({ reaction: "reserve-stock", records: [record] });
  recording.batchChanged({ reaction: "reserve-stock", records: [record], end });
  expect(inputs).toMatchObject([
    { kind: "attempt", messageId: "m", attempt: 2, subject: { orderId: ORDER } },
    { kind: "attempt-ended", messageId: "m", attempt: 2, outcome },
  ]);
});

test("what changes an order is a request worth a mark; what only asks for it is none", () => {
  const { inputs, recording } = setUp();
  const request = { pathParameters: { orderId: ORDER } };
  const answered = (functionName: string, request: unknown, statusCode: number, body = "{}") =>
    recording.requestAnswered({ functionName, request, answer: { statusCode, body }, receivedAt: 4 });
  answered("place-order", {}, 202, JSON.stringify({ orderId: ORDER }));
  answered("cancel-order", request, 409);
  answered("get-order", request, 200);
  answered("place-order", {}, 422);
  expect(inputs).toMatchObject([
    { route: "place-order", status: 202, at: 4, endedAt: 7 },
    { route: "cancel-order", status: 409 },
  ]);
});

test("a function's own line says why, and whether the message was parked", () => {
  const { inputs, recording } = setUp();
  const line = (message: string) =>
    JSON.stringify({ level: "warn", message, messageId: "m", errorName: "Odd", attempt: 2 });
  recording.lineLogged(line("message will be delivered again"));
  recording.lineLogged(line("message parked in the dead-letter queue"));
  recording.lineLogged(JSON.stringify({ level: "info", message: "said StockReserved" }));
  recording.lineLogged('not JSON, "messageId" and "errorName"');
  expect(inputs).toEqual([
    { kind: "reason", messageId: "m", attempt: 2, errorName: "Odd", isParked: false },
    { kind: "reason", messageId: "m", attempt: 2, errorName: "Odd", isParked: true },
  ]);
});
