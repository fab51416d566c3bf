// A request as API Gateway hands it over (payload format 2.0), and a function's answer as it goes back.
import { expect, test } from "vitest";
import { toPayload, toResponse } from "./payload.ts";

const payload = (request: Request, claims?: Record<string, string>) =>
  toPayload({
    request,
    routeKey: "POST /orders/{orderId}",
    pathParameters: { orderId: "o1" },
    claims,
    requestId: "r1",
    now: 0,
  });

test("method, path, query, headers and cookies stand where API Gateway puts them", async () => {
  const event = await payload(
    new Request("http://localhost:3000/orders/o1?a=1&a=2&b=x%20y", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Custom": "Yes", cookie: "one=1; two=2" },
      body: '{"a":1}',
    }),
    { sub: "ada", scope: "orders:read orders:write" },
  );
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "POST /orders/{orderId}",
    rawPath: "/orders/o1",
    rawQueryString: "a=1&a=2&b=x%20y",
    headers: { "content-type": "application/json", "x-custom": "Yes" },
    cookies: ["one=1", "two=2"],
    queryStringParameters: { a: "1,2", b: "x y" },
    pathParameters: { orderId: "o1" },
    body: '{"a":1}',
    isBase64Encoded: false,
    requestContext: {
      http: { method: "POST", path: "/orders/o1" },
      authorizer: { jwt: { claims: { sub: "ada" }, scopes: ["orders:read", "orders:write"] } },
    },
  });
  expect(event.headers).not.toHaveProperty("cookie");
});

test("a body that is no text comes as base64, none at all is absent", async () => {
  const bytes = new Uint8Array([0, 255, 1]);
  const binary = await payload(new Request("http://localhost/x", { method: "POST", body: bytes }));
  expect(binary).toMatchObject({ body: "AP8B", isBase64Encoded: true });
  const empty = await payload(new Request("http://localhost/x", { method: "POST" }));
  expect(empty).not.toHaveProperty("body");
  expect(empty).not.toHaveProperty("queryStringParameters");
  expect(empty.isBase64Encoded).toBe(false);
});

test("status, headers, cookies and a base64 body go back", async () => {
  const response = toResponse({
    statusCode: 201,
    headers: { "content-type": "image/png", "x-number": 7 },
    cookies: ["a=1", "b=2"],
    body: "AP8B",
    isBase64Encoded: true,
  });
  expect(response.status).toBe(201);
  expect(response.headers.get("x-number")).toBe("7");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1]);
});

test.each([204, 304])("an answer of status %i has no body", async (statusCode) => {
  const response = toResponse({ statusCode, body: "ignored" });
  expect(response.status).toBe(statusCode);
  expect(await response.text()).toBe("");
});

// The following are API Gateway's words: "Working with AWS Lambda proxy integrations for HTTP APIs" (payload
// format version 2.0), https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
test("a string that is no structured answer is the body of a 200 in JSON", async () => {
  const response = toResponse("Hello from Lambda!");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.text()).toBe("Hello from Lambda!");
});

test("valid JSON without a statusCode is the body of a 200, whatever its fields are called", async () => {
  for (const answer of [{ message: "Hello" }, { body: "b", headers: { a: "b" } }, [1, 2], 7]) {
    const response = toResponse(answer);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual(answer);
  }
});

test("an answer whose statusCode or body is of another type is API Gateway's own 500", async () => {
  for (const answer of [{ statusCode: "ok" }, { statusCode: 99 }, { statusCode: 200, body: { a: 1 } }]) {
    const response = toResponse(answer);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "Internal Server Error" });
  }
});

test("the context says when in the access log's format, whose domain it is, and at which stage", async () => {
  const event = await toPayload({
    request: new Request("http://shop.example.com:3000/orders"),
    routeKey: "GET /orders",
    pathParameters: {},
    claims: undefined,
    requestId: "r1",
    now: Date.UTC(2020, 2, 12, 19, 3, 58),
  });
  expect(event.requestContext).toMatchObject({
    domainName: "shop.example.com",
    domainPrefix: "shop",
    stage: "$default",
    time: "12/Mar/2020:19:03:58 +0000",
    timeEpoch: 1_584_039_838_000,
  });
  expect(event.requestContext).not.toHaveProperty("authorizer");
});
