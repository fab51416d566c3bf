// The stock over HTTP: looked at, and adjusted once per idempotency key, with the answers of the API.
import { AdjustStockRequest } from "@order-saga/contracts";
import { silentLog } from "@order-saga/messaging";
import { type RouteHandler, route } from "@order-saga/messaging/http";
import { testNow } from "@order-saga/messaging/testing";
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { expect, test } from "vitest";
import { adjustStockHandler, getStockHandler } from "./routes.ts";
import { adjustStock, getStock } from "./service.ts";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import { storeOf } from "./testing.ts";

type Sent = {
  sku?: string;
  key?: string | undefined;
  delta?: unknown;
  buckets?: unknown;
  principal?: string;
  text?: string;
};

function aShop(store: MemoryStore = createMemoryStore()) {
  const edge = { log: silentLog, now: () => testNow };
  const pauses: number[] = [];
  const backOff = async (attempt: number) => void pauses.push(attempt);
  const show = route(getStock, undefined, getStockHandler({ store: storeOf(store, getStock) }), edge);
  const adjusting = adjustStockHandler({ store: storeOf(store, adjustStock), backOff });
  const change = route(adjustStock, AdjustStockRequest, adjusting, edge);
  const look = (sku: string) => send(show, { sku });
  return { store, pauses, look, adjust: (sent: Sent) => send(change, sent) };
}

async function send(handler: RouteHandler, sent: Sent) {
  const { buckets, delta, key, principal = "ada", sku = "TEA", text } = sent;
  const answer = await handler({
    headers: { "content-type": "application/json", ...(key === undefined ? {} : { "idempotency-key": key }) },
    requestContext: { authorizer: { jwt: { claims: { sub: principal }, scopes: [] } } },
    pathParameters: { sku },
    body: text ?? (delta === undefined ? undefined : JSON.stringify({ delta, buckets })),
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer);
  const body = JSON.parse(answer.body ?? "null");
  return { status: answer.statusCode, body, headers: answer.headers };
}

const ok = { status: 200, headers: { "content-type": "application/json" } };
const key = (name: string) => name.padEnd(16, "-");

test("a SKU that was never stocked is unknown, and one that was is shown with its stock", async () => {
  const shop = aShop();
  expect(await shop.look("TEA")).toMatchObject({ status: 404, body: { type: "unknown-sku" } });
  await shop.adjust({ key: key("first"), delta: 100 });
  expect(await shop.look("TEA")).toEqual({
    ...ok,
    body: { sku: "TEA", available: 100, reserved: 0, sold: 0 },
  });
});

test("an adjustment answers exactly with the stock it led to", async () => {
  const shop = aShop();
  expect(await shop.adjust({ key: key("first"), delta: 100 })).toEqual({
    ...ok,
    body: { sku: "TEA", available: 100, reserved: 0, sold: 0 },
  });
  expect(await shop.adjust({ key: key("second"), delta: -30 })).toEqual({
    ...ok,
    body: { sku: "TEA", available: 70, reserved: 0, sold: 0 },
  });
});

test("the same key again changes nothing and is answered as the first time, whatever happened since", async () => {
  const shop = aShop();
  const first = await shop.adjust({ key: key("first"), delta: 100 });
  await shop.adjust({ key: key("second"), delta: 5 });
  expect(await shop.adjust({ key: key("first"), delta: 100 })).toEqual(first);
  expect((await shop.look("TEA")).body.available).toBe(105);
});

test("the same key at the same time changes the stock once, and all are answered alike", async () => {
  const shop = aShop();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => shop.adjust({ key: key("first"), delta: 7 })),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect((await shop.look("TEA")).body.available).toBe(7);
});

test("a crash between the adjustment and its answer is healed by the same key", async () => {
  const store = createMemoryStore();
  const crashing = aShop({
    ...store,
    answered: async () => {
      throw new Error("the process died");
    },
  });
  expect((await crashing.adjust({ key: key("first"), delta: 3 })).status).toBe(500);
  const shop = aShop(store);
  expect((await shop.adjust({ key: key("first"), delta: 3 })).body.available).toBe(3);
});

test("the same key with another delta or SKU is refused, and nothing changes", async () => {
  const shop = aShop();
  await shop.adjust({ key: key("first"), delta: 100 });
  for (const other of [{ delta: 101 }, { delta: 100, sku: "COFFEE" }]) {
    expect(await shop.adjust({ key: key("first"), ...other })).toMatchObject({
      status: 422,
      body: { type: "idempotency-key-reused" },
    });
  }
  expect((await shop.look("TEA")).body.available).toBe(100);
  expect((await shop.look("COFFEE")).status).toBe(404);
});

