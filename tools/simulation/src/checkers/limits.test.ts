// E12: with limits alone a dead letter and an expired order are violations, and otherwise they are not.
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { limitsLoseNothing } from "./e12-limits-lose-nothing.ts";
import type { Observed, ObservedQueue, Step } from "./observed.ts";

const letter = { body: "{}", receiveCount: 6, attributes: {}, poison: false };
const queue = (kind: ObservedQueue["kind"], messages: ObservedQueue["messages"]): ObservedQueue => ({
  name: "payment-capture-payment-dlq",
  kind,
  messages,
});

function found(given: { onlyLimited: boolean; queues?: ObservedQueue[]; reason?: "expired" | "cancelled" }) {
  const { onlyLimited, queues = [], reason } = given;
  const event = reason && anEvent("PaymentAborted", { data: { reason } });
  const observed = { onlyLimited, queues: () => queues, published: [{ event }] } as unknown as Observed;
  const checker = limitsLoseNothing();
  const once = checker.afterStep?.(observed, {} as Step) ?? [];
  const twice = checker.afterStep?.(observed, {} as Step) ?? [];
  return [...once, ...twice, ...(checker.atRest?.(observed) ?? [])].map(({ detail }) => detail);
}

test("a dead letter is a violation, told once", () => {
  const dead = [queue("dead-letter", [letter])];
  expect(found({ onlyLimited: true, queues: dead })).toEqual([
    "payment-capture-payment-dlq has a message in a run with limits alone",
  ]);
  expect(found({ onlyLimited: false, queues: dead })).toEqual([]);
  expect(
    found({ onlyLimited: true, queues: [queue("reaction", [letter]), queue("dead-letter", [])] }),
  ).toEqual([]);
});

test("an order that expired is a violation", () => {
  expect(found({ onlyLimited: true, reason: "expired" })).toEqual([
    "an order expired in a run with limits alone",
  ]);
  expect(found({ onlyLimited: true, reason: "cancelled" })).toEqual([]);
  expect(found({ onlyLimited: false, reason: "expired" })).toEqual([]);
});
