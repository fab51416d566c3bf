// The HTTP contract over the wire: tokens, scopes, refusals, paging, and the routes that every service
// serves.
import { randomUUID } from "node:crypto";
import { scopes } from "@order-saga/contracts";
import openapi from "@order-saga/contracts/openapi.json" with { type: "json" };
import { checkGraph } from "@order-saga/messaging/graph";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga();
});
afterAll(() => saga.stop());

const order = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  lines: [{ sku: "TEA-EARL-GREY", quantity: 2 }],
  paymentMethod: "pm_card_visa",
};
const key = () => ({ "idempotency-key": randomUUID() });

test("the event graph of the four services has no problem", () => {
  expect(checkGraph(services)).toEqual([]);
});

test("the OpenAPI document describes exactly the routes of the manifests, and is served", async () => {
  const routes = services.flatMap((service) => service.routes.map(({ method, path }) => `${method} ${path}`));
  const described = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(routes.sort());
  expect((await fetch(`${saga.runtime.url}/openapi.json`)).status).toBe(200);
  expect((await saga.request("GET", "/openapi.json")).body).toEqual(openapi);
});

test("an order's life over HTTP: placed, followed by its timeline, listed, shown as unchanged", async () => {
  const placed = await saga.request("POST", "/orders", {
    body: { ...order, expectedTotal: 1980 },
    headers: key(),
  });
  expect(placed).toMatchObject({ status: 202, body: { status: "PLACED", currency: "EUR", amount: 1980 } });
  const orderId = String(placed.body.orderId);
  expect(placed.headers.get("location")).toBe(`/orders/${orderId}`);
  expect(placed.body.lines).toEqual([{ sku: "TEA-EARL-GREY", quantity: 2, unitPrice: 990 }]);
  await saga.settled(orderId);
  await saga.idle();
  const shown = await saga.request("GET", `/orders/${orderId}`);
  expect(shown.body).toMatchObject({ status: "CONFIRMED", orderId });
  const types = (shown.body.timeline as { type: string }[]).map((entry) => entry.type);
  expect(types[0]).toBe("OrderPlaced");
  expect(types).toEqual(
    expect.arrayContaining(["StockReserved", "PaymentCaptured", "StockCommitted", "OrderConfirmed"]),
  );
  const again = await saga.request("GET", `/orders/${orderId}`, {
    headers: { "if-none-match": shown.headers.get("etag") ?? "" },
  });
  expect(again.status).toBe(304);
  const { body: list } = await saga.request("GET", "/orders?limit=1");
  expect(list).toMatchObject({ items: [{ orderId, status: "CONFIRMED" }] });
});

test("another principal's order answers like an order that does not exist", async () => {
  const orderId = await saga.place({ sub: "ada" });
  for (const path of [`/orders/${orderId}`, `/orders/ord_${"0".repeat(32)}`, "/orders/nonsense"]) {
    const answer = await saga.request("GET", path, { sub: "eve" });
    expect(answer).toMatchObject({ status: 404, body: { type: "unknown-order" } });
  }
  expect((await saga.request("POST", `/orders/${orderId}/cancel`, { sub: "eve" })).status).toBe(404);
  await saga.idle();
});

test("a rejected order cannot be cancelled any more", async () => {
  const orderId = await saga.place({ sku: "TEA-GYOKURO" });
  await saga.settled(orderId);
  await saga.idle();
  expect(await saga.cancel(orderId)).toMatchObject({ status: 409, body: { type: "not-cancellable" } });
});

test.each([
  ["not JSON", { body: "{" }, 400, "not-json"],
  ["an unknown field", { body: { ...order, coupon: "X" } }, 400, "invalid-body"],
  ["no lines", { body: { ...order, lines: [] } }, 400, "invalid-body"],
  [
    "a card number",
    { body: { ...order, contact: { email: "a@b.example", name: "4242 4242 4242 4242" } } },
    400,
    "card-number-refused",
  ],
  ["no key", { body: order, headers: {} }, 400, "invalid-idempotency-key"],
  ["a short key", { body: order, headers: { "idempotency-key": "short" } }, 400, "invalid-idempotency-key"],
  ["another price", { body: { ...order, expectedTotal: 1 } }, 409, "price-changed"],
  [
    "too large",
    { body: { ...order, contact: { email: "a@b.example", name: "x".repeat(40_000) } } },
    413,
    "body-too-large",
  ],
  [
    "not JSON by content type",
    { body: "a=b", headers: { ...key(), "content-type": "text/plain" } },
    415,
    "unsupported-media-type",
  ],
  ["an unknown SKU", { body: { ...order, lines: [{ sku: "NOPE", quantity: 1 }] } }, 422, "unknown-sku"],
  ["another currency", { body: { ...order, currency: "USD" } }, 422, "currency-mismatch"],
])("an order with %s is refused", async (_, given, status, type) => {
  const answer = await saga.request("POST", "/orders", { headers: key(), ...given });
  expect(answer).toMatchObject({ status, body: { type, status } });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(JSON.stringify(answer.body)).not.toMatch(/arn:|at .*\.ts|4242/);
});

