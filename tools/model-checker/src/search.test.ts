// Small searches over the shipped rules, some seconds together; cli.ts has the large ones.

import { reserveStock } from "@order-saga/inventory/service";
import { expect, test } from "vitest";
import { describePath } from "./describe-path.ts";
import { withReaction } from "./mistakes/mistake.ts";
import { createModel } from "./model.ts";
import { noFaults, type Scope, scopeNamed } from "./scopes.ts";
import { search } from "./search.ts";
import { shippedShop } from "./shop.ts";

async function searched(scope: Scope, shop = shippedShop) {
  const model = createModel(scope, shop);
  const result = await search(model);
  expect(result.finding && describePath(result.finding, model.interner)).toBeUndefined();
  expect(result.isComplete).toBe(true);
  return result;
}

test("without a fault every order comes to an end, and needs no timer for it", async () => {
  const { ends } = await searched(scopeNamed("calm"));
  expect([...ends.keys()].sort()).toEqual([
    "CAPTURED/COMMITTED",
    "CAPTURE_FAILED/RELEASED",
    "DECLINED/RELEASED",
    "REFUNDED/RELEASED",
    "VOIDED/RELEASED",
    "never placed",
  ]);
});

test("where payment is behind every order comes to the same ends, and needs no timer for it", async () => {
  const { ends } = await searched({ ...scopeNamed("calm"), isBehind: true });
  expect([...ends.keys()].sort()).toEqual([
    "CAPTURED/COMMITTED",
    "CAPTURE_FAILED/RELEASED",
    "DECLINED/RELEASED",
    "REFUNDED/RELEASED",
    "VOIDED/RELEASED",
    "never placed",
  ]);
});

test("of two orders for one unit at most one is sold, however often their messages come", async () => {
  const { ends } = await searched({
    ...scopeNamed("two-orders-repeated"),
    declines: false,
    captureFails: false,
  });
  expect([...ends.keys()].sort()).toEqual(["CAPTURED/COMMITTED", "VOIDED/REJECTED", "never placed"]);
});

test("two functions that handle the same message at the same time do what one does", async () => {
  const { ends } = await searched({ ...scopeNamed("twice"), cancels: 0 });
  expect([...ends.keys()].sort()).toEqual([
    "CAPTURED/COMMITTED",
    "CAPTURE_FAILED/RELEASED",
    "DECLINED/RELEASED",
    "never placed",
  ]);
});

test("timers bring an order to an end of which any one message is lost", async () => {
  const lossy = { ...scopeNamed("lost-message"), declines: false, captureFails: false, cancels: 0 };
  const { ends } = await searched({ ...lossy, faults: { ...noFaults, losses: 1 } });
  expect([...ends.keys()].sort()).toEqual(["CAPTURED/COMMITTED", "VOIDED/RELEASED", "never placed"]);
});

test.each([
  ["ahead", 20, ["VOIDED/RELEASED", "never placed"]],
  ["behind", -20, ["CAPTURED/COMMITTED", "VOIDED/RELEASED", "never placed"]],
])(
  "an order ends though inventory's clock is %s of payment's by more than its deadline",
  async (_, minutes, expected) => {
    const shop = withReaction(reserveStock.name, {
      react: (shipped) => (event, context) =>
        shipped(event, { ...context, now: context.now + minutes * 60_000 }),
    });
    const { ends } = await searched(
      {
        ...scopeNamed("one-order"),
        ...{ declines: false, captureFails: false, cancels: 0 },
        faults: { ...noFaults, acknowledgementsLost: true },
      },
      shop,
    );
    expect([...ends.keys()].sort()).toEqual(expected);
  },
);

test("a function whose write is reported as too late recognises its own write, and needs no timer", async () => {
  const faults = { ...noFaults, conflicts: true, lostAnswers: true };
  const { ends } = await searched({ ...scopeNamed("calm"), cancels: 0, faults });
  expect([...ends.keys()]).toContain("CAPTURED/COMMITTED");
});

test("an order that ends before its cancellation is heard of comes to rest", async () => {
  const { ends } = await searched({ ...scopeNamed("one-order"), faults: noFaults });
  expect([...ends.keys()]).toEqual(expect.arrayContaining(["DECLINED/RELEASED", "VOIDED/RELEASED"]));
});

test("a customer who is asked ends the order by a yes, a no or by saying nothing", async () => {
  const { ends } = await searched({
    ...scopeNamed("customer-asked"),
    services: ["payment", "inventory"],
    cancels: 0,
  });
  expect([...ends.keys()].sort()).toEqual([
    "CAPTURED/COMMITTED",
    "DECLINED/RELEASED",
    "VOIDED/RELEASED",
    "never placed",
  ]);
});

test("stock that is not sold comes back while the provider is down", async () => {
  const { ends } = await searched({
    ...scopeNamed("decided-at-once"),
    services: ["payment", "inventory"],
    asks: "never",
  });
  expect([...ends.keys()]).toEqual(expect.arrayContaining(["CAPTURED/COMMITTED", "VOIDED/RELEASED"]));
});

test("two refunds of more than was taken are not both made, and one that fails ends", async () => {
  const { ends } = await searched({ ...scopeNamed("two-refunds"), concurrency: 1 });
  expect([...ends.keys()].sort()).toEqual([
    "CAPTURED/COMMITTED",
    "REFUNDED/RELEASED",
    "REFUND_FAILED/COMMITTED",
    "VOIDED/RELEASED",
    "never placed",
  ]);
});

test("what another hand does at the provider is recorded, and given back where the order was aborted", async () => {
  const { ends } = await searched({ ...scopeNamed("foreign-hand"), refundsPend: false, handsAtMost: 1 });
  expect([...ends.keys()]).toContain("REFUND_FAILED/RELEASED");
});
