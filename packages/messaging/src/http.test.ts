// The edge of a route: what it refuses and how, and that no failure shows its inside.
import { written } from "@order-saga/contracts/text";
import type { APIGatewayProxyEventV2WithJWTAuthorizer as Event } from "aws-lambda";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { PublishError } from "./errors.ts";
import { type AuthenticatedRequest, idempotencyKeyOf, problem, route } from "./http.ts";
import { createLog } from "./log.ts";
import { MAXIMUM_BODY_BYTES, routeManifest } from "./manifest.ts";

const manifest = routeManifest({
  name: "place-order",
  method: "POST",
  path: "/orders",
  scopes: ["orders:write"],
});
const Body = z.strictObject({
  contact: z.strictObject({ email: z.email() }),
  lines: z.array(z.strictObject({ "a/b~c": z.int() })),
  note: z.optional(z.string().check(...written(MAXIMUM_BODY_BYTES))),
});
type Body = z.infer<typeof Body>;

const good = { contact: { email: "ada@example.com" }, lines: [{ "a/b~c": 1 }] };

/** API Gateway's payload for a POST with this body. */
function aRequest(body: string | undefined, given: Partial<Event> = {}) {
  return {
    headers: { "content-type": "application/json" },
    isBase64Encoded: false,
    requestContext: { authorizer: { jwt: { claims: { sub: "ada" }, scopes: [] } } },
    body,
    ...given,
  } as unknown as Event;
}

function aRoute(
  handle: (request: AuthenticatedRequest<Body>) => Promise<{ status: number; body?: unknown }>,
) {
  const lines: string[] = [];
  const log = createLog({
    service: "orders",
    level: "debug",
    now: () => 0,
    write: (line) => lines.push(line),
  });
  const handler = route(manifest, Body, handle, { log, now: () => 42 });
  const call = async (event: Event) => {
    const { statusCode, headers, body } = await handler(event);
    return { status: statusCode, headers, raw: body ?? "", body: body ? JSON.parse(body) : undefined };
  };
  return { call, lines };
}

const echo = aRoute(async ({ body, principal, now }) => ({ status: 202, body: { body, principal, now } }));
const send = (body: unknown, given?: Partial<Event>) =>
  echo.call(aRequest(typeof body === "string" ? body : JSON.stringify(body), given));

test("a good body reaches the handler with its principal, and the answer is JSON", async () => {
  const answer = await send(good);
  expect(answer).toMatchObject({ status: 202, headers: { "content-type": "application/json" } });
  expect(answer.body).toEqual({ body: good, principal: "ada", now: 42 });
});

const ofToken = (claims: Record<string, unknown>) =>
  ({ requestContext: { authorizer: { jwt: { claims, scopes: [] } } } }) as unknown as Partial<Event>;

test.each([
  ["no sub", {}],
  ["an empty one", { sub: "" }],
  ["null", { sub: null }],
  ["a list", { sub: ["alice"] }],
  ["a list, as API Gateway writes it", { sub: "[alice]" }],
])("a token with %s is 401 before the body is read and the use case runs", async (_, claims) => {
  const { call, lines } = aRoute(() => expect.unreachable());
  for (const body of [JSON.stringify(good), "not JSON", padded(MAXIMUM_BODY_BYTES + 1)]) {
    const answer = await call(aRequest(body, ofToken({ ...claims, client_id: "machine-1" })));
    expect(answer).toMatchObject({
      status: 401,
      headers: { "content-type": "application/problem+json", "www-authenticate": "Bearer" },
      body: { type: "unauthorized", status: 401 },
    });
  }
  expect(lines.join()).not.toContain("alice");
});

test("a route without scopes asks for no token, and its handler is told of no principal", async () => {
  const manifest = routeManifest({ name: "list-products", method: "GET", path: "/products", scopes: [] });
  const log = createLog({ service: "orders", level: "debug", now: () => 0, write: () => {} });
  const answer = async (request: object) => ({ status: 200, body: Object.keys(request) });
  const handler = route(manifest, undefined, answer, { log, now: () => 42 });
  for (const claims of [{}, { sub: "ada" }]) {
    const { body = "", statusCode } = await handler(aRequest(undefined, ofToken(claims)));
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).not.toContain("principal");
  }
});

