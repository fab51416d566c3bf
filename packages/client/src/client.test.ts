// The client against a server that drops, throttles and refuses: what is sent again, and with which key.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import {
  ApiProblem,
  createStorefront,
  type PaymentView,
  type PlaceBulkRequest,
  type PlaceOrderRequest,
} from "./index.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const order: PlaceOrderRequest = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  lines: [{ sku: "TEA-EARL-GREY", quantity: 2 }],
  paymentMethod: "pm_card_visa",
};

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));
const hangUp: Answer = (request) => void request.socket.destroy();

/** A server that gives these answers one after the other, and what it was sent. */
async function serve(...answers: Answer[]) {
  const seen: { method: string | undefined; url: string | undefined; headers: IncomingMessage["headers"] }[] =
    [];
  const server = createServer((request, response) => {
    const answer = answers[seen.length] ?? json(500, { title: "Nothing is left to answer" });
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    request.resume();
    request.on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const pauses: number[] = [];
  const shop = createStorefront({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: () => "a-token",
    retry: { pause: async (milliseconds) => void pauses.push(milliseconds), random: () => 1 },
  });
  return { seen, pauses, shop };
}

const accepted = json(202, { orderId: "ord_1", status: "PLACED" });

test("an order carries a key of its own and the token", async () => {
  const { seen, shop } = await serve(accepted);
  expect(await shop.placeOrder(order)).toMatchObject({ orderId: "ord_1" });
  expect(seen[0]?.headers["idempotency-key"]).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
  expect(seen[0]?.headers.authorization).toBe("Bearer a-token");
});

test("two orders have two keys, unless the caller says that they are one", async () => {
  const { seen, shop } = await serve(accepted, accepted, accepted);
  await shop.placeOrder(order);
  await shop.placeOrder(order);
  await shop.placeOrder(order, "a-key-of-the-caller");
  const keys = seen.map(({ headers }) => headers["idempotency-key"]);
  expect(new Set(keys).size).toBe(3);
  expect(keys[2]).toBe("a-key-of-the-caller");
});

test("a connection that is cut and a bus that does not answer: the same key again, and one order", async () => {
  const { seen, pauses, shop } = await serve(hangUp, json(503, {}), accepted);
  expect(await shop.placeOrder(order)).toMatchObject({ orderId: "ord_1" });
  expect(new Set(seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  expect(seen).toHaveLength(3);
  expect(pauses).toEqual([200, 400]);
});

const date = (milliseconds: number) => new Date(milliseconds).toUTCString();
const noon = Date.UTC(2026, 0, 5, 12);

test.each([
  ["in seconds", { "retry-after": "30" }, 32_000],
  ["as a date, by the server's clock", { date: date(noon), "retry-after": date(noon + 30_000) }, 32_000],
  ["as a date that is over", { date: date(noon), "retry-after": date(noon - 30_000) }, 0],
  ["in words that mean nothing", { "retry-after": "soon" }, 200],
])(
  "a server that says when to come again, %s, is asked then and a little later",
  async (_, headers, pause) => {
    const { pauses, seen, shop } = await serve(json(429, {}, headers), accepted);
    await shop.placeOrder(order);
    expect(pauses).toEqual([pause]);
    expect(seen[1]?.headers["idempotency-key"]).toBe(seen[0]?.headers["idempotency-key"]);
  },
);

test("a wait that is too long is the caller's to decide: the problem says how long", async () => {
  const busy = { type: "busy", title: "There are more orders than can be decided in time." };
  const { pauses, seen, shop } = await serve(json(429, busy, { "retry-after": "90" }));
  await expect(shop.placeOrder(order)).rejects.toMatchObject({ type: "busy", retryAfterSeconds: 90 });
  expect([seen.length, pauses]).toEqual([1, []]);
});

test("a refusal is a problem with its type and fields, and is not sent again", async () => {
  const problem = {
    type: "https://order-saga.example/problems/invalid-body",
    title: "The body is not valid",
    errors: [{ pointer: "/lines/0/quantity", detail: "Too big" }],
  };
  const { seen, shop } = await serve(json(400, problem));
  const refused = await shop.placeOrder(order).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiProblem);
  expect(refused).toMatchObject({ status: 400, type: "invalid-body", errors: problem.errors });
  expect(seen).toHaveLength(1);
});

test("a server that throttles for ever is given up with its answer", async () => {
  const { seen, shop } = await serve(...Array.from({ length: 5 }, () => json(429, { title: "Slow down" })));
  await expect(shop.products()).rejects.toThrow("Slow down");
  expect(seen).toHaveLength(5);
});

test("an answer that is no problem document is a problem all the same", async () => {
  const { shop } = await serve((_, response) => void response.writeHead(404).end("<html>"));
  await expect(shop.order("ord_1")).rejects.toMatchObject({ status: 404, type: "unknown" });
});

test("a bulk whose answer was lost is sent again with its key, and the next one has another", async () => {
  const bulk: PlaceBulkRequest = {
    contact: order.contact,
    currency: "EUR",
    orders: [{ lines: order.lines, paymentMethod: "pm_card_visa", reference: "PO-1" }],
  };
  const placed = json(202, { bulkId: "bulk_1", count: 1 });
  const { seen, shop } = await serve(hangUp, placed, placed);
  expect(await shop.placeBulk(bulk)).toEqual({ bulkId: "bulk_1", count: 1 });
  await shop.placeBulk(bulk, "a-key-of-the-caller");
  const keys = seen.map(({ headers }) => headers["idempotency-key"]);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).toBe("a-key-of-the-caller");
});

test("a refund whose answer was lost is sent again with its key, and the next one has another", async () => {
  const asked = json(202, { id: "rf_1", amount: 333, status: "requested" });
  const { seen, shop } = await serve(hangUp, asked, asked);
  expect(await shop.refund("ord_1", { amount: 333, reason: "bruised" })).toMatchObject({ id: "rf_1" });
  const lines = [{ sku: "TEA-ASSAM", quantity: 1, restock: true }];
  await shop.refund("ord_1", { lines }, "a-key-of-the-caller");
  const keys = seen.map(({ headers }) => headers["idempotency-key"]);
  expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).toBe("a-key-of-the-caller");
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array(3).fill("POST /orders/ord_1/refunds"),
  );
});

