// The catalogue over HTTP: put, looked at, listed.
import { Product, ProductPage } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { createMemoryStore } from "./store/memory.ts";
import { aMemoryShop, aShop, mug, tea } from "./testing.ts";

test("a product that was put is shown, and put again it is replaced", async () => {
  const shop = aShop(createMemoryStore());
  const { sku, ...body } = tea;
  expect(await shop.putProduct(sku, body)).toMatchObject({ status: 200, body: tea });
  expect(await shop.product(sku)).toMatchObject({ status: 200, body: tea });
  await shop.putProduct(sku, { ...body, unitPrice: 1 });
  const shown = (await shop.product(sku)).body;
  expect(shown).toEqual({ ...tea, unitPrice: 1 });
  expect(Product.parse(shown)).toEqual(shown);
});

test("a CDN may keep products for ten seconds, and no refusal", async () => {
  const shop = await aMemoryShop();
  const kept = { headers: { "cache-control": "public, max-age=10" } };
  expect(await shop.product(tea.sku)).toMatchObject(kept);
  expect(await shop.products()).toMatchObject(kept);
  expect((await shop.product("NOT-SOLD")).headers).not.toHaveProperty("cache-control");
});

test("a product that was never put is a 404", async () => {
  const shop = await aMemoryShop();
  expect(await shop.product("NOBODY-SELLS-IT")).toMatchObject({ status: 404, body: { type: "unknown-sku" } });
});

test("a malformed SKU is a 400 and changes nothing", async () => {
  const shop = aShop(createMemoryStore());
  const { sku: _, ...body } = tea;
  const refused = { status: 400, body: { type: "invalid-sku" } };
  expect(await shop.putProduct("no spaces", body)).toMatchObject(refused);
  expect(await shop.product("#")).toMatchObject(refused);
  expect((await shop.products()).body).toEqual({ items: [] });
});

test.for([
  [{ unitPrice: 0 }, "/unitPrice"],
  [{ unitPrice: 9.9 }, "/unitPrice"],
  [{ unitPrice: 100_000_000 }, "/unitPrice"],
  [{ currency: "eur" }, "/currency"],
  [{ name: " " }, "/name"],
  [{ sku: "ANOTHER" }, "/sku"],
] as const)("a product that breaks its schema is refused: %o", async ([change, pointer]) => {
  const shop = aShop(createMemoryStore());
  const { sku, ...body } = tea;
  expect(await shop.putProduct(sku, { ...body, ...change })).toMatchObject({
    status: 400,
    body: { type: "invalid-body", errors: [{ pointer }] },
  });
  expect((await shop.product(sku)).status).toBe(404);
});

test.for([
  [{ currency: "ZZZ" }, "currency-not-supported"],
  [{ currency: "BGN" }, "currency-not-supported"],
  [{ currency: "KWD", unitPrice: 1985 }, "amount-not-chargeable"],
  [{ currency: "MGA", unitPrice: 150_050 }, "amount-not-chargeable"],
] as const)("a product that no card can be charged for is refused: %o", async ([change, type]) => {
  const shop = aShop(createMemoryStore());
  const { sku, ...body } = tea;
  expect(await shop.putProduct(sku, { ...body, ...change })).toMatchObject({ status: 422, body: { type } });
  expect((await shop.product(sku)).status).toBe(404);
});

test("the catalogue is listed by SKU, page by page", async () => {
  const shop = await aMemoryShop();
  const whole = (await shop.products()).body;
  expect(whole).toEqual({ items: [mug, tea] });
  expect(ProductPage.parse(whole)).toEqual(whole);
  const first = (await shop.products({ limit: "1" })).body;
  expect(first).toEqual({ items: [mug], next: expect.any(String) });
  expect((await shop.products({ limit: "1", cursor: first.next })).body).toEqual({ items: [tea] });
});