test("an answer without a body has none", async () => {
  const { call } = aRoute(async () => ({ status: 204 }));
  expect(await call(aRequest(JSON.stringify(good)))).toEqual({
    status: 204,
    raw: "",
    headers: {},
    body: undefined,
  });
});

test("a body that is signed is handed over byte by byte, of any type, and refused if it is too large", async () => {
  const anyone = routeManifest({ name: "hear-webhook", method: "POST", path: "/webhooks/x", scopes: [] });
  const hears = route(
    { ...anyone, maximumBodyBytes: 8 },
    undefined,
    async ({ bytes }) => ({ status: 200, body: [...bytes()] }),
    { log: createLog({ service: "payment", level: "error", now: () => 0, write: () => {} }), now: () => 42 },
  );
  const answer = (body: string | undefined, isBase64Encoded = false) =>
    hears(aRequest(body, { isBase64Encoded, headers: { "content-type": "text/plain" } }));
  expect(await answer("{ é")).toMatchObject({ statusCode: 200, body: "[123,32,195,169]" });
  expect(await answer(Buffer.of(0, 255).toString("base64"), true)).toMatchObject({ body: "[0,255]" });
  expect(await answer(undefined)).toMatchObject({ body: "[]" });
  expect(await answer("123456789")).toMatchObject({ statusCode: 413 });
});

test("the handler reads headers, and a GET that was answered is in no log", async () => {
  const lines: string[] = [];
  const log = createLog({
    service: "orders",
    level: "debug",
    now: () => 0,
    write: (line) => lines.push(line),
  });
  const answer = async ({ header }: AuthenticatedRequest<undefined>) => ({
    status: 200,
    body: [header("if-none-match"), header("etag")],
  });
  const call = async (method: "GET" | "PUT") => {
    const shipped = routeManifest({ name: "see", method, path: "/orders", scopes: ["orders:read"] });
    const event = aRequest(undefined, { headers: { "if-none-match": '"7"' } });
    return (await route(shipped, undefined, answer, { log, now: () => 42 })(event)).body;
  };
  expect(await call("GET")).toBe('["\\"7\\"",null]');
  expect(lines).toEqual([]);
  await call("PUT");
  expect(lines).toHaveLength(1);
});

test("a base64 body is read", async () => {
  const body = Buffer.from(JSON.stringify(good)).toString("base64");
  expect(await send(body, { isBase64Encoded: true })).toMatchObject({ status: 202, body: { body: good } });
});

test("a content type with a charset, in capitals, is JSON", async () => {
  for (const type of ["Application/JSON; charset=utf-8", "application/json ;charset=utf-8"])
    expect(await send(good, { headers: { "content-type": type } })).toMatchObject({ status: 202 });
});

const padded = (bytes: number) => {
  const note = "x".repeat(bytes - JSON.stringify({ ...good, note: "" }).length);
  return JSON.stringify({ ...good, note });
};

test("32 KB are taken, one byte more is 413", async () => {
  expect((await send(padded(MAXIMUM_BODY_BYTES))).status).toBe(202);
  expect(await send(padded(MAXIMUM_BODY_BYTES + 1))).toMatchObject({
    status: 413,
    body: { type: "body-too-large" },
  });
});

test.each([undefined, "text/plain", "application/x-www-form-urlencoded"])(
  "content type %s is 415",
  async (type) => {
    const headers = type ? { "content-type": type } : {};
    expect(await send(good, { headers })).toMatchObject({
      status: 415,
      body: { type: "unsupported-media-type" },
    });
  },
);

test("what is not JSON is 400, and is not quoted", async () => {
  const answer = await send('{"contact":"ada@example.com"');
  expect(answer).toMatchObject({ status: 400, body: { type: "not-json" } });
  expect(answer.raw).not.toContain("ada@");
});

test("a missing body is told field by field", async () => {
  const answer = await echo.call(aRequest(undefined, { headers: {} }));
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
    "/contact",
    "/lines",
  ]);
});

test("each broken field is named by its JSON pointer, unknown fields and odd names too", async () => {
  const answer = await send({
    contact: { email: "ada", phone: "1" },
    lines: [{ "a/b~c": 1 }, { "a/b~c": "1" }],
    x: 1,
  });
  expect(answer).toMatchObject({ status: 400, headers: { "content-type": "application/problem+json" } });
  expect(answer.body).toMatchObject({ type: "invalid-body", status: 400 });
  const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer);
  expect(pointers.sort()).toEqual(["/contact/email", "/contact/phone", "/lines/1/a~1b~0c", "/x"]);
});

