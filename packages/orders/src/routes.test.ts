// Orders over HTTP: placed once per key, looked at, listed and cancelled, with the answers of the API.
import { eventId, OrderAccepted, OrderPage, OrderView } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { statusOf } from "./order.ts";
import { getOrderHandler } from "./routes.ts";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import {
  aKey,
  aMemoryShop,
  aRequest,
  aShop,
  histories,
  minutes,
  mug,
  orderIdOf,
  seconds,
  tea,
} from "./testing.ts";

const inMinutes = (n: number) => new Date(testNow + n * minutes).toISOString();

/** A shop with one order; its OrderPlaced is said and forgotten. */
async function aShopWithAnOrder() {
  const shop = await aMemoryShop();
  const { orderId } = (await shop.place()).body;
  shop.forget();
  return { ...shop, orderId: String(orderId) };
}

/** An order of which inventory has been heard, so that its OrderPlaced is known to be on the bus. */
async function aShopWithAHeardOrder() {
  const shop = await aShopWithAnOrder();
  await shop.hear(anEvent("StockReserved", { orderId: shop.orderId }));
  return shop;
}

test("a placed order is answered with its price and published, by one write", async () => {
  const shop = await aMemoryShop();
  const answer = await shop.place();
  const [order] = shop.store.all();
  expect(answer).toEqual({
    status: 202,
    headers: { "content-type": "application/json", location: `/orders/${order?.orderId}` },
    body: {
      orderId: order?.orderId,
      status: "PLACED",
      currency: "EUR",
      amount: 1980,
      lines: [{ sku: tea.sku, quantity: 2, unitPrice: 990 }],
      placedAt: inMinutes(0),
      decideBy: inMinutes(15),
    },
  });
  expect(OrderAccepted.parse(answer.body)).toEqual(answer.body);
  expect(shop.said).toEqual([order?.events.OrderPlaced]);
  expect(order).toMatchObject({ version: 1, dueAt: inMinutes(1) });
});

test("equal SKUs are answered line by line, as they were sent", async () => {
  const shop = await aMemoryShop();
  const lines = [mug, tea, mug].map(({ sku }, n) => ({ sku, quantity: n + 1 }));
  const { body } = await shop.place({ body: { ...aRequest, lines } });
  expect(body.lines).toEqual(lines.map((line, n) => ({ ...line, unitPrice: [1500, 990, 1500][n] })));
});

test("the same request again is answered the same, whatever became of the order, and says nothing", async () => {
  const shop = await aMemoryShop();
  const first = await shop.place();
  shop.forget();
  shop.clock.now += 5 * minutes;
  await shop.hear(anEvent("PaymentDeclined", { orderId: first.body.orderId }));
  shop.forget();
  expect(await shop.place()).toEqual(first);
  expect(shop.said).toEqual([]);
  expect(shop.store.all()).toHaveLength(1);
});

test.for([
  ["dearer", { ...tea, unitPrice: 2000 }],
  ["sold in another currency", { ...tea, currency: "USD" }],
] as const)("a price change between two retries does not matter: %s", async ([, product]) => {
  const shop = await aMemoryShop();
  const body = { ...aRequest, expectedTotal: 1980 };
  const first = await shop.place({ body });
  await shop.store.putProduct(product);
  expect(await shop.place({ body })).toEqual(first);
  expect(shop.store.all()).toMatchObject([{ amount: 1980 }]);
});

test("a product that vanished between two retries does not matter", async () => {
  const shop = await aMemoryShop();
  const first = await shop.place();
  const emptied: MemoryStore = { ...shop.store, products: async () => new Map() };
  expect(await aShop(emptied).place()).toEqual(first);
});

test("the order of keys in the body does not make it another order", async () => {
  const shop = await aMemoryShop();
  const first = await shop.place();
  const reversed = Object.fromEntries(Object.entries(aRequest).toReversed());
  expect(await shop.place({ body: reversed })).toEqual(first);
});

test("the same key with another body is refused and changes nothing", async () => {
  const shop = await aMemoryShop();
  await shop.place();
  shop.forget();
  const before = shop.store.all();
  for (const other of [
    { ...aRequest, paymentMethod: "pm_card_mastercard" },
    { ...aRequest, lines: [{ sku: tea.sku, quantity: 3 }] },
    { ...aRequest, lines: [{ sku: "UNKNOWN", quantity: 1 }] },
  ]) {
    expect(await shop.place({ body: other })).toMatchObject({
      status: 422,
      headers: { "content-type": "application/problem+json" },
      body: { type: "idempotency-key-reused" },
    });
  }
  expect(shop.store.all()).toEqual(before);
  expect(shop.said).toEqual([]);
});

