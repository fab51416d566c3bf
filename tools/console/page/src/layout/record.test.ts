// A record as lines: plain facts in words, nothing left out.
import { expect, test } from "vitest";
import { factsOf } from "./record.ts";

test("plain facts in words, without the id that the title says", () => {
  expect(
    factsOf({ orderId: "ord_1", cancelRequested: true, expired: false, amount: 6900, decision: null }).plain,
  ).toEqual([
    { name: "cancel requested", words: "yes" },
    { name: "expired", words: "no" },
    { name: "amount", words: "6900" },
    { name: "decision", words: "none" },
  ]);
});

test("a small object and a list of small ones are a line", () => {
  const { plain, nested } = factsOf({
    authorization: { state: "AUTHORIZED", intentId: "pi_1" },
    lines: [
      { sku: "TEA-ASSAM", quantity: 1 },
      { sku: "POT-CAST-IRON", quantity: 2 },
    ],
    signals: [],
  });
  expect(plain.map(({ words }) => words)).toEqual([
    "state AUTHORIZED, intent id pi_1",
    "sku TEA-ASSAM, quantity 1; sku POT-CAST-IRON, quantity 2",
    "none",
  ]);
  expect(nested).toEqual([]);
});

test("recorded events are named, and kept whole beneath", () => {
  const events = { StockReserved: { id: "1", data: { lines: [] } }, StockReleased: { id: "2", data: {} } };
  expect(factsOf({ events })).toEqual({
    plain: [],
    nested: [{ name: "events", says: "StockReserved, StockReleased", value: events }],
  });
});

test("a long list says how long it is", () => {
  const timeline = ["OrderPlaced", "StockReserved", "PaymentAuthorized", "PaymentCaptured"].map((type) => ({
    type,
    at: "2026-11-23T09:00:00.000Z",
  }));
  expect(factsOf({ timeline }).nested).toEqual([{ name: "timeline", says: "4 entries", value: timeline }]);
});

test("no record has no facts", () => {
  expect(factsOf(undefined)).toEqual({ plain: [], nested: [] });
});