test.each([
  ["in a field", JSON.stringify({ ...good, note: "my card is 4242 4242 4242 4242" })],
  ["beside other errors", JSON.stringify({ x: 1, note: "4242.4242.4242.4242" })],
  [
    "in escapes",
    JSON.stringify({ ...good, note: "#" }).replace("#", "4242\\u00204242\\u00204242\\u00204242"),
  ],
])("a card number %s is refused where it stands and never repeated", async (_, body) => {
  const answer = await send(body);
  const detail = expect.stringContaining("pm_");
  expect(answer).toMatchObject({ status: 400, body: { type: "card-number-refused", detail } });
  expect(answer.body.errors).toEqual([{ pointer: "/note", detail: "holds what looks like a card number" }]);
  expect(answer.raw).not.toContain("4242");
  expect(echo.lines.join()).not.toContain("4242");
});

test.each([
  ["as a number", '{"card":4242424242424242}'],
  ["in a field's name", '{"4242424242424242":1}'],
  ["in an unknown text", '{"card":"4242424242424242"}'],
  ["in what is not JSON", "4242424242424242 {"],
])("a card number %s is refused by the schema and never repeated", async (_, body) => {
  const answer = await send(body);
  expect(answer.status).toBe(400);
  expect(answer.raw).not.toContain("4242");
  expect(echo.lines.join()).not.toContain("4242");
});

test("what is no JSON is told by line and column, and what is nested deeply by its place", async () => {
  expect((await send('{"contact":\n {"email" "x"}}')).body).toMatchObject({
    type: "not-json",
    detail: "It is none from line 2, column 11 on.",
  });
  for (const levels of [33, 5000, 16_000]) {
    const answer = await send(`{"lines":${"[".repeat(levels)}${"]".repeat(levels)}}`);
    expect(answer).toMatchObject({ status: 400, body: { type: "invalid-body" } });
    const pointer = `/lines${"/0".repeat(31)}`;
    expect(answer.body.errors).toEqual([{ pointer, detail: "nested too deeply, at line 1, column 41" }]);
  }
});

test("the list of errors is short, whatever the body holds", async () => {
  const unknown = Array.from(
    { length: 900 },
    (_, index) => `x${"y".repeat(index % 50)}${"abcdefghij".charAt(index % 10)}${index}`,
  );
  const names = Array.from({ length: 900 }, (_, index) =>
    [...`${index}`].map((digit) => "abcdefghij"[Number(digit)]).join(""),
  );
  for (const keys of [unknown, names]) {
    const answer = await send(
      JSON.stringify({ ...good, ...Object.fromEntries(keys.map((key) => [key, 1])) }),
    );
    expect(answer.body.errors).toHaveLength(21);
    expect(answer.body.errors.at(-1)).toEqual({ pointer: "", detail: "880 more" });
    expect(answer.raw.length).toBeLessThan(2000);
  }
  const lines = Array(1000).fill({ "a/b~c": "1" });
  expect((await send(JSON.stringify({ ...good, lines }))).body.errors.at(-1).detail).toBe("980 more");
});

test("a problem the handler throws is answered as it is, with its headers", async () => {
  const { call, lines } = aRoute(async () => {
    throw problem(409, "price-changed", "The price has changed.", { detail: "It is 1980 now." });
  });
  const answer = await call(aRequest(JSON.stringify(good)));
  expect(answer.headers).toEqual({ "content-type": "application/problem+json" });
  expect(answer.body).toEqual({
    type: "price-changed",
    title: "The price has changed.",
    status: 409,
    detail: "It is 1980 now.",
  });
  expect(lines).toEqual([]);
});

const orderId = `ord_${"0123456789abcdef".repeat(2)}`;
const named = { requestId: "request-1", authorizer: { jwt: { claims: { sub: "ada" }, scopes: [] } } };
const about = (pathParameters?: Record<string, string>) =>
  ({ requestContext: named, pathParameters }) as unknown as Partial<Event>;