test("a key belongs to its principal: another principal's order under it is another one", async () => {
  const shop = await aMemoryShop();
  const ids = [await shop.place(), await shop.place({ principal: "bob" })].map(({ body }) => body.orderId);
  expect(new Set(ids).size).toBe(2);
  expect(shop.store.all().map(({ principal }) => principal)).toEqual(["ada", "bob"]);
});

test.for(["", "fifteen-letters", "x".repeat(65), "sixteen chars ##"])(
  "an order without a valid key is refused: %s",
  async (key) => {
    const shop = await aMemoryShop();
    expect(await shop.place({ key })).toMatchObject({
      status: 400,
      body: { type: "invalid-idempotency-key" },
    });
    expect(shop.store.all()).toEqual([]);
  },
);

test.for([
  [
    "unknown-sku",
    422,
    {
      lines: [
        { sku: "MUG", quantity: 1 },
        { sku: "NO", quantity: 1 },
      ],
    },
    ["/lines/1/sku"],
  ],
  ["currency-mismatch", 422, { currency: "USD" }, ["/lines/0/sku"]],
  ["amount-too-large", 422, { lines: Array(50).fill({ sku: "DEAR", quantity: 999 }) }, undefined],
  ["amount-too-small", 422, { lines: [{ sku: "PIN", quantity: 7 }] }, undefined],
  ["currency-not-supported", 422, { currency: "ZZZ" }, ["/currency"]],
  ["price-changed", 409, { expectedTotal: 1979 }, undefined],
  ["invalid-body", 400, { lines: [{ sku: "MUG", quantity: 0 }] }, ["/lines/0/quantity"]],
  ["invalid-body", 400, { lines: [] }, ["/lines"]],
  ["invalid-body", 400, { contact: { email: "no address" } }, ["/contact/email"]],
  ["invalid-body", 400, { discount: 5 }, ["/discount"]],
  [
    "card-number-refused",
    400,
    { contact: { email: "a@b.example", name: "4242/4242/4242/4242" } },
    ["/contact/name"],
  ],
] as const)("an order that cannot be taken is refused as %s", async ([type, status, change, pointers]) => {
  const shop = await aMemoryShop();
  await shop.store.putProduct({ ...tea, sku: "DEAR", unitPrice: 99_999_999 });
  await shop.store.putProduct({ ...tea, sku: "PIN", unitPrice: 7 });
  const answer = await shop.place({ body: { ...aRequest, ...change } });
  expect(answer).toMatchObject({ status, body: { type, status } });
  expect(answer.headers).toEqual({ "content-type": "application/problem+json" });
  expect(answer.body.errors?.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  expect(shop.store.all()).toEqual([]);
  expect(shop.said).toEqual([]);
});

test("a total that is too small is answered with the least that is charged", async () => {
  const shop = await aMemoryShop();
  await shop.store.putProduct({ ...tea, sku: "KEY", currency: "HUF", unitPrice: 17_499 });
  const body = { ...aRequest, currency: "HUF", lines: [{ sku: "KEY", quantity: 1 }] };
  expect((await shop.place({ body })).body).toMatchObject({
    type: "amount-too-small",
    detail: "At least 175.00 HUF can be charged.",
    minimum: 17_500,
  });
});

test("an order that was accepted stands, whatever is charged today", async () => {
  const shop = await aMemoryShop();
  const { body } = await shop.place();
  await shop.store.putProduct({ ...tea, unitPrice: 1 });
  expect(await shop.place()).toMatchObject({ status: 202, body: { orderId: body.orderId } });
});

test("a refused key is free: the corrected order goes through under it", async () => {
  const shop = await aMemoryShop();
  await shop.place({ body: { ...aRequest, expectedTotal: 1 } });
  expect(await shop.place()).toMatchObject({ status: 202 });
});

test("a crash between put and publish is healed by a retry with the same key: one order, one OrderPlaced", async () => {
  const shop = await aMemoryShop();
  shop.bus.down = true;
  expect(await shop.place()).toMatchObject({
    status: 503,
    headers: { "retry-after": "1" },
    body: { type: "unavailable" },
  });
  const [order] = shop.store.all();
  expect(order).toMatchObject({ looked: false, dueAt: inMinutes(1) });
  shop.bus.down = false;
  shop.clock.now += 10 * seconds;
  expect(await shop.place()).toMatchObject({
    status: 202,
    body: { orderId: order?.orderId, placedAt: inMinutes(0) },
  });
  expect(shop.said).toEqual([order?.events.OrderPlaced]);
  expect(shop.store.all()).toEqual([order]);
});

test("a retry publishes OrderPlaced again, byte for byte, until another service has confirmed it", async () => {
  const shop = await aMemoryShop();
  const { body } = await shop.place();
  expect((await shop.place()).status).toBe(202);
  expect(shop.said).toHaveLength(2);
  expect(JSON.stringify(shop.said[1])).toBe(JSON.stringify(shop.said[0]));
  await shop.hear(anEvent("StockReserved", { orderId: body.orderId }));
  expect((await shop.place()).status).toBe(202);
  expect(shop.said).toHaveLength(2);
});

test.for([
  ["the verified address of the token", "ada@EXAMPLE.com", true],
  ["another address", "eve@example.com", false],
  ["a token without one", null, false],
] as const)("an order says whether its mails go to %s", async ([, email, addressVerified]) => {
  const shop = await aMemoryShop();
  const { body } = await shop.place({ email });
  expect(shop.said).toMatchObject([{ type: "OrderPlaced", data: { addressVerified } }]);
  const shown = (await shop.get(body.orderId)).body;
  expect(shown.addressVerified).toBe(addressVerified ? undefined : false);
});

test("a store that does not answer is 503 with Retry-After, and shows nothing of itself", async () => {
  const shop = await aMemoryShop();
  const failing = async () => {
    const message = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders ada@example.com";
    throw Object.assign(new Error(message), {
      name: "ProvisionedThroughputExceededException",
      $metadata: {},
    });
  };
  const broken = aShop({ ...shop.store, create: failing });
  const answer = await broken.place();
  expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  expect(JSON.stringify([answer, broken.lines])).not.toMatch(/arn:|table\/|example\.com/);
});

test("an order is shown to its principal as it stands, with its timeline", async () => {
  const shop = await aShopWithAnOrder();
  const later = testNow + 3 * seconds;
  for (const type of ["StockReserved", "PaymentAuthorized", "PaymentCaptured"] as const) {
    await shop.hear(anEvent(type, { orderId: shop.orderId, now: later }));
  }
  shop.clock.now = later;
  const answer = await shop.get(shop.orderId);
  expect(answer).toMatchObject({
    status: 200,
    body: { orderId: shop.orderId, status: "CONFIRMED", amount: 1980 },
  });
  expect(OrderView.parse(answer.body)).toEqual(answer.body);
  expect(answer.body.timeline.map(({ type }: { type: string }) => type).sort()).toEqual(
    ["OrderConfirmed", "OrderPlaced", "PaymentAuthorized", "PaymentCaptured", "StockReserved"].sort(),
  );
  expect(answer.body.timeline[0]).toEqual({ type: "OrderPlaced", at: inMinutes(0) });
});

test.for([
  ["declined and released", { status: "REJECTED", reason: "insufficient_funds" }],
  ["expired and released", { status: "REJECTED", reason: "expired" }],
  ["out of stock", { status: "REJECTED", reason: "out_of_stock" }],
  ["cancelled and released", { status: "CANCELLED", reason: "cancelled" }],
  ["refunded after the sale", { status: "CANCELLED", reason: "cancelled", refunded: 1980 }],
  ["refund overtook the capture", { status: "CANCELLED", reason: "cancelled", refunded: 1980 }],
  ["captured and committed", { status: "CONFIRMED" }],
  [
    "a part refunded",
    {
      status: "CONFIRMED",
      refunded: 340,
      refunds: [
        { id: "rf_1", amount: 333, status: "made", source: "shop" },
        { id: "rf_2", amount: 7, status: "made", source: "shop" },
        { id: "rf_3", amount: 333, status: "failed", source: "shop" },
      ],
      attention: "The refund rf_3 failed: give 3.33 EUR back by another way.",
    },
  ],
  ["disputed and lost", { status: "CONFIRMED", disputes: [{ status: "lost", amount: 1980 }] }],
] as const)("an order shows why it ended and what was given back: %s", async ([name, shown]) => {
  const shop = await aShopWithAnOrder();
  await shop.hear(...(histories(shop.orderId)[name] ?? []));
  const { body } = await shop.get(shop.orderId);
  expect(OrderView.parse(body)).toEqual(body);
  expect(body).toMatchObject(shown);
  for (const field of ["reason", "refunded", "refunds", "disputes", "attention", "actionBy"])
    expect(field in body, field).toBe(field in shown);
});

test("an order whose customer is asked shows until when, and no longer once it is authorised", async () => {
  const shop = await aShopWithAHeardOrder();
  const actionBy = inMinutes(7);
  await shop.hear(anEvent("PaymentActionRequired", { orderId: shop.orderId, data: { actionBy } }));
  expect((await shop.get(shop.orderId)).body).toMatchObject({ status: "ACTION_REQUIRED", actionBy });
  await shop.hear(anEvent("PaymentAuthorized", { orderId: shop.orderId }));
  const { body } = await shop.get(shop.orderId);
  expect(body.status).toBe("AUTHORIZED");
  expect(body).not.toHaveProperty("actionBy");
});

test("an order shows neither its contact, nor its payment method, nor its fingerprint", async () => {
  const shop = await aShopWithAnOrder();
  const shown = JSON.stringify([
    await shop.get(shop.orderId),
    await shop.list(),
    await shop.cancel(shop.orderId),
  ]);
  expect(shown).not.toMatch(/example\.com|pm_card|fingerprint|principal/);
});

test.for([orderIdOf(99), "ord_123", "", "ord_' OR 1=1"])(
  "an order id that names none is a 404: %s",
  async (id) => {
    const shop = await aShopWithAnOrder();
    const unknown = { status: 404, body: { type: "unknown-order" } };
    expect(await shop.get(id)).toMatchObject(unknown);
    expect(await shop.cancel(id)).toMatchObject(unknown);
  },
);

test("another customer's order is answered like one that is not there, and cannot be cancelled", async () => {
  const shop = await aShopWithAnOrder();
  const before = shop.store.all();
  const foreign = await shop.get(shop.orderId, { principal: "bob" });
  expect(foreign).toEqual(await shop.get(orderIdOf(99)));
  expect(await shop.cancel(shop.orderId, { principal: "bob" })).toMatchObject({ status: 404 });
  expect((await shop.list({}, "bob")).body).toEqual({ items: [] });
  expect(shop.store.all()).toEqual(before);
});

test("an order that has not changed is 304 for its ETag, and 200 once it has", async () => {
  const shop = await aShopWithAnOrder();
  const { headers } = await shop.get(shop.orderId);
  const etag = String(headers?.etag);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    expect(await shop.get(shop.orderId, { headers: { "if-none-match": known } })).toMatchObject({
      status: 304,
      headers: { etag },
      body: null,
    });
  }
  for (const other of ['"other"', '"W/1"'])
    expect((await shop.get(shop.orderId, { headers: { "if-none-match": other } })).status).toBe(200);
  expect(headers).toMatchObject({ "cache-control": "private, no-cache" });
  await shop.hear(anEvent("StockReserved", { orderId: shop.orderId }));
  expect(await shop.get(shop.orderId, { headers: { "if-none-match": etag } })).toMatchObject({
    status: 200,
    body: { status: "RESERVED" },
  });
});

