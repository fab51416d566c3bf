// A manifest that forgets a grant fails in the service that payment's tests use, as it would fail in AWS.
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { authorizePayment } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aService } from "./testing.ts";

test("a reaction whose manifest only reads the table cannot write it, and asks for no money", async () => {
  const planted = { authorizePayment: { ...authorizePayment, table: { get: ["PAY#*"] } } };
  const service = aService(createMemoryStore(), planted);
  expect(await service.deliver(anEvent("OrderPlaced"))).toEqual(["message-1"]);
  expect(service.payment()).toBeUndefined();
  expect(service.asked).toEqual([]);
  expect(service.lines.join()).toContain("AccessDeniedException");
});