test("a broken field is named by its JSON pointer", async () => {
  const body = { ...order, lines: [{ sku: "TEA-ASSAM", quantity: 0 }] };
  const answer = await saga.request("POST", "/orders", { body, headers: key() });
  expect(answer.body.errors).toMatchObject([{ pointer: "/lines/0/quantity" }]);
});

test("the same key with another body is refused, and nothing is written", async () => {
  const headers = key();
  const first = await saga.request("POST", "/orders", { body: order, headers });
  const other = await saga.request("POST", "/orders", {
    body: { ...order, paymentMethod: "pm_card_amex" },
    headers,
  });
  expect(other).toMatchObject({ status: 422, body: { type: "idempotency-key-reused" } });
  const same = await saga.request("POST", "/orders", { body: order, headers });
  expect(same.body).toEqual(first.body);
  await saga.idle();
});

test("without a token, with a foreign one, or without the scope nothing is served", async () => {
  const { issuer, url } = saga.runtime;
  const get = (path: string, authorization?: string) =>
    fetch(url + path, { headers: authorization === undefined ? {} : { authorization } });
  const narrow = await issuer.sign({ sub: "ada", scope: "orders:write", expiresInSeconds: 3600 });
  const expired = await issuer.sign({ sub: "ada", scope: scopes.join(" "), expiresInSeconds: -1 });
  expect((await get("/orders")).status).toBe(401);
  expect((await get("/orders", "Bearer nonsense")).status).toBe(401);
  expect((await get("/orders", `Bearer ${expired}`)).status).toBe(401);
  expect((await get("/orders", `Bearer ${narrow}x`)).status).toBe(401);
  expect((await get("/orders", `Bearer ${narrow}`)).status).toBe(403);
  expect((await get("/stock/TEA-ASSAM", `Bearer ${narrow}`)).status).toBe(403);
  expect((await get("/products")).status).toBe(200);
  expect((await get("/health")).status).toBe(200);
  expect((await get("/.well-known/jwks.json")).status).toBe(200);
  const nowhere = await get("/nowhere");
  expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { type: "not-found", status: 404 }]);
});

test("a token whose sub names no customer is refused by every route with scopes, before its body is read", async () => {
  const { issuer, url } = saga.runtime;
  const subs: unknown[] = [
    undefined,
    null,
    "",
    "  ",
    42,
    1e21,
    true,
    ["alice"],
    ["a", "b"],
    { id: 1 },
    "a\n",
  ];
  const routes = services.flatMap((service) => service.routes).filter((each) => each.scopes.length > 0);
  for (const sub of subs) {
    const request = { sub, scope: scopes.join(" "), expiresInSeconds: 3600 };
    const authorization = `Bearer ${await issuer.sign(request as never)}`;
    for (const { method, path } of routes) {
      const body = method === "GET" ? {} : { body: "not JSON" };
      const answer = await fetch(url + path, { method, headers: { authorization }, ...body });
      const said = { sub, path, status: answer.status, ...((await answer.json()) as { type: string }) };
      expect(said).toMatchObject({ sub, path, status: 401, type: "unauthorized" });
    }
  }
});

test("laptop-only routes answer programs, not web pages", async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${saga.runtime.url}/__local/token`, { method: "POST", body: "{}", headers });
  expect((await post({})).status).toBe(403);
  expect((await post({ "x-order-saga": "test" })).status).toBe(200);
});

test("the catalogue and the stock are kept over HTTP", async () => {
  const product = { name: "White tea", unitPrice: 1500, currency: "EUR" };
  expect((await saga.request("PUT", "/products/TEA-WHITE", { body: product })).body).toEqual({
    sku: "TEA-WHITE",
    ...product,
  });
  expect((await saga.request("GET", "/products/TEA-WHITE")).body).toEqual({ sku: "TEA-WHITE", ...product });
  expect((await saga.request("GET", "/stock/TEA-WHITE")).status).toBe(404);
  const headers = key();
  const adjust = (delta: number, given = headers) =>
    saga.request("PUT", "/stock/TEA-WHITE", { body: { delta }, headers: given });
  expect(await adjust(7)).toMatchObject({
    status: 200,
    body: { sku: "TEA-WHITE", available: 7, reserved: 0, sold: 0 },
  });
  expect((await adjust(7)).body).toMatchObject({ available: 7 });
  expect(await adjust(8)).toMatchObject({ status: 422, body: { type: "idempotency-key-reused" } });
  expect(await adjust(-8, key())).toMatchObject({ status: 409, body: { type: "insufficient-stock" } });
});

test("no log line of the whole run holds a customer's address or a token", () => {
  const text = saga.logs.join("\n");
  expect(saga.logs.length).toBeGreaterThan(20);
  expect(text).not.toContain("@example.com");
  expect(text).not.toMatch(/Bearer|eyJ/);
});