test("a principal's orders are listed newest first, twenty at a time unless asked otherwise", async () => {
  const shop = await aMemoryShop();
  const placed: string[] = [];
  for (let n = 0; n < 25; n++) {
    shop.clock.now += seconds;
    placed.unshift((await shop.place({ key: `${aKey}-${n}` })).body.orderId);
  }
  const first = (await shop.list()).body;
  expect(OrderPage.parse(first)).toEqual(first);
  const second = (await shop.list({ cursor: first.next })).body;
  expect(first.items).toHaveLength(20);
  expect(second).not.toHaveProperty("next");
  expect([...first.items, ...second.items].map(({ orderId }) => orderId)).toEqual(placed);
  expect((await shop.list({ limit: "3" })).body.items).toHaveLength(3);
});

test.for(["0", "101", "-1", "1.5", "ten", "", "1000", "01"])("a limit of %s is refused", async (limit) => {
  const shop = await aMemoryShop();
  const refused = { status: 400, body: { type: "invalid-limit" } };
  expect(await shop.list({ limit })).toMatchObject(refused);
  expect(await shop.products({ limit })).toMatchObject(refused);
});

test("a parameter that a list does not know is a 400, not a list of something else", async () => {
  const shop = await aMemoryShop();
  const refused = { status: 400, body: { type: "unknown-parameter", detail: "state" } };
  expect(await shop.list({ state: "CONFIRMED", limit: "3" })).toMatchObject(refused);
  expect(await shop.products({ state: "CONFIRMED" })).toMatchObject(refused);
  expect(await shop.products({ status: "CONFIRMED" })).toMatchObject({ status: 400 });
});

