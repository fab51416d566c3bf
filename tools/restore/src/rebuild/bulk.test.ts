// What a bulk of orders must be by its events and by its rows' orders.
import { type DomainEvent, type EventOf, newEvent } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import type { Bulk, Outcome, Row } from "@order-saga/orders/bulk/bulk";
import { expect, test } from "vitest";
import { type BulkFacts, bulkOf, factsByBulk, factsByOrder } from "../facts.ts";
import { type BulkGiven, rebuiltBulk } from "./bulk.ts";
import { rebuiltNotification } from "./notification.ts";

const now = Date.UTC(2026, 10, 29);
const bulkId = "bulk_7a6b5c4d3e2f1a0b9c4f3c2a1b0d9e8f";
const idOf = (row: number) => `ord_${String(row).padStart(32, "0")}`;
const contact = { email: "ada@example.com" };

const BulkPlaced = (count: number) =>
  newEvent("BulkPlaced", bulkId, { causationId: null, now }, { count, currency: "EUR", contact });

type End = "OrderConfirmed" | "OrderCancelled" | "OrderRejected";

/** The row's order, placed and ended so. */
function order(row: number, ...ends: End[]): DomainEvent[] {
  const types = ["OrderPlaced", ...ends] as const;
  const about = { orderId: idOf(row), now };
  return types.map((type) => anEvent(type, { ...about, data: { bulkId, bulkRow: row } }));
}

const PRICE = 1980;

function BulkCompleted(data: Partial<EventOf<"BulkCompleted">["data"]>): EventOf<"BulkCompleted"> {
  const none = { confirmed: 0, rejected: 0, cancelled: 0, amount: 0, firstErrors: [] };
  const all = { count: 2, currency: "EUR", ...none, ...data } as const;
  return newEvent("BulkCompleted", bulkId, { causationId: null, now }, all);
}

function given(events: DomainEvent[], rest: Partial<BulkGiven> = {}): BulkGiven {
  const facts: BulkFacts = factsByBulk(events).get(bulkId) ?? {};
  const orders = new Map(
    [...factsByOrder(events).values()].flatMap((each) => {
      const row = bulkOf(each)?.row;
      return row === undefined ? [] : [[row, each] as const];
    }),
  );
  return { bulkId, known: undefined, facts, orders, orderIdOf: () => undefined, now, ...rest };
}

const outcomesOf = (rebuilt: ReturnType<typeof rebuiltBulk>) =>
  typeof rebuilt === "object" ? [...rebuilt.outcomes.values()].map(({ state }) => state) : rebuilt;

test("a lost bulk whose rows all became orders is made of them, and is looked at by the sweep", () => {
  const events = [BulkPlaced(2), ...order(0), ...order(1, "OrderConfirmed")];
  const rebuilt = rebuiltBulk(given(events));
  if (typeof rebuilt !== "object") return expect.unreachable(rebuilt);
  expect(rebuilt.made).toMatchObject({
    bulk: { principal: "ada", isSplit: true, chunks: 1, version: 1, dueAt: new Date(now).toISOString() },
    rows: [
      {
        row: 0,
        orderId: idOf(0),
        lines: [{ sku: "TEA-EARL-GREY", quantity: 2 }],
        paymentMethod: "pm_card_visa",
      },
      { row: 1, orderId: idOf(1) },
    ],
  });
  expect(rebuilt.outcomes.size, "the sweep counts them").toBe(0);
  expect(rebuilt.completed).toBeUndefined();
});

test("rows that had not become orders are named, and the bulk is not made without them", () => {
  const events = [BulkPlaced(4), ...order(1), ...order(2)];
  expect(rebuiltBulk(given(events))).toMatch(/^rows 0, 3 had not become orders.*same Idempotency-Key/);
  expect(rebuiltBulk(given([BulkPlaced(1)]))).toMatch(/^row 0 had not/);
  expect(rebuiltBulk(given(order(0)))).toMatch(/begin earlier/);
});

