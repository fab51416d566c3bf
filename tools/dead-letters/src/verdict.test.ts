// What a dry run showed is said in words: what would change, what would be said, why it fails again.
import { expect, test } from "vitest";
import { type Copied, changesBetween, judge } from "./verdict.ts";

const nothing: Copied = { items: [], intents: [], mails: [] };
const outcome = {
  reaction: "reserve-stock",
  failure: undefined,
  parked: undefined,
  strikes: [],
  says: ["StockReserved"],
  changes: [],
};

test("no change is no effect, though it is said again", () => {
  expect(judge(outcome)).toMatchObject({
    verdict: "no effect",
    words: "All of it is done already: reserve-stock changes nothing and says StockReserved again.",
  });
});

test("a change would settle it", () => {
  expect(judge({ ...outcome, changes: ["reservation: state – → RESERVED"] })).toMatchObject({
    verdict: "would settle",
    words: "reserve-stock would settle it and says StockReserved.",
  });
});

test("a failure, a parked message and a fault that struck are told", () => {
  expect(judge({ ...outcome, failure: "ProviderUnavailable", strikes: ["provider"] })).toMatchObject({
    verdict: "fails again",
    words: "reserve-stock fails again: ProviderUnavailable. The fault “provider” is on.",
  });
  const parked = { errorName: "ContractViolation", errorMessage: "breaks it at /data" };
  expect(judge({ ...outcome, parked }).words).toBe(
    "reserve-stock parks it again: ContractViolation: breaks it at /data.",
  );
});

test("changes field by field, events by their type, addresses masked", () => {
  const before = {
    ...nothing,
    items: [
      { pk: "PAY#1", sk: "PAYMENT", version: 1, authorization: { state: "PENDING" }, events: {} },
      { pk: "SKU#TEA", sk: "STOCK", sku: "TEA", available: 3 },
      { pk: "SKU#TEA#1", sk: "STOCK", sku: "TEA", bucket: 1, available: 0 },
      { pk: "ORDER#1", sk: "ORDER", version: 1, OrderPlaced: { v: 1 } },
    ],
  };
  const after = {
    ...nothing,
    items: [
      {
        pk: "PAY#1",
        sk: "PAYMENT",
        version: 2,
        authorization: { state: "AUTHORIZED" },
        events: { PaymentAuthorized: {} },
        note: "ada@example.com",
      },
      { pk: "SKU#TEA", sk: "STOCK", sku: "TEA", available: 2 },
      { pk: "SKU#TEA#1", sk: "STOCK", sku: "TEA", bucket: 1, available: 1 },
      {
        pk: "ORDER#1",
        sk: "ORDER",
        version: 2,
        OrderPlaced: { v: 1 },
        PaymentCaptured: "2026-11-23T09:00:00.000Z",
        OrderConfirmed: { v: 1 },
      },
    ],
    mails: ["ord_1/received"],
  };
  expect(changesBetween(before, after)).toEqual([
    "payment: authorization.state PENDING → AUTHORIZED",
    "payment: records PaymentAuthorized",
    "payment: note – → •••",
    "stock of TEA: available 3 → 2",
    "stock of TEA#1: available 0 → 1",
    "order: hears PaymentCaptured",
    "order: records OrderConfirmed",
    "mail: received",
  ]);
  expect(changesBetween(after, after)).toEqual([]);
});