test("a status that no order has is a 400", async () => {
  const shop = await aMemoryShop();
  for (const status of ["confirmed", "", "WAITING"])
    expect(await shop.list({ status })).toMatchObject({ status: 400, body: { type: "invalid-status" } });
});

test("of a principal's orders those of one status are listed, page by page, however far they lie apart", async () => {
  const shop = await aMemoryShop();
  const asked: string[] = [];
  for (let n = 0; n < 113; n++) {
    shop.clock.now += seconds;
    const orderId = String((await shop.place({ key: `${aKey}-${n}` })).body.orderId);
    if (n % 28 !== 0) continue;
    asked.unshift(orderId);
    await shop.hear(anEvent("StockReserved", { orderId }), anEvent("PaymentActionRequired", { orderId }));
  }
  const status = "ACTION_REQUIRED";
  const pages: string[][] = [];
  for (let cursor: string | undefined; pages.length < 9; ) {
    const { body } = await shop.list({ status, limit: "3", ...(cursor !== undefined && { cursor }) });
    pages.push(body.items.map(({ orderId }: { orderId: string }) => orderId));
    cursor = body.next;
    if (cursor === undefined) break;
  }
  expect(asked).toHaveLength(5);
  expect(pages).toEqual([asked.slice(0, 3), asked.slice(3)]);
  expect((await shop.list({ status: "CONFIRMED" })).body).toEqual({ items: [] });
});