test("an order whose customer is asked has what Stripe.js needs in its payment", async () => {
  const nextAction = { type: "stripe", clientSecret: "pi_1_secret_abc" };
  const { shop } = await serve(json(200, { status: "action_required", nextAction }));
  const payment: PaymentView = await shop.payment("ord_1");
  expect(payment.nextAction?.clientSecret).toBe("pi_1_secret_abc");
});

test("every method asks for its own path", async () => {
  const { seen, shop } = await serve(...Array.from({ length: 10 }, () => json(200, { items: [] })));
  await shop.order("ord_1");
  await shop.orders({ limit: 3 });
  await shop.orders({ status: "ACTION_REQUIRED" });
  await shop.payment("ord_1");
  await shop.cancel("ord_1", "changed my mind");
  await shop.bulk("bulk_1", { limit: 100, cursor: "OTk" });
  await shop.products();
  await shop.product("TEA-ASSAM");
  await shop.stock("TEA-ASSAM");
  await shop.adjustStock("TEA-ASSAM", 5);
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /orders/ord_1",
    "GET /orders?limit=3",
    "GET /orders?status=ACTION_REQUIRED",
    "GET /orders/ord_1/payment",
    "POST /orders/ord_1/cancel",
    "GET /bulk-orders/bulk_1?limit=100&cursor=OTk",
    "GET /products",
    "GET /products/TEA-ASSAM",
    "GET /stock/TEA-ASSAM",
    "PUT /stock/TEA-ASSAM",
  ]);
});

test("stock is added by a number, and spread over buckets by what the API takes", async () => {
  const sent: unknown[] = [];
  const shop = createStorefront({
    baseUrl: "http://shop.example",
    fetch: async (request) => {
      sent.push(await request.json());
      return Response.json({});
    },
  });
  await shop.adjustStock("TEA-ASSAM", 5);
  await shop.adjustStock("TEA-ASSAM", { delta: 0, buckets: 8 });
  expect(sent).toEqual([{ delta: 5 }, { delta: 0, buckets: 8 }]);
});
