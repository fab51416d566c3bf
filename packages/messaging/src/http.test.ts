// The edge of a route: what it refuses and how, and that no failure shows its inside.
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { PublishError } from "./errors.ts";
import { type HttpRequest, MAXIMUM_BODY_BYTES, problem, route } from "./http.ts";
import { createLog } from "./log.ts";
import { routeManifest } from "./manifest.ts";

const manifest = routeManifest({ name: "place-order", method: "POST", path: "/orders", scopes: [] });
const Body = z.strictObject({
  contact: z.strictObject({ email: z.email() }),
  lines: z.array(z.strictObject({ "a/b~c": z.int() })),
  note: z.optional(z.string()),
});
type Body = z.infer<typeof Body>;

const good = { contact: { email: "ada@example.com" }, lines: [{ "a/b~c": 1 }] };

/** API Gateway's payload for a POST with this body. */
function aRequest(body: string | undefined, given: Partial<APIGatewayProxyEventV2WithJWTAuthorizer> = {}) {
  return {
    headers: { "content-type": "application/json" },
    isBase64Encoded: false,
    requestContext: { authorizer: { jwt: { claims: { sub: "ada" }, scopes: [] } } },
    body,
    ...given,
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
}

function aRoute(handle: (request: HttpRequest<Body>) => Promise<{ status: number; body?: unknown }>) {
  const lines: string[] = [];
  const log = createLog({
    service: "orders",
    level: "debug",
    now: () => 0,
    write: (line) => lines.push(line),
  });
  const handler = route(manifest, Body, handle, { log, now: () => 42 });
  const call = async (event: APIGatewayProxyEventV2WithJWTAuthorizer) => {
    const { statusCode, headers, body } = await handler(event);
    return { status: statusCode, headers, raw: body ?? "", body: body ? JSON.parse(body) : undefined };
  };
  return { call, lines };
}

const echo = aRoute(async ({ body, principal, now }) => ({ status: 202, body: { body, principal, now } }));
const send = (body: unknown, given?: Partial<APIGatewayProxyEventV2WithJWTAuthorizer>) =>
  echo.call(aRequest(typeof body === "string" ? body : JSON.stringify(body), given));

test("a good body reaches the handler with its principal, and the answer is JSON", async () => {
  const answer = await send(good);
  expect(answer).toMatchObject({ status: 202, headers: { "content-type": "application/json" } });
  expect(answer.body).toEqual({ body: good, principal: "ada", now: 42 });
});

test("an answer without a body has none", async () => {
  const { call } = aRoute(async () => ({ status: 204 }));
  expect(await call(aRequest(JSON.stringify(good)))).toMatchObject({ status: 204, raw: "" });
});

test("a base64 body is read", async () => {
  const body = Buffer.from(JSON.stringify(good)).toString("base64");
  expect(await send(body, { isBase64Encoded: true })).toMatchObject({ status: 202, body: { body: good } });
});

test("a content type with a charset, in capitals, is JSON", async () => {
  const headers = { "content-type": "Application/JSON; charset=utf-8" };
  expect(await send(good, { headers })).toMatchObject({ status: 202 });
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
  ["as a number", '{"card":4242424242424242}'],
  ["in a field's name", '{"4242424242424242":1}'],
  [
    "in escapes",
    JSON.stringify({ ...good, note: "#" }).replace("#", "4242\\u00204242\\u00204242\\u00204242"),
  ],
  ["in what is not JSON", "4242424242424242 {"],
])("a card number %s is refused and never repeated", async (_, body) => {
  const answer = await send(body);
  expect(answer).toMatchObject({ status: 400, body: { type: "card-number-refused" } });
  expect(answer.raw).not.toContain("4242");
  expect(echo.lines.join()).not.toContain("4242");
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