test("a page of one status that takes too many reads is given out short, with where it goes on", async () => {
  const shop = await aMemoryShop();
  let reads = 0;
  const slow = await aMemoryShop({
    ...shop.store,
    async orders(_principal, page) {
      reads++;
      return { items: [], next: page.cursor ?? "a" };
    },
  });
  expect((await slow.list({ status: "PLACED" })).body).toEqual({ items: [], next: "a" });
  expect(reads).toBe(5);
});

test("a cursor that no list has given is a 400", async () => {
  const shop = await aMemoryShop();
  const refused = { status: 400, body: { type: "invalid-cursor" } };
  expect(await shop.list({ cursor: "made-up" })).toMatchObject(refused);
  expect(await shop.products({ cursor: "made up" })).toMatchObject(refused);
});

test("a cancel is recorded and published; repeating it is harmless", async () => {
  const shop = await aShopWithAHeardOrder();
  const first = await shop.cancel(shop.orderId, { body: { reason: "changed my mind" } });
  expect(first).toMatchObject({ status: 202, body: { orderId: shop.orderId, status: "RESERVED" } });
  expect(OrderView.parse(first.body)).toEqual(first.body);
  expect(shop.said).toMatchObject([
    {
      id: eventId(shop.orderId, "OrderCancelRequested"),
      type: "OrderCancelRequested",
      data: { by: "customer", reason: "" },
    },
  ]);
  expect(await shop.cancel(shop.orderId, { body: { reason: "another" } })).toEqual(first);
  expect(new Set(shop.said.map((event) => JSON.stringify(event))).size).toBe(1);
  const [order] = shop.store.all();
  expect(order).toMatchObject({ cancelRequested: true, cancelReason: expect.stringMatching(/^v1\./) });
  expect(await shop.personalData.open(order?.cancelReason ?? "", shop.orderId)).toBe("changed my mind");
  expect(JSON.stringify(order)).not.toMatch(/changed my mind|ada@example/);
});

test("OrderPlaced is on the bus before the cancellation of an unconfirmed order is recorded", async () => {
  const shop = await aShopWithAnOrder();
  shop.bus.down = true;
  const before = shop.store.all();
  expect((await shop.cancel(shop.orderId)).status).toBe(503);
  expect(shop.store.all()).toEqual(before);
  shop.bus.down = false;
  expect((await shop.cancel(shop.orderId)).status).toBe(202);
  expect(shop.types()).toEqual(["OrderPlaced", "OrderCancelRequested"]);
});

