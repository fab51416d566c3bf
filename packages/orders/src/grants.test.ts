// A manifest that forgets a grant fails in the shop that every test of orders uses, as it would fail in AWS.
import { expect, test } from "vitest";
import { putProduct, sweepOrders } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aMemoryShop, minutes, mug } from "./testing.ts";

test("a route whose manifest only reads the table cannot write it", async () => {
  const shop = await aMemoryShop(createMemoryStore(), {
    putProduct: { ...putProduct, table: { get: ["PRODUCT#*"] } },
  });
  const { sku, ...product } = mug;
  expect((await shop.putProduct(sku, product)).status).toBe(503);
  expect(shop.lines.join()).toContain("AccessDeniedException");
});

test("a schedule cannot publish a type that is missing from its manifest", async () => {
  const planted = { sweepOrders: { ...sweepOrders, says: ["OrderCancelRequested"] as const } };
  const shop = await aMemoryShop(createMemoryStore(), planted);
  shop.bus.down = true;
  await shop.place();
  shop.bus.down = false;
  shop.clock.now += 2 * minutes;
  await expect(shop.sweep()).rejects.toThrow();
  expect(shop.lines.join()).toContain("AccessDeniedException");
  expect(shop.said).toEqual([]);
});
