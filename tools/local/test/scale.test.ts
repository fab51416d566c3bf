// Many at once: ten orders for each unit, fifty times the same request, and no timer where
// nothing failed.

import { producerOf } from "@order-saga/contracts";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calm, type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga(undefined, calm);
});
afterAll(() => saga.stop());

async function restock(sku: string, stock: number): Promise<void> {
  const product = { name: sku, unitPrice: 500, currency: "EUR" };
  expect((await saga.request("PUT", `/products/${sku}`, { body: product })).status).toBe(200);
  const headers = { "idempotency-key": `restock-of-${sku}-once` };
  expect((await saga.request("PUT", `/stock/${sku}`, { body: { delta: stock }, headers })).status).toBe(200);
}

const protocolServices = ["orders", "inventory", "payment"];

test("a fault-free order settles without any timer, and says each event once", async () => {
  const orderId = await saga.place();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  await saga.idle();
  const types = saga.eventsOf(orderId).map((event) => event.type);
  expect(new Set(types).size).toBe(types.length);
  // Services outside the protocol may answer the outcome.
  expect(types.filter((type) => protocolServices.includes(producerOf(type))).sort()).toEqual([
    "OrderConfirmed",
    "OrderPlaced",
    "PaymentAuthorized",
    "PaymentCaptured",
    "StockCommitted",
    "StockReserved",
  ]);
  const before = await readBooks(saga.runtime);
  await saga.runtime.advanceClock(24 * 3600_000);
  await saga.runtime.schedules.runNow();
  await saga.idle();
  expect(await readBooks(saga.runtime)).toEqual(before);
});

test("the same request fifty times at once is one order and fifty equal answers", async () => {
  const body = {
    contact: { email: "ada@example.com" },
    currency: "EUR",
    lines: [{ sku: "TEA-ASSAM", quantity: 1 }],
    paymentMethod: "pm_card_visa",
  };
  const headers = { "idempotency-key": "the-same-key-fifty-times" };
  const post = () => saga.request("POST", "/orders", { body, headers, sub: "impatient" });
  const answers = await Promise.all(Array.from({ length: 50 }, post));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  const { body: list } = await saga.request("GET", "/orders", { sub: "impatient" });
  expect(list.items).toHaveLength(1);
  await saga.idle();
  expect(violationsAtRest(await readBooks(saga.runtime), saga.runtime.witness.seen())).toEqual([]);
});

/** As many for each unit; a thousand take a core twenty seconds, so that they come every night. */
const UNITS = process.env.NIGHTLY ? 100 : 30;
const ORDERS = 10 * UNITS;

test(`${ORDERS} orders at once for ${UNITS} units: ${UNITS} are confirmed`, {
  timeout: 150_000,
}, async () => {
  await restock("SCARCE", UNITS);
  const orderIds = await Promise.all(Array.from({ length: ORDERS }, () => saga.place({ sku: "SCARCE" })));
  const statuses = await Promise.all(orderIds.map((orderId) => saga.settled(orderId, 120_000)));
  const count = (status: string) => statuses.filter((each) => each === status).length;
  expect({ confirmed: count("CONFIRMED"), rejected: count("REJECTED") }).toEqual({
    confirmed: UNITS,
    rejected: ORDERS - UNITS,
  });
  await saga.idle();
  expect(violationsAtRest(await readBooks(saga.runtime), saga.runtime.witness.seen())).toEqual([]);
  const { body: stock } = await saga.request("GET", "/stock/SCARCE");
  expect(stock).toEqual({ sku: "SCARCE", available: 0, reserved: 0, sold: UNITS });
});
