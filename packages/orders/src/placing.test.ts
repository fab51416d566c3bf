// Placing beside admission: what it is asked and told, and that a stage without it takes every order.
import { PlaceOrderRequest } from "@order-saga/contracts";
import { route } from "@order-saga/messaging/http";
import { createLog } from "@order-saga/messaging/log";
import { memoryPersonalData } from "@order-saga/messaging/personal-data/memory";
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import type { Admission, Refused } from "./admission/admission.ts";
import { createIdentities } from "./identity/hmac.ts";
import { placeOrderHandler } from "./routes.ts";
import { placeOrder } from "./service.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aKey, anHttpRequest, aRequest, seconds, tea } from "./testing.ts";

/** A shop that sells tea, with an admission that notes what it is told. */
async function aShop(given: { refusal?: Refused; hasAdmission?: boolean; secrets?: string } = {}) {
  const { hasAdmission = true, refusal, secrets = "a secret of the tests" } = given;
  const store = createMemoryStore();
  await store.putProduct(tea);
  const told: unknown[][] = [];
  const lines: string[] = [];
  const clock = { now: testNow };
  const bus = { isDown: false };
  const admission: Admission = {
    async refuses({ isKnown, skus }) {
      told.push(["asked", skus, await isKnown()]);
      return refusal;
    },
    took: (skus, now) => void told.push(["took", skus, now]),
    published: () => void told.push(["published"]),
    notPublished: (now) => void told.push(["not published", now]),
  };
  const now = () => clock.now;
  const log = createLog({ service: "orders", level: "debug", now, write: (line) => void lines.push(line) });
  const publish = async () => {
    if (bus.isDown) throw new Error("no answer");
  };
  const ports = { store, publish, personalData: memoryPersonalData(), decideWithinSeconds: 900 };
  const handlerOf = (own: string) =>
    route(
      placeOrder,
      PlaceOrderRequest,
      placeOrderHandler({
        ...ports,
        identities: createIdentities(own),
        ...(hasAdmission && { admission }),
      }),
      { log, now },
    );
  const place = async (own = secrets) => {
    const headers = { "idempotency-key": aKey };
    const answer = await handlerOf(own)(anHttpRequest({ body: aRequest, headers }));
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? "null") };
  };
  return { store, told, lines, clock, bus, place };
}

test("admission is asked for a new order's SKUs, and told that it was taken and published", async () => {
  const { place, told } = await aShop();
  await place();
  expect(told).toEqual([["asked", [tea.sku], false], ["took", [tea.sku], testNow], ["published"]]);
});

test("a repeat is known to admission, and not counted again", async () => {
  const { clock, place, told } = await aShop();
  await place();
  told.splice(0);
  clock.now += 7 * seconds;
  expect((await place()).status).toBe(202);
  expect(told).toEqual([["asked", [tea.sku], true], ["published"]]);
});

test("admission is told when the bus takes no events, and the request fails", async () => {
  const { bus, place, told } = await aShop();
  bus.isDown = true;
  expect((await place()).status).toBe(500);
  expect(told.at(-1)).toEqual(["not published", testNow]);
});

test.each([
  [7001, "8"],
  [7000, "7"],
  [0, "1"],
])(
  "an order that is refused for %i ms may come again in %s s, which its log line says too",
  async (wait, after) => {
    const { lines, place, store } = await aShop({ refusal: { until: testNow + wait, queue: "payment" } });
    expect(await place()).toMatchObject({
      status: 429,
      headers: { "retry-after": after },
      body: { type: "busy" },
    });
    expect(store.all()).toEqual([]);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ reason: "payment is late", durationMilliseconds: Number(after) * seconds }),
    );
  },
);

test("without admission every order is taken, once, whether the bus answers or not", async () => {
  const { bus, place, store } = await aShop({ hasAdmission: false });
  expect((await place()).status).toBe(202);
  expect((await place()).status).toBe(202);
  bus.isDown = true;
  expect((await place()).status).toBe(500);
  expect(store.all()).toHaveLength(1);
});

test("an order is made under its own id unless it is under one of the others", async () => {
  const { place, store } = await aShop();
  const others: unknown[] = [];
  const { create } = store;
  store.create = async (order, otherIds) => {
    others.push(otherIds?.length, otherIds?.includes(order.orderId));
    return create(order, otherIds);
  };
  await place();
  await place("another secret,a third");
  expect(others).toEqual([0, false, 1, false]);
});

test("the lines of a repeat name the order that an earlier secret made", async () => {
  const { bus, lines, place } = await aShop();
  const { orderId } = (await place("an old secret")).body;
  lines.splice(0);
  bus.isDown = true;
  await place("a new secret,an old secret");
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: "error", orderId }),
  );
});
