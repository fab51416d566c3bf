// Each event's webhook: its type, its bytes and its id, and nothing that a person wrote.
import { anEvent, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { bodyOf, webhookId } from "./message.ts";
import { tellStorefront } from "./service.ts";

test("a webhook has a type, the event's time and its data", () => {
  const event = anEvent("OrderConfirmed");
  const { body, type } = bodyOf(event);
  expect(type).toBe("order.confirmed");
  expect(JSON.parse(body)).toEqual({
    type: "order.confirmed",
    timestamp: event.occurredAt,
    data: { orderId: testOrderId, amount: event.data.amount, currency: event.data.currency },
  });
});

test("every event that is heard has a type of its own, and no field is handed on unseen", () => {
  const types = tellStorefront.hears.map((type) => {
    const words = { reason: "Ada wants it back" };
    const event = anEvent(type, {
      data: { ...(type === "RefundMade" && words), secret: "s3cret" } as object,
    });
    const { body, type: told } = bodyOf(event);
    expect(body).not.toMatch(/Ada|s3cret/);
    return told;
  });
  expect(new Set(types).size).toBe(types.length);
});

test("an id is the event's and the endpoint's, and has no dot", () => {
  const event = anEvent("OrderConfirmed");
  expect(webhookId(event, "shop")).toBe(webhookId(structuredClone(event), "shop"));
  expect(webhookId(event, "shop")).not.toBe(webhookId(event, "erp"));
  expect(webhookId(event, "shop")).not.toContain(".");
});
