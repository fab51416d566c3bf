// What belongs to a customer is shown to nobody else: every route of a customer, asked by another one.
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
/** What is Ada's, by the parameter of a path that names it. */
const owned: Record<string, string> = {};
beforeAll(async () => {
  saga = await startSaga();
  owned.orderId = await saga.place({ sub: "ada" });
  const { body } = await saga.request("POST", "/bulk-orders", {
    headers: { "idempotency-key": "a-bulk-of-ada-0001" },
    body: {
      contact: { email: "ada@example.com", name: "Ada" },
      currency: "EUR",
      orders: [{ lines: [{ sku: "TEA-EARL-GREY", quantity: 1 }], paymentMethod: "pm_card_visa" }],
    },
  });
  owned.bulkId = String(body.bulkId);
  await saga.settled(owned.orderId);
});
afterAll(() => saga.stop());

const ofCustomers: ReadonlySet<string> = new Set(["orders:read", "orders:write"]);
const routes = services
  .flatMap((service) => service.routes)
  .filter(({ scopes }) => scopes.length > 0 && scopes.every((scope) => ofCustomers.has(scope)))
  .filter(({ path }) => path.includes("{"));

test.each(routes)(
  "$method $path: another customer's is answered like one that is not there",
  async (route) => {
    const path = route.path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
      const id = owned[parameter];
      if (!id) throw new Error(`Say in this test what belongs to Ada by {${parameter}} in ${route.path}.`);
      return id;
    });
    const ask = (sub: string) =>
      saga.request(route.method, path, { sub, ...(route.method !== "GET" && { body: {} }) });
    expect((await ask("eve")).status).toBe(404);
    // So that a path that nothing answers is no proof.
    expect((await ask("ada")).status).not.toBe(404);
  },
);
