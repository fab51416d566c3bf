// The storefront's client against the real API: what it sends again over a bad network is still one order.
import { ApiProblem, createStorefront, type PlaceOrderRequest, type Storefront } from "@order-saga/client";
import { scopes } from "@order-saga/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
let token: string;
beforeAll(async () => {
  saga = await startSaga();
  token = await saga.runtime.issuer.sign({
    sub: "storefront",
    scope: scopes.join(" "),
    expiresInSeconds: 3600,
  });
});
afterAll(() => saga.stop());

const order: PlaceOrderRequest = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  lines: [{ sku: "TEA-EARL-GREY", quantity: 2 }],
  paymentMethod: "pm_card_visa",
};
const retry = { pause: async () => {} };

const storefront = (send?: (request: Request) => Promise<Response>): Storefront =>
  createStorefront({ baseUrl: saga.runtime.url, token: () => token, retry, ...(send && { fetch: send }) });

/** A network over which the first answers never come, though the requests arrive. */
function losing(answers: number) {
  const sent: string[] = [];
  const send = async (request: Request): Promise<Response> => {
    sent.push(`${request.method} ${request.headers.get("idempotency-key")}`);
    const answer = await fetch(request);
    if (sent.length <= answers) throw new TypeError("fetch failed");
    return answer;
  };
  return { sent, send };
}

/** Once the index, which is eventually consistent, has them all. */
async function ordersOf(shop: Storefront) {
  await saga.runtime.advanceClock(1000);
  return (await shop.orders()).items.map(({ orderId }) => orderId);
}

test("an order is placed, followed to its end, and listed", async () => {
  const shop = storefront();
  const accepted = await shop.placeOrder(order);
  expect(accepted).toMatchObject({ status: "PLACED", amount: 1980, currency: "EUR" });
  expect(await saga.settled(accepted.orderId)).toBe("CONFIRMED");
  const view = await shop.order(accepted.orderId);
  expect(view.status).toBe("CONFIRMED");
  expect(view.timeline.map(({ type }) => type)).toContain("PaymentCaptured");
  expect(await ordersOf(shop)).toContain(accepted.orderId);
});

test("an order is watched to its end, each state once", async () => {
  const shop = storefront();
  const { orderId } = await shop.placeOrder(order);
  const seen: string[] = [];
  for await (const view of shop.watch(orderId)) seen.push(`${view.status} ${view.timeline.length}`);
  expect(seen.at(-1)).toContain("CONFIRMED");
  expect(new Set(seen).size).toBe(seen.length);
});

test("two answers are lost: three requests with one key are one order, charged once", async () => {
  const before = await ordersOf(storefront());
  const { sent, send } = losing(2);
  const { orderId } = await storefront(send).placeOrder(order);
  expect(sent).toHaveLength(3);
  expect(new Set(sent).size).toBe(1);
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect(await ordersOf(storefront())).toEqual([orderId, ...before]);
  const intents = saga.runtime.aws.payments.intents();
  expect(intents.filter(({ metadata }) => metadata.orderId === orderId)).toHaveLength(1);
});

test("the bus does not answer at first: the client waits and asks again, with no second order", async () => {
  saga.runtime.faults.set([{ kind: "put-events", outcome: "throttled", event: "OrderPlaced", times: 4 }], 1);
  const before = await ordersOf(storefront());
  const { sent, send } = losing(0);
  const { orderId } = await storefront(send).placeOrder(order);
  saga.runtime.faults.remove();
  expect(sent).toHaveLength(2);
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect(await ordersOf(storefront())).toEqual([orderId, ...before]);
});

test("a customer cancels twice over a bad network, and it is one cancellation", async () => {
  const { orderId } = await storefront().placeOrder(order);
  await saga.settled(orderId);
  const { send } = losing(1);
  await storefront(send).cancel(orderId, "changed my mind");
  await saga.until(orderId, "OrderCancelled");
  const requested = saga.eventsOf(orderId).filter(({ type }) => type === "OrderCancelRequested");
  expect(new Set(requested.map(({ id }) => id)).size).toBe(1);
  await expect(storefront().cancel(orderId)).rejects.toMatchObject({ status: 409, type: "not-cancellable" });
});

test("stock that is added while answers are lost is added once", async () => {
  const shop = storefront();
  const { available } = await shop.stock("CUP-PORCELAIN");
  const { send } = losing(2);
  expect(await storefront(send).adjustStock("CUP-PORCELAIN", 5)).toMatchObject({ available: available + 5 });
  expect(await shop.stock("CUP-PORCELAIN")).toMatchObject({ available: available + 5 });
});

test.each<[string, Partial<PlaceOrderRequest>, { status: number; type: string }]>([
  ["another price", { expectedTotal: 1 }, { status: 409, type: "price-changed" }],
  [
    "a product that is not in the catalogue",
    { lines: [{ sku: "SAND", quantity: 1 }] },
    { status: 422, type: "unknown-sku" },
  ],
  ["a line too many", { lines: [{ sku: "TEA-ASSAM", quantity: 0 }] }, { status: 400, type: "invalid-body" }],
])("%s is refused with its type, and asked once", async (_, change, problem) => {
  const { sent, send } = losing(0);
  const refused = await storefront(send)
    .placeOrder({ ...order, ...change })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiProblem);
  expect(refused).toMatchObject(problem);
  expect(sent).toHaveLength(1);
});

test("products and their stock are those of the shop", async () => {
  const shop = storefront();
  const { items } = await shop.products();
  expect(items.map(({ sku }) => sku)).toContain("TEA-GYOKURO");
  expect(await shop.product("TEA-GYOKURO")).toMatchObject({ currency: "EUR", unitPrice: 3200 });
  expect(await shop.stock("TEA-GYOKURO")).toMatchObject({ available: 0 });
});
