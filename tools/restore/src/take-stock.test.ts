// A rebuilt reservation finds its stock in whichever bucket it lies, and is short only if all of them are.
import { reserve } from "@order-saga/inventory/reservation";
import { createMemoryStore } from "@order-saga/inventory/store/memory";
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { takeStock } from "./take-stock.ts";

test("what the head lacks comes from other buckets", async () => {
  const store = createMemoryStore();
  const adjustment = { principal: "ada", key: "raised-and-filled", sku: "TEA", delta: 4, buckets: 2 };
  await store.adjust(adjustment);
  await store.move({ sku: "TEA", into: 1, from: [{ bucket: 0, quantity: 3 }], below: 4 });
  const wanted = (quantity: number) => {
    const lines = [{ sku: "TEA", name: "Tea", unitPrice: 990, quantity }];
    return reserve(anEvent("OrderPlaced", { data: { lines } }), 0, 900);
  };
  expect(await takeStock(store, wanted(5))).toBe("short");
  expect(await takeStock(store, wanted(4))).toBe("written");
  expect(await store.level("TEA")).toMatchObject({ available: 0, reserved: 4 });
});
