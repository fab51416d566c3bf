// The task that rings the doorbell says its intent, and what is known besides.
import { groupOf } from "@order-saga/contracts";
import { testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { ringTask } from "./ring.ts";

test("a ring for a known order waits in its customer's turn, and as long as it is told", () => {
  const known = { intentId: "pi_1", orderId: testOrderId };
  expect(ringTask(known)).toStrictEqual({ body: known, group: groupOf(testOrderId) });
  expect(ringTask({ ...known, tries: 2 }, 0)).toStrictEqual({
    body: { ...known, tries: 2 },
    group: groupOf(testOrderId),
    delaySeconds: 0,
  });
});

test.each([undefined, "ord_1"])("a ring for the order %s has no turn", (orderId) => {
  expect(ringTask({ intentId: "pi_1", orderId })).toStrictEqual({ body: { intentId: "pi_1", orderId } });
});
