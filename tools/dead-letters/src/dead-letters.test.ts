// Dead letters are grouped by queue and cause, with the contract's verdict and what to do.

import type { QueuedMessage } from "@order-saga/emulator";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { deadLetter, deadLetterQueues, groupsOf, queuedMessage, verdictOf } from "./dead-letters.ts";

const reactions = allReactions(services);
const queues = deadLetterQueues(reactions);
const queueNamed = (queue: string) =>
  queues.find((each) => each.queue === queue) ?? expect.unreachable(queue);
const parked = queueNamed("inventory-reserve-stock-dlq");
const undelivered = queueNamed("inventory-reserve-stock-undelivered");
const lying = (given: Partial<QueuedMessage> = {}): QueuedMessage => ({
  messageId: "m",
  body: "{}",
  attributes: {},
  receiveCount: 0,
  sentAt: Date.parse("2026-11-23T12:00:00.000Z"),
  state: "ready",
  ...given,
});

test("every queue behind a reaction holds letters", () => {
  const undelivered = reactions.flatMap(({ undeliveredQueue }) => undeliveredQueue?.name ?? []);
  const names = queues.map(({ queue }) => queue);
  expect(names.sort()).toEqual(
    [...reactions.map(({ deadLetterQueue }) => deadLetterQueue.name), ...undelivered].sort(),
  );
});

test.each([
  [lying({ attributes: { errorName: "MalformedMessage", attempts: "2" } }), parked, "MalformedMessage", 2],
  [lying({ receiveCount: 6 }), parked, "exhausted", 5],
  [
    lying({ attributes: { ERROR_CODE: "NO_RESOURCE", RETRY_ATTEMPTS: "185" } }),
    undelivered,
    "NO_RESOURCE",
    185,
  ],
  [lying(), undelivered, "undelivered", 5],
])("why it lies there, and after how many attempts", (message, letterQueue, cause, attempts) => {
  expect(deadLetter(message, letterQueue)).toMatchObject({
    cause,
    attempts,
    groupKey: `${letterQueue.queue}/${cause}`,
    reaction: "reserve-stock",
  });
});

const envelope = (detail: object, more: object = {}) =>
  JSON.stringify({ source: "shop.orders", "detail-type": "OrderPlaced", detail, ...more });

test.each([
  ["not JSON", "", "the body is not JSON"],
  ["{}", "/source", "the EventBridge envelope"],
  [envelope({}, { "detail-type": "Gossip" }), "/detail-type", "does not hear"],
  [envelope({}, { source: "shop.payment" }), "/source", "came from"],
  [envelope({ version: 2 }), "/detail/version", "version 2"],
  [envelope({ version: 1 }), "/detail/id", "breaks its contract"],
])("the contract points at what is wrong with %s", (body, pointer, words) => {
  const verdict = verdictOf(body, { from: "bus", hears: ["OrderPlaced"] });
  expect(verdict).toMatchObject({ isValid: false, pointer, message: expect.stringContaining(words) });
});

test.each([
  ["uploads", "{}", "/source"],
  ["uploads", "not JSON", ""],
  ["tasks", "not JSON", ""],
] as const)("a message from %s is read as one: %s", (from, body, pointer) => {
  expect(verdictOf(body, { from, hears: [] })).toMatchObject({ isValid: false, pointer });
});

test("a task is valid if it is JSON: its function alone knows more", () => {
  expect(verdictOf('{"row":1}', { from: "tasks", hears: [] })).toEqual({ isValid: true });
});

test("a mail that came back is judged by its own contract, where the reaction is told of such", () => {
  const { manifest } = queueNamed("notification-notify-customer-dlq").reaction;
  const told = (time: string) =>
    JSON.stringify({
      source: "aws.ses",
      "detail-type": "Email Bounced",
      time,
      detail: { orderId: `ord_${"4".repeat(32)}`, mail: "received", bounceType: "Permanent" },
    });
  expect(verdictOf(told("2026-01-05T12:00:05Z"), manifest)).toEqual({ isValid: true });
  expect(verdictOf(told("yesterday"), manifest)).toMatchObject({ isValid: false, pointer: "/time" });
  expect(verdictOf(told("2026-01-05T12:00:05Z"), parked.reaction.manifest).isValid).toBe(false);
});

test("a group has its oldest, its orders, its act, and whether a redrive brought it back", () => {
  const orderId = `ord_${"1".repeat(32)}`;
  const of = (messageId: string, minutes: number) =>
    deadLetter(
      lying({
        messageId,
        body: envelope({ id: "e", orderId }),
        sentAt: Date.parse("2026-11-23T12:00:00.000Z") + minutes * 60_000,
      }),
      parked,
    );
  const letters = [of("b", 5), of("a", 1), deadLetter(lying({ attributes: { errorName: "Odd" } }), parked)];
  const groups = groupsOf(letters, {
    kindOf: () => "dead-letter",
    cameBack: ({ messageId }) => messageId === "a",
    lastError: ({ messageId }) => (messageId === "a" ? "ProviderUnavailable" : undefined),
  });
  expect(groups).toMatchObject([
    {
      key: "inventory-reserve-stock-dlq/exhausted",
      count: 2,
      oldestAt: "2026-11-23T12:01:00.000Z",
      orderIds: [orderId],
      message: "Failed 5 times, last with ProviderUnavailable.",
      act: "End what made it fail, then redrive.",
      failedAgain: true,
    },
    { cause: "Odd", count: 1, act: "Mend the function, then redrive.", failedAgain: false },
  ]);
});

test("addresses are masked in a message's body and attributes", () => {
  const shown = queuedMessage(
    lying({ body: "for ada@example.com", attributes: { errorMessage: "bob@example.com bounced" } }),
  );
  expect(shown).toMatchObject({ body: "for •••", attributes: { errorMessage: "••• bounced" } });
});