test("a result that was said stays the one there is", () => {
  const result = BulkCompleted({
    confirmed: 1,
    cancelled: 1,
    amount: PRICE,
    firstErrors: [{ row: 1, reason: "cancelled" }],
  });
  const bothCancelled = [
    ...order(0, "OrderConfirmed", "OrderCancelled"),
    ...order(1, "OrderConfirmed", "OrderCancelled"),
  ];
  const rebuilt = rebuiltBulk(given([BulkPlaced(2), ...bothCancelled, result]));
  expect(outcomesOf(rebuilt)).toEqual(["confirmed", "cancelled"]);
  if (typeof rebuilt !== "object") return expect.unreachable(rebuilt);
  expect(rebuilt.completed).toMatchObject({
    events: { BulkCompleted: result },
    tallies: { 0: { confirmed: 1, cancelled: 1, rejected: 0, amount: PRICE } },
    version: 2,
  });
  expect(rebuilt.completed).not.toHaveProperty("dueAt");
});

test("a result that does not fit the rows' orders is said, and nothing is written", () => {
  const result = BulkCompleted({ confirmed: 2, amount: 2 * PRICE });
  const events = [BulkPlaced(2), ...order(0, "OrderConfirmed"), ...order(1, "OrderRejected"), result];
  expect(rebuiltBulk(given(events))).toBe("its result has 2 confirmed orders of 3960, its rows 1 of 1980");
});

test("rows of a said result that never became orders get their ids by the secret", () => {
  const firstErrors = [{ row: 1, reference: "PO-2", reason: "unknown_sku" }];
  const result = BulkCompleted({ confirmed: 1, rejected: 1, amount: PRICE, firstErrors });
  const events = [BulkPlaced(2), ...order(0, "OrderConfirmed"), result];
  expect(rebuiltBulk(given(events))).toMatch(/^row 1 never became orders: ORDER_ID_SECRET/);
  const rebuilt = rebuiltBulk(given(events, { orderIdOf: (principal, row) => `${principal}-${row}` }));
  if (typeof rebuilt !== "object") return expect.unreachable(rebuilt);
  expect(rebuilt.made?.rows[1]).toMatchObject({ row: 1, orderId: "ada-1", reference: "PO-2" });
  expect(rebuilt.outcomes.get(1)).toEqual({ state: "rejected", orderId: "ada-1", reason: "unknown_sku" });
});

test("what the table has stands, and a bulk that lacks no result is not written", () => {
  const events = [BulkPlaced(1), ...order(0, "OrderConfirmed", "OrderCancelled")];
  const made = rebuiltBulk(given(events));
  if (typeof made !== "object" || !made.made) return expect.unreachable();
  const cancelled: Outcome = { state: "cancelled", orderId: idOf(0), reason: "cancelled" };
  const known: { bulk: Bulk; rows: readonly Row[]; outcomes: Map<number, Outcome> } = {
    ...made.made,
    outcomes: new Map([[0, cancelled]]),
  };
  expect(rebuiltBulk(given(events, { known }))).toBeUndefined();
  const result = BulkCompleted({ count: 1, cancelled: 1, firstErrors: [] });
  const rebuilt = rebuiltBulk(given([...events, result], { known }));
  expect(outcomesOf(rebuilt)).toEqual(["cancelled"]);
  expect(rebuilt).not.toHaveProperty("made");
});

test("the mail about a bulk that may have gone out is not sent again", () => {
  const facts = { BulkPlaced: BulkPlaced(2), BulkCompleted: BulkCompleted({ rejected: 2 }) };
  const notification = rebuiltNotification(undefined, facts, now);
  expect(notification).toMatchObject({ orderId: bulkId, mails: { completed: { state: "UNKNOWN" } } });
  expect(notification?.mails).not.toHaveProperty("received");
});