test("each line about a request says its id, and the order of its path or the one it has become", async () => {
  const fail = aRoute(() => Promise.reject(new PublishError(["InternalFailure"])));
  await fail.call(aRequest(JSON.stringify(good), about({ orderId })));
  await fail.call(aRequest(JSON.stringify(good), about({ orderId: "ada@example.com" })));
  const place = aRoute(async (request) => {
    request.about(orderId);
    return { status: 202 };
  });
  await place.call(aRequest(JSON.stringify(good), about()));
  const placeBulk = aRoute(async (request) => {
    request.about("bulk_7");
    return { status: 202 };
  });
  await placeBulk.call(aRequest(JSON.stringify(good), about()));
  expect(JSON.parse(placeBulk.lines[0] ?? "")).toMatchObject({ bulkId: "bulk_7" });
  expect(placeBulk.lines[0]).not.toContain("orderId");
  const lines = [...fail.lines, ...place.lines].map((line) => JSON.parse(line));
  const reason = "EventBridge refused 1 event(s): InternalFailure";
  expect(lines).toMatchObject([
    { message: "request failed", requestId: "request-1", orderId, errorName: "PublishError", reason },
    { message: "request failed", requestId: "request-1", errorName: "PublishError", reason },
    { message: "request answered", requestId: "request-1", orderId, status: 202, function: "place-order" },
  ]);
  expect(lines[1]).not.toHaveProperty("orderId");
});

const sdkError = Object.assign(new Error("Table arn:aws:dynamodb:eu-west-1:1:table/orders"), {
  name: "ProvisionedThroughputExceededException",
  $metadata: {},
});
const timeout = Object.assign(new Error("socket"), { name: "TimeoutError" });

test.each([
  ["an AWS error", sdkError],
  ["a refused connection", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
  ["a timeout", timeout],
  ["a bus that refuses", new PublishError(["ThrottlingException"])],
])("%s is 503 with Retry-After, and safe to repeat", async (_, error) => {
  const { call, lines } = aRoute(async () => Promise.reject(error));
  const answer = await call(aRequest(JSON.stringify(good)));
  expect(answer).toMatchObject({ status: 503, body: { type: "unavailable" } });
  expect(answer.headers).toEqual({ "content-type": "application/problem+json", "retry-after": "1" });
  expect(answer.raw).not.toContain("arn:");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "error", errorName: error.name, status: 503 },
  ]);
});

test.each([new TypeError("x is undefined in /var/task/index.js for ada@example.com"), "a string", undefined])(
  "a mistake of ours (%#) is 500 without stack, message or address, also in the log",
  async (thrown) => {
    const { call, lines } = aRoute(async () => Promise.reject(thrown));
    const answer = await call(aRequest(JSON.stringify(good)));
    expect(answer.body).toEqual({
      type: "internal-error",
      title: "The request could not be completed.",
      status: 500,
    });
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toMatch(/@|var\/task/);
  },
);

test.each([
  ["1,001 members", `[${Array.from({ length: 1001 }, () => 7)}]`, "more than 1,000 members"],
  ["33 levels", `${"[".repeat(33)}${"]".repeat(33)}`, "nested too deeply"],
])("a body of %s is refused, and told so", async (_, text, detail) => {
  const { body, status } = await send(text);
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ pointer: expect.any(String), detail: expect.stringContaining(detail) }]);
});

test("a request's idempotency key is taken from its header", () => {
  const header = (name: string) => (name === "idempotency-key" ? "key-of-17-letters" : undefined);
  expect(idempotencyKeyOf({ header })).toBe("key-of-17-letters");
});

test.each([
  ["no key", undefined],
  ["one that is too short", "key-of-15-lette"],
])("%s is refused", (_, key) => {
  expect(() => idempotencyKeyOf({ header: () => key })).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({ status: 400, type: "invalid-idempotency-key" }),
    }),
  );
});

test.each([
  ["POST", ["orders:write"], ["request answered"]],
  ["POST", [], []],
  ["GET", ["orders:read"], []],
] as const)("a %s for %j logs %j", async (method, scopes, messages) => {
  const lines: string[] = [];
  const write = (line: string) => lines.push(JSON.parse(line).message);
  const log = createLog({ service: "orders", level: "debug", now: () => 0, write });
  const manifest = routeManifest({ name: "any", method, path: "/any", scopes: [...scopes] });
  await route(manifest, undefined, async () => ({ status: 204 }), { log, now: () => 42 })(
    aRequest(undefined),
  );
  expect(lines).toEqual(messages);
});