test("a cancel needs no body", async () => {
  const shop = await aShopWithAHeardOrder();
  expect((await shop.cancel(shop.orderId)).status).toBe(202);
  expect(shop.said).toMatchObject([{ type: "OrderCancelRequested", data: { reason: "" } }]);
});

test("a cancel that the bus did not take is published by the next try, as it was recorded", async () => {
  const shop = await aShopWithAHeardOrder();
  shop.bus.down = true;
  expect((await shop.cancel(shop.orderId, { body: { reason: "first" } })).status).toBe(503);
  shop.bus.down = false;
  shop.clock.now += minutes;
  expect((await shop.cancel(shop.orderId, { body: { reason: "second" } })).status).toBe(202);
  expect(shop.said).toMatchObject([{ occurredAt: inMinutes(0), data: { reason: "" } }]);
  const [order] = shop.store.all();
  expect(await shop.personalData.open(order?.cancelReason ?? "", shop.orderId)).toBe("first");
});

/** Of the other one the cancellation was asked for before. */
const uncancelled = Object.keys(histories("")).filter((name) => !/refund of a cancellation/.test(name));

test.for(uncancelled)("an order can be cancelled until it is rejected or cancelled: %s", async (name) => {
  const shop = await aShopWithAnOrder();
  for (const event of histories(shop.orderId)[name] ?? []) await shop.hear(event);
  shop.forget();
  const before = shop.store.all();
  const [standing] = before;
  const answer = await shop.cancel(shop.orderId);
  if (standing && statusOf(standing) === "CONFIRMED") {
    expect(answer).toMatchObject({ status: 202, body: { status: "CONFIRMED" } });
    expect(shop.types()).toEqual(["OrderCancelRequested"]);
    expect(shop.store.all()[0]?.dueAt).toBeDefined();
  } else {
    expect(answer).toMatchObject({ status: 409, body: { type: "not-cancellable" } });
    expect(shop.said).toEqual([]);
    expect(shop.store.all()).toEqual(before);
  }
});

test("a cancel that is asked for again, after its refund failed, is answered, and nothing is said", async () => {
  const shop = await aShopWithAnOrder();
  await shop.hear(...(histories(shop.orderId)["captured and committed"] ?? []));
  await shop.cancel(shop.orderId);
  const data = { refundId: "cancellation-1", source: "cancellation", amount: 1980 } as const;
  await shop.hear(anEvent("RefundFailed", { orderId: shop.orderId, data }));
  shop.forget();
  expect(await shop.cancel(shop.orderId)).toMatchObject({
    status: 202,
    body: {
      status: "CONFIRMED",
      refunds: [{ id: "cancellation-1", amount: 1980, status: "failed", source: "cancellation" }],
      attention: "The refund cancellation-1 failed: give 19.80 EUR back by another way.",
    },
  });
  expect(shop.said).toEqual([]);
});

test("cancel against capture: whichever is written first, both are kept", async () => {
  const store = createMemoryStore();
  let racing = false;
  const shop = await aMemoryShop({
    ...store,
    async load(orderId) {
      const order = await store.load(orderId);
      if (racing) {
        racing = false;
        await shop.hear(anEvent("PaymentCaptured", { orderId }));
      }
      return order;
    },
  });
  const { orderId } = (await shop.place()).body;
  await shop.hear(anEvent("StockReserved", { orderId }));
  racing = true;
  expect(await shop.cancel(orderId)).toMatchObject({ status: 202, body: { status: "CONFIRMED" } });
  expect(shop.store.all()).toMatchObject([{ payment: "CAPTURED", cancelRequested: true }]);
  expect(shop.types()).toEqual(["OrderPlaced", "OrderConfirmed", "OrderCancelRequested"]);
});

test("a cancel of an order that others keep writing is 503, so that it is sent again", async () => {
  const shop = await aShopWithAHeardOrder();
  const contended = aShop({ ...shop.store, save: async () => "lost" });
  expect(await contended.cancel(shop.orderId)).toMatchObject({
    status: 503,
    headers: { "retry-after": "1" },
    body: { type: "unavailable" },
  });
  expect(contended.said).toEqual([]);
});

