import type { DomainEvent, EventType } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { watchSettledOrders } from "./settled-orders.ts";

const say = (...types: EventType[]): DomainEvent[] =>
  types.map((type, index) => anEvent(type, { now: testNow + index * 10 }));

function reported(events: readonly DomainEvent[]) {
  const watch = watchSettledOrders({ maximumOrders: 10 });
  return events.flatMap((event) => watch(event) ?? []);
}

test("a confirmed order settles when its stock is committed, not before", () => {
  expect(reported(say("OrderPlaced", "StockReserved", "PaymentCaptured", "OrderConfirmed"))).toEqual([]);
  const [line] = reported(
    say("OrderPlaced", "StockReserved", "PaymentCaptured", "OrderConfirmed", "StockCommitted"),
  );
  expect(line).toMatchObject({ status: "CONFIRMED", amount: 1980, currency: "EUR", milliseconds: 40 });
});

test("a duplicate of the last event reports nothing again", () => {
  const events = say("OrderPlaced", "PaymentCaptured", "OrderConfirmed", "StockCommitted");
  expect(reported([...events, ...events])).toHaveLength(1);
});

test("an order confirmed and then cancelled settles twice, the second time as cancelled", () => {
  const first = say("OrderPlaced", "PaymentCaptured", "OrderConfirmed", "StockCommitted");
  const second = say("OrderCancelRequested", "PaymentRefunded", "StockReleased", "OrderCancelled");
  expect(reported([...first, ...second]).map((each) => each.status)).toEqual(["CONFIRMED", "CANCELLED"]);
});

test("a rejection waits until the stock is back", () => {
  expect(reported(say("OrderPlaced", "PaymentDeclined", "OrderRejected"))).toEqual([]);
  const [line] = reported(say("OrderPlaced", "PaymentDeclined", "OrderRejected", "StockReleased"));
  expect(line?.status).toBe("REJECTED");
});

test("the watch forgets the oldest order when it holds too many", () => {
  const watch = watchSettledOrders({ maximumOrders: 1 });
  const orders = ["1", "2"].map((digit) => `ord_${digit.repeat(32)}`);
  for (const orderId of orders) watch(anEvent("OrderPlaced", { orderId }));
  const finish = (orderId: string) =>
    (["PaymentCaptured", "OrderConfirmed", "StockCommitted"] as const)
      .map((type) => watch(anEvent(type, { orderId })))
      .at(-1);
  expect(finish(orders[1] ?? "")?.status).toBe("CONFIRMED");
  expect(finish(orders[0] ?? "")).toBeUndefined();
});
