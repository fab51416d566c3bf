// Our client and Stripe's official one send the same requests, and read the same in the answers.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import Stripe from "stripe";
import { expect, onTestFinished, test } from "vitest";
import { createStripeClient, STRIPE_VERSION, type StripeClient, StripeError } from "./stripe-client.ts";

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function official(url: string): StripeClient {
  const { hostname, port } = new URL(url);
  // Its types name more than is read here, and some of it as optional.
  return new Stripe("sk_test_x", {
    host: hostname,
    port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  }) as unknown as StripeClient;
}

const clients = { ours: (url: string) => createStripeClient("sk_test_x", url), official };

const shared = ["authorization", "stripe-version", "content-type", "idempotency-key"] as const;

/** What a client sent, as far as Stripe looks at it. */
async function requestsOf(create: (url: string) => StripeClient) {
  const seen: object[] = [];
  const url = await serving(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://stripe");
    const form = request.method === "POST" ? new URLSearchParams(await text(request)) : searchParams;
    const headers: IncomingHttpHeaders = Object.fromEntries(
      // The official client names a content type where there is no content.
      shared
        .filter((name) => request.method === "POST" || name !== "content-type")
        .map((name) => [name, request.headers[name]]),
    );
    seen.push({ method: request.method, pathname, form: [...form].toSorted(), headers });
    response.setHeader("content-type", "application/json").end('{"id":"pi_1","data":[]}');
  });
  const { disputes, paymentIntents, refunds } = create(url);
  const keyed = { idempotencyKey: "ord_1:key" };
  await paymentIntents.create(
    {
      amount: 1980,
      currency: "eur",
      payment_method: "pm_card_visa",
      capture_method: "manual",
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: "always" },
      return_url: "https://shop.example/orders",
      metadata: { orderId: "ord_1" },
    },
    keyed,
  );
  await paymentIntents.capture("pi_1", {}, keyed);
  await paymentIntents.cancel("pi_1", {}, keyed);
  await paymentIntents.retrieve("pi_1", { expand: ["latest_charge"] });
  await paymentIntents.list({ created: { gte: 1_767_614_400 }, limit: 100, starting_after: "pi_1" });
  await paymentIntents.search({ query: "metadata['orderId']:'ord_1'", limit: 10 });
  const refund = { payment_intent: "pi_1", amount: 613, metadata: { orderId: "ord_1 & more" } };
  await refunds.create(refund, keyed);
  await refunds.list({ payment_intent: "pi_1", limit: 100 });
  await disputes.list({ created: { gte: 1_767_614_400 }, limit: 100 });
  return seen;
}

test("every request is the official client's", async () => {
  const ours = await requestsOf(clients.ours);
  expect(ours).toHaveLength(9);
  expect(ours).toEqual(await requestsOf(clients.official));
  expect(STRIPE_VERSION).toBe(Stripe.API_VERSION);
});

const answers: [name: string, status: number, body: string][] = [
  [
    "a declined card",
    402,
    '{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds"}}',
  ],
  ["a card error of no decline", 402, '{"error":{"type":"card_error","code":"expired_card"}}'],
  [
    "a wrong state",
    400,
    '{"error":{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}}',
  ],
  ["nothing there", 404, '{"error":{"type":"invalid_request_error","code":"resource_missing"}}'],
  ["an unknown path", 404, '{"error":{"type":"invalid_request_error"}}'],
  ["a key that is in use", 409, '{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}'],
  ["too many requests", 429, '{"error":{"type":"invalid_request_error","code":"rate_limit"}}'],
  ["a failure of theirs", 500, '{"error":{"type":"api_error"}}'],
];

test.each(answers)("%s is read as the official client reads it", async (_, status, body) => {
  const url = await serving((_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  const [ours, theirs] = await Promise.all(
    Object.values(clients).map((create) =>
      create(url)
        .paymentIntents.capture("pi_1", {}, { idempotencyKey: "k" })
        .then(
          () => expect.unreachable(),
          ({ code, decline_code, rawType, statusCode }: StripeError) => ({
            statusCode,
            rawType,
            code,
            // Theirs writes an empty text where Stripe sent none.
            decline_code: decline_code || undefined,
          }),
        ),
    ),
  );
  expect(ours).toEqual(theirs);
});

test.each([
  [{}, false],
  [{ "idempotent-replayed": "true" }, true],
])("with the headers %j a failure was kept under its key: %s", async (headers, isReplayed) => {
  const url = await serving((_request, response) => {
    response.writeHead(500, headers).end('{"error":{"type":"api_error"}}');
  });
  const asked = clients.ours(url).paymentIntents.capture("pi_1", {}, { idempotencyKey: "k" });
  await expect(asked).rejects.toMatchObject({ statusCode: 500, isReplayed });
});

test("an answer that is no JSON is no outcome, whatever its status", async () => {
  for (const status of [200, 502]) {
    const url = await serving((_request, response) => {
      response.writeHead(status).end("<html>");
    });
    const asked = clients.ours(url).paymentIntents.retrieve("pi_1");
    await expect(asked).rejects.toEqual(new StripeError(status));
  }
});

test("a connection kept from before and closed meanwhile is opened again, once, with the same key", async () => {
  const keys: unknown[] = [];
  let isClosing = false;
  const url = await serving((request, response) => {
    keys.push(request.headers["idempotency-key"]);
    if (isClosing) return void request.socket.destroy();
    response.end('{"id":"pi_1"}');
  });
  const { paymentIntents } = clients.ours(url);
  const capture = () => paymentIntents.capture("pi_1", {}, { idempotencyKey: "k" });
  await capture();
  isClosing = true;
  await expect(capture()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(keys).toEqual(["k", "k", "k"]);
});

test("an error says neither the key nor what was sent", async () => {
  const url = await serving((_request, response) => {
    response
      .writeHead(400)
      .end('{"error":{"type":"invalid_request_error","message":"No such thing: pm_secret"}}');
  });
  const error = await clients
    .ours(url)
    .refunds.create({ payment_intent: "pi_secret", amount: 613, metadata: {} }, { idempotencyKey: "k" })
    .catch((error: Error) => error);
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(/sk_test|secret/);
});