test("a key belongs to its principal: another principal may use the same one", async () => {
  const shop = aShop();
  await shop.adjust({ key: key("first"), delta: 100 });
  expect((await shop.adjust({ key: key("first"), delta: 1, principal: "bob" })).body.available).toBe(101);
});

test("the available stock never becomes negative, and a refused adjustment leaves its key free", async () => {
  const shop = aShop();
  const short = { status: 409, body: { type: "insufficient-stock" } };
  expect(await shop.adjust({ key: key("unknown"), delta: -1 })).toMatchObject(short);
  expect((await shop.look("TEA")).status).toBe(404);
  await shop.adjust({ key: key("first"), delta: 5 });
  expect(await shop.adjust({ key: key("second"), delta: -6 })).toMatchObject(short);
  expect((await shop.adjust({ key: key("second"), delta: -5 })).body.available).toBe(0);
});

test.for([undefined, "too-short", "x".repeat(65), "sixteen chars ##"])(
  "an adjustment without a valid key is refused: %s",
  async (given) => {
    const shop = aShop();
    expect(await shop.adjust({ key: given, delta: 1 })).toMatchObject({
      status: 400,
      body: { type: "invalid-idempotency-key" },
    });
    expect((await shop.look("TEA")).status).toBe(404);
  },
);

test("a malformed SKU, delta or body is a 400 and changes nothing", async () => {
  const shop = aShop();
  expect(await shop.look("no spaces")).toMatchObject({ status: 400, body: { type: "invalid-sku" } });
  expect(await shop.adjust({ sku: "#", key: key("a"), delta: 1 })).toMatchObject({
    status: 400,
    body: { type: "invalid-sku" },
  });
  for (const delta of [1.5, "1", null, 1_000_001, -1_000_001]) {
    expect(await shop.adjust({ key: key("a"), delta })).toMatchObject({
      status: 400,
      body: { type: "invalid-body", errors: [{ pointer: "/delta" }] },
    });
  }
  expect(await shop.adjust({ key: key("a"), text: '{"delta":1,"sku":"X"}' })).toMatchObject({ status: 400 });
  expect(await shop.adjust({ key: key("a"), text: "{" })).toMatchObject({ status: 400 });
  expect(shop.store.levels()).toEqual([]);
});

test("stock that others keep writing is answered with 503, so that the same key is sent again", async () => {
  const store = createMemoryStore();
  const shop = aShop({ ...store, adjust: async () => "conflict" });
  expect(await shop.adjust({ key: key("first"), delta: 1 })).toMatchObject({
    status: 503,
    headers: { "retry-after": "1" },
    body: { type: "unavailable" },
  });
});

test("an adjustment that raises no number of buckets names none", async () => {
  const store = createMemoryStore();
  const asked: object[] = [];
  const adjust: typeof store.adjust = async (it) => {
    asked.push(it);
    return store.adjust(it);
  };
  await aShop({ ...store, adjust }).adjust({ key: key("first"), delta: 7 });
  expect(asked).toStrictEqual([{ principal: "ada", key: key("first"), sku: "TEA", delta: 7 }]);
});

test("a collision with another writer is tried again, not reported", async () => {
  const store = createMemoryStore();
  let collisions = 3;
  const adjust: typeof store.adjust = async (it) => (collisions-- > 0 ? "conflict" : store.adjust(it));
  expect((await aShop({ ...store, adjust }).adjust({ key: key("first"), delta: 4 })).body.available).toBe(4);
});

/** A SKU spread over four buckets, which have these free units; the head's come first. */
async function aSpreadShop(...available: readonly [number, ...number[]]) {
  const store = createMemoryStore();
  const shop = aShop(store);
  const delta = available.reduce((sum, each) => sum + each, 0);
  await shop.adjust({ key: key("spread"), delta, buckets: 4 });
  for (const [into, quantity] of available.entries())
    if (into > 0) await store.move({ sku: "TEA", into, from: [{ bucket: 0, quantity }], below: quantity });
  return shop;
}

test("the number of buckets is raised with the stock, alone, or to the number it has; it is shown if there are several", async () => {
  const shop = aShop();
  expect((await shop.adjust({ key: key("first"), delta: 10 })).body).not.toHaveProperty("buckets");
  for (const [n, buckets] of [2, 32, 32].entries()) {
    const answer = await shop.adjust({ key: key(`raise-${n}`), delta: 0, buckets });
    expect(answer).toEqual({ ...ok, body: { sku: "TEA", available: 10, reserved: 0, sold: 0, buckets } });
  }
  expect((await shop.look("TEA")).body).toMatchObject({ available: 10, buckets: 32 });
  const both = await shop.adjust({ sku: "MUG", key: key("both"), delta: 5, buckets: 3 });
  expect(both.body).toMatchObject({ sku: "MUG", available: 5, buckets: 3 });
});

