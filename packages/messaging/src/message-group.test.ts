// What is sent on stays in its customer's group, and what has none is sent without.
import { groupOf } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { groupOfMessage } from "./message-group.ts";
import { anEvent, envelopeOf, testOrderId } from "./testing.ts";

test("a message's group is that of its event", () => {
  expect(groupOfMessage(envelopeOf(anEvent("OrderPlaced")))).toBe(groupOf(testOrderId));
});

test.each([
  "",
  "{",
  "null",
  "5",
  "{}",
  '{"resources":5}',
  '{"resources":[5]}',
  '{"resources":["a b"]}',
  '{"resources":[{}]}',
])("%j has no group", (body) => expect(groupOfMessage(body)).toBeUndefined());
