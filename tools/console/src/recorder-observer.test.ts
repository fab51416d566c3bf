// The runtime's observations become the recorder's inputs: which order, what happened, how it ended.
import type { DomainEvent } from "@order-saga/contracts";
import { InvocationError } from "@order-saga/local/lambda/sandbox";
import { observerOf } from "@order-saga/local/observer";
import type { SQSRecord } from "aws-lambda";
import { expect, test } from "vitest";
import type { RecorderInput } from "./recorder-input.ts";
import { recorderObserver } from "./recorder-observer.ts";

const ORDER = `ord_${"b".repeat(32)}`;

function setUp() {
  const inputs: RecorderInput[] = [];
  const observer = observerOf(
    new Set([
      recorderObserver(
        (input) => inputs.push(input),
        () => 7,
      ),
    ]),
  );
  return { inputs, observer };
}

const detail = { id: "e", type: "OrderPlaced", orderId: ORDER };
const body = JSON.stringify({ "detail-type": "OrderPlaced", source: "shop.orders", detail });

test("a delivery to a reaction's queue", () => {
  const { inputs, observer } = setUp();
  observer.messageDelivered({ reaction: "reserve-stock", body });
  const header = { orderId: ORDER, subject: ORDER, eventId: "e", eventType: "OrderPlaced" };
  expect(inputs).toEqual([{ kind: "delivered", at: 7, reaction: "reserve-stock", header }]);
});

test("an event with the time at which the bus took it and the reactions it was sent to", () => {
  const { inputs, observer } = setUp();
  const event = detail as unknown as DomainEvent;
  observer.eventAccepted({ event, isReplay: false, acceptedAt: 5, reactions: ["reserve-stock"] });
  observer.eventAccepted({ event, isReplay: true, acceptedAt: 6, reactions: [] });
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
  const { inputs, observer } = setUp();
  const request = pay(path, `${ORDER}:${operation}`, { currency: "eur" });
  observer.paymentAnswered({ request, status, body: answer, at: 3, endedAt: 5 });
  expect(inputs).toMatchObject([
    { kind: "provider", at: 3, endedAt: 5, orderId: ORDER, operation, outcome, currency: "EUR" },
  ]);
});

test("the provider's ring belongs to the order whose intent an answer named, and to none before", () => {
  const { inputs, observer } = setUp();
  const ring = { reaction: "hear-provider", body: JSON.stringify({ intentId: "pi_3Qx" }) };
  observer.messageDelivered(ring);
  const answer = `{"id":"pi_3Qx","client_secret":"pi_3Qx_secret_1","metadata":{"orderId":"${ORDER}"}}`;
  const request = pay("/v1/payment_intents", `${ORDER}:authorize`);
  observer.paymentAnswered({ request, status: 200, body: answer, at: 3, endedAt: 5 });
  observer.messageDelivered(ring);
  expect(inputs.flatMap((input) => (input.kind === "delivered" ? [input.header] : []))).toEqual([
    { eventId: "", eventType: "" },
    { orderId: ORDER, subject: ORDER, eventId: "", eventType: "a ring" },
  ]);
  expect(JSON.stringify(inputs)).not.toContain("secret");
});

test("a mail, by its own header", () => {
  const { inputs, observer } = setUp();
  const raw = `X-Order-Mail: ${ORDER}/confirmed\r\nTo: ada@example.com\r\n\r\nHello`;
  const form = { "RawMessage.Data": Buffer.from(raw).toString("base64") };
  observer.mailSent({ form, outcome: "throttled" });
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
  const { inputs, observer } = setUp();
  observer.batchChanged({ reaction: "reserve-stock", records: [record] });
  observer.batchChanged({ reaction: "reserve-stock", records: [record], end });
  expect(inputs).toMatchObject([
    { kind: "attempt", messageId: "m", attempt: 2, header: { orderId: ORDER } },
    { kind: "attempt-ended", messageId: "m", attempt: 2, outcome },
  ]);
});

test("a request that changes an order is recorded; one that only reads it is not", () => {
  const { inputs, observer } = setUp();
  const request = { pathParameters: { orderId: ORDER } };
  const told = (functionName: string, request: object, answer: object) =>
    observer.requestAnswered({ functionName, request, answer, receivedAt: 4 });
  told("place-order", {}, { statusCode: 202, body: JSON.stringify({ orderId: ORDER }) });
  told("cancel-order", request, { statusCode: 409, body: "{}" });
  told("get-order", request, { statusCode: 200, body: "{}" });
  told("place-order", {}, { statusCode: 422, body: "{}" });
  expect(inputs).toMatchObject([
    { route: "place-order", status: 202, at: 4, endedAt: 7 },
    { route: "cancel-order", status: 409 },
  ]);
});

test("a function's own line says why, and whether the message was parked", () => {
  const { inputs, observer } = setUp();
  const line = (message: string) =>
    JSON.stringify({ level: "warn", message, messageId: "m", errorName: "Odd", attempt: 2 });
  observer.lineLogged(line("message will be delivered again"));
  observer.lineLogged(line("message parked in the dead-letter queue"));
  observer.lineLogged(JSON.stringify({ level: "info", message: "said StockReserved" }));
  observer.lineLogged('not JSON, "messageId" and "errorName"');
  expect(inputs).toEqual([
    { kind: "reason", messageId: "m", attempt: 2, errorName: "Odd", isParked: false },
    { kind: "reason", messageId: "m", attempt: 2, errorName: "Odd", isParked: true },
  ]);
});