test("nothing of a customer reaches a log, be the request taken, refused or failed", async () => {
  const shop = await aMemoryShop();
  const { orderId } = (await shop.place()).body;
  await shop.place({ body: { ...aRequest, contact: { email: "not an address of Ada" } } });
  await shop.place({ body: { ...aRequest, paymentMethod: "4242424242424242" } });
  await shop.cancel(orderId, { body: { reason: "Ada moved to example.com" } });
  shop.bus.down = true;
  await shop.place({ key: `${aKey}-2` });
  shop.bus.down = false;
  for (const event of histories(orderId)["refunded after the sale"] ?? []) await shop.hear(event);
  shop.clock.now += 20 * minutes;
  await shop.sweep();
  expect(shop.lines.length).toBeGreaterThan(3);
  expect(shop.lines.join("\n")).not.toMatch(/ada\b|example|@|pm_|4242/i);
});

/** An order that its customer has seen, and who waits for what comes next. */
async function aSeenOrder() {
  const shop = await aShopWithAnOrder();
  const seen = { "if-none-match": String((await shop.get(shop.orderId)).headers?.etag) };
  const wait = (seconds: string, given: { principal?: string } = {}) =>
    shop.get(shop.orderId, { headers: seen, query: { wait: seconds }, ...given });
  return { shop, seen, wait };
}

test("who waits for an order is answered when it has changed, and its place is free again", async () => {
  const { shop, wait } = await aSeenOrder();
  shop.meanwhile.push(
    () => {},
    () => shop.hear(anEvent("StockReserved", { orderId: shop.orderId })),
  );
  expect(await wait("20")).toMatchObject({ status: 200, body: { status: "RESERVED" } });
  expect(shop.waits).toEqual([200, 400]);
  for (let n = 0; n < 4; n++) expect(await wait("1")).toMatchObject({ status: 200 });
});

test("who waits in vain is told that nothing has changed when the time is over, and not before", async () => {
  const { seen, shop, wait } = await aSeenOrder();
  const answer = await wait("20");
  expect(answer).toMatchObject({ status: 304, headers: { etag: seen["if-none-match"] }, body: null });
  expect(answer.headers).not.toHaveProperty("retry-after");
  expect(shop.waits.reduce((sum, each) => sum + each, 0)).toBe(20 * seconds);
  expect(Math.max(...shop.waits)).toBe(seconds);
});

test("who does not ask to wait takes no place", async () => {
  const { shop, seen } = await aSeenOrder();
  const waiting = async () => expect.unreachable("a place is paid for");
  const request = {
    path: { orderId: shop.orderId },
    principal: "ada",
    query: {},
    header: () => seen["if-none-match"],
  };
  const answer = await getOrderHandler({ store: shop.store, waiting })(request as never);
  expect(answer.status).toBe(304);
});

test("without an ETag, or with another one, there is nothing to wait for", async () => {
  const { shop } = await aSeenOrder();
  for (const headers of [{}, { "if-none-match": '"0"' }])
    expect((await shop.get(shop.orderId, { headers, query: { wait: "20" } })).status).toBe(200);
  expect(shop.waits).toEqual([]);
});

test("one customer waits at three places at once; the fourth is answered at once and told when to come again", async () => {
  const { shop, wait } = await aSeenOrder();
  let inside: unknown[] = [];
  const nested = (left: number) => async () => {
    if (left > 0) shop.meanwhile.push(nested(left - 1));
    inside = [await wait("1"), ...inside];
  };
  shop.meanwhile.push(nested(2));
  await wait("1");
  expect(inside).toMatchObject([
    { status: 304 },
    { status: 304 },
    { status: 304, headers: { "retry-after": "2" } },
  ]);
});

test("another customer's order is not waited for", async () => {
  const { shop, wait } = await aSeenOrder();
  expect(await wait("20", { principal: "eve" })).toMatchObject({ status: 404 });
  expect(shop.waits).toEqual([]);
});

test.for(["0", "21", "-1", "1.5", "1e1", "01", "", "ten", "20 ", "1,1"])(
  "a wait of '%s' is refused",
  async (wait) => {
    const { shop, seen } = await aSeenOrder();
    const refused = await shop.get(shop.orderId, { headers: seen, query: { wait } });
    expect(refused).toMatchObject({ status: 400, body: { type: "invalid-wait" } });
  },
);

test("a parameter that the route does not know is refused", async () => {
  const { shop } = await aSeenOrder();
  for (const query of [{ waits: "1" }, { wait: "1", status: "PLACED" }])
    expect(await shop.get(shop.orderId, { query })).toMatchObject({
      status: 400,
      body: { type: "unknown-parameter" },
    });
});