test("fewer buckets are refused, nothing changes, and the key is free", async () => {
  const shop = await aSpreadShop(5);
  const lower = { key: key("lower"), delta: 1, buckets: 3 };
  expect(await shop.adjust(lower)).toMatchObject({ status: 409, body: { type: "buckets-only-rise" } });
  expect(await shop.adjust({ ...lower, delta: -9 })).toMatchObject({ body: { type: "buckets-only-rise" } });
  for (const buckets of [4, 7])
    expect(await shop.adjust({ ...lower, delta: -9, buckets })).toMatchObject({
      body: { type: "insufficient-stock" },
    });
  expect((await shop.look("TEA")).body).toMatchObject({ available: 5, buckets: 4 });
  expect((await shop.adjust({ key: key("lower"), delta: 1 })).body).toMatchObject({ available: 6 });
});

test.for([0, 1, 33, 2.5, "2"])("%o buckets are no number of buckets", async (buckets) => {
  const answer = await aShop().adjust({ key: key("first"), delta: 1, buckets });
  expect(answer).toMatchObject({ status: 400 });
});

test("a raise that is sent again is answered as the first time, and with another number it is another one", async () => {
  const shop = aShop();
  const first = await shop.adjust({ key: key("first"), delta: 3, buckets: 2 });
  await shop.adjust({ key: key("second"), delta: 0, buckets: 4 });
  expect(await shop.adjust({ key: key("first"), delta: 3, buckets: 2 })).toEqual(first);
  for (const buckets of [undefined, 4])
    expect(await shop.adjust({ key: key("first"), delta: 3, buckets })).toMatchObject({ status: 422 });
  expect((await shop.look("TEA")).body).toMatchObject({ available: 3, buckets: 4 });
});

test("a correction larger than the head takes from the other buckets too, to the last unit and not beyond", async () => {
  const shop = await aSpreadShop(1, 2, 3, 4);
  const refused = await shop.adjust({ key: key("first"), delta: -11 });
  expect(refused).toMatchObject({ status: 409, body: { type: "insufficient-stock" } });
  expect((await shop.adjust({ key: key("first"), delta: -6 })).body).toMatchObject({ available: 4 });
  expect((await shop.adjust({ key: key("second"), delta: -4 })).body).toMatchObject({ available: 0 });
  expect(shop.store.levels().map(({ available }) => available)).toEqual([0, 0, 0, 0]);
});

test("a correction is not refused because units moved while its buckets were read", async () => {
  const shop = await aSpreadShop(0, 5);
  const { stock } = shop.store;
  let reads = 0;
  shop.store.stock = async (skus) => {
    const read = await stock(skus);
    // What bucket 1 has goes to bucket 2, which was read before: seen in neither.
    if (++reads > 1) return read;
    const move = { sku: "TEA", into: 2, from: [{ bucket: 1, quantity: 5 }], below: 5 };
    await shop.store.move(move);
    return new Map([["TEA", Array.from({ length: 4 }, () => ({ available: 0, given: 0 }))]]);
  };
  expect((await shop.adjust({ key: key("first"), delta: -5 })).body).toMatchObject({ available: 0 });
});

test("a move that collides with another writer is tried again after a pause, and one that is lost at once", async () => {
  for (const [answer, pauses] of [
    ["conflict", [1]],
    ["lost", []],
  ] as const) {
    const shop = await aSpreadShop(1, 6);
    const { move } = shop.store;
    let isFirst = true;
    shop.store.move = async (it) => {
      if (!isFirst) return move(it);
      isFirst = false;
      return answer;
    };
    expect((await shop.adjust({ key: key("first"), delta: -7 })).body).toMatchObject({ available: 0 });
    expect(shop.pauses).toEqual(pauses);
  }
});

test("stock of one bucket that was short for a moment is taken when it is read to be there, to the last unit", async () => {
  const shop = aShop();
  await shop.adjust({ key: key("first"), delta: 7 });
  const { adjust } = shop.store;
  let isFirst = true;
  shop.store.adjust = async (it) => {
    if (!isFirst) return adjust(it);
    isFirst = false;
    return "short";
  };
  expect((await shop.adjust({ key: key("second"), delta: -7 })).body).toMatchObject({ available: 0 });
});

test("stock of one bucket is read once before an adjustment is refused", async () => {
  const shop = aShop();
  await shop.adjust({ key: key("first"), delta: 3 });
  const { stock } = shop.store;
  let reads = 0;
  shop.store.stock = async (skus) => {
    reads++;
    return stock(skus);
  };
  expect(await shop.adjust({ key: key("second"), delta: -7 })).toMatchObject({ status: 409 });
  expect(reads).toBe(1);
});
