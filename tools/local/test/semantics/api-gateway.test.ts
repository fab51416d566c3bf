// API Gateway's HTTP API as AWS documents it: what it answers by itself, what a function is given, what
// becomes of the answer.
import { once } from "node:events";
import { type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { routeManifest } from "@order-saga/messaging";
import type { APIGatewayProxyEventV2WithJWTAuthorizer as Event } from "aws-lambda";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, onTestFinished } from "vitest";
import { createGateway } from "../../src/http/gateway.ts";
import { closeServer, listen } from "../../src/http/server.ts";
import { jwtAuthorizer } from "../../src/tokens/index.ts";
import { documented } from "./documented.ts";

const INTEGRATION = "API Gateway guide: Lambda integrations";
const JWT = "API Gateway guide: JWT authorizers";
const ROUTES = "API Gateway guide: Routes";

const NOW = Date.UTC(2020, 2, 12, 19, 3, 58);
const seconds = NOW / 1000;
const keys = await generateKeyPair("RS256", { extractable: true });
const jwk = { ...(await exportJWK(keys.publicKey)), kid: "local", alg: "RS256" };

type Sent = { method?: string; headers?: OutgoingHttpHeaders; body?: string | Uint8Array };

/** An API on a port of its own, whose function answers what it is told to. */
async function anApi(answer: unknown = { statusCode: 200, body: "done" }, limits = {}) {
  const events: Event[] = [];
  const route = (
    name: string,
    method: "GET" | "POST",
    path: string,
    scopes: ("orders:read" | "stock:read")[] = [],
  ) => ({
    service: "orders",
    manifest: routeManifest({ name, method, path, scopes, ...limits }),
  });
  const gateway = createGateway({
    routes: [
      route("show", "GET", "/orders/{orderId}"),
      route("take", "POST", "/orders"),
      route("guarded", "GET", "/guarded", ["orders:read", "stock:read"]),
    ],
    authorize: jwtAuthorizer({
      issuer: {
        url: "https://issuer.example",
        jwks: () => ({ keys: [jwk] }),
        sign: () => expect.unreachable(),
      },
      audience: "order-saga",
      now: () => NOW,
    }),
    async invoke(_service, _name, event) {
      events.push(event as Event);
      return answer;
    },
    now: () => NOW,
  });
  const { accept, server, url } = await listen(0, ["shop.example.com"]);
  accept(gateway);
  onTestFinished(() => closeServer(server));
  async function ask(path: string, { body, headers = {}, method = "GET" }: Sent = {}) {
    const sent = request(new URL(path, url.replace("localhost", "127.0.0.1")), {
      method,
      headers,
      agent: false,
    });
    sent.on("error", () => {}); // A body that is too large is answered before all of it is sent.
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, text: await text(response) };
  }
  return {
    ask,
    events,
    /** What the function was given for the request. */
    async given(path: string, sent?: Sent): Promise<Event> {
      await ask(path, sent);
      return events.at(-1) ?? expect.fail("No function was invoked.");
    },
  };
}

documented(
  "Without a route for its path or its method a request is refused, and nothing runs",
  ROUTES,
  async () => {
    const { ask, events } = await anApi();
    // API Gateway says 404 to all of them, and no more than a message.
    for (const [method, path, expected] of [
      ["GET", "/nothing", 404],
      ["DELETE", "/orders/1", 405],
      ["HEAD", "/orders/1", 405],
      ["OPTIONS", "/orders/1", 405],
    ] as const) {
      const { headers, status } = await ask(path, { method });
      expect({ method, status, type: headers["content-type"] }).toEqual({
        method,
        status: expected,
        type: "application/problem+json",
      });
    }
    expect(events).toEqual([]);
  },
);

documented("A payload larger than Lambda's 6 MB reaches no function", "Lambda guide: Quotas", async () => {
  const { ask, events } = await anApi(undefined, { maximumBodyBytes: 10 * 1024 * 1024 });
  const limit = 6 * 1024 * 1024;
  const sent = (bytes: number) => ask("/orders", { method: "POST", body: new Uint8Array(bytes) });
  expect(await sent(limit)).toMatchObject({ status: 200 });
  expect(await sent(limit + 1)).toMatchObject({ status: 413 });
  expect(events).toHaveLength(1);
});

documented(
  "A function is given method, path, stage and time in payload format 2.0",
  INTEGRATION,
  async () => {
    const { given } = await anApi();
    const event = await given("/orders/o1", {
      headers: { host: "shop.example.com", "user-agent": "shop/1" },
    });
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "GET /orders/{orderId}",
      rawPath: "/orders/o1",
      rawQueryString: "",
      pathParameters: { orderId: "o1" },
      isBase64Encoded: false,
      requestContext: {
        domainName: "shop.example.com",
        domainPrefix: "shop",
        http: { method: "GET", path: "/orders/o1", protocol: "HTTP/1.1", userAgent: "shop/1" },
        routeKey: "GET /orders/{orderId}",
        stage: "$default",
        time: "12/Mar/2020:19:03:58 +0000",
        timeEpoch: NOW,
      },
    });
    for (const absent of ["body", "cookies", "queryStringParameters"])
      expect(event).not.toHaveProperty([absent]);
    expect(event.requestContext).not.toHaveProperty("authorizer");
  },
);

documented(
  "Header names are in lower case, and values of one name are joined with commas",
  INTEGRATION,
  async () => {
    const { given } = await anApi();
    const { headers } = await given("/orders/o1", {
      headers: { "X-Custom": "Yes", "X-Many": ["one", "two, three"] },
    });
    expect(headers).toMatchObject({ "x-custom": "Yes", "x-many": "one,two, three" });
  },
);

documented("Cookies stand apart from the headers", INTEGRATION, async () => {
  const { given } = await anApi();
  const { cookies, headers } = await given("/orders/o1", { headers: { cookie: "one=1; two=2" } });
  expect(cookies).toEqual(["one=1", "two=2"]);
  expect(headers).not.toHaveProperty("cookie");
});

documented(
  "Values of a repeated query parameter are joined with commas, and decoded",
  INTEGRATION,
  async () => {
    const { given } = await anApi();
    const event = await given("/orders/o1?a=1&a=2&b=x%20y");
    expect(event.rawQueryString).toBe("a=1&a=2&b=x%20y");
    expect(event.queryStringParameters).toEqual({ a: "1,2", b: "x y" });
  },
);

documented("A text comes as it is, and any other body as base64", INTEGRATION, async () => {
  const { given } = await anApi();
  const post = (type: string | undefined, body: string | Uint8Array) =>
    given("/orders", { method: "POST", body, headers: type === undefined ? {} : { "content-type": type } });
  for (const type of ["application/json", "text/plain; charset=utf-8"])
    expect(await post(type, '{"ü":1}')).toMatchObject({ body: '{"ü":1}', isBase64Encoded: false });
  const bytes = new Uint8Array([0, 255, 1]);
  expect(await post("image/png", bytes)).toMatchObject({ body: "AP8B", isBase64Encoded: true });
  expect(await post(undefined, bytes)).toMatchObject({ body: "AP8B", isBase64Encoded: true });
});

documented("Status, headers, cookies and a base64 body of the answer go back", INTEGRATION, async () => {
  const { ask } = await anApi({
    statusCode: 201,
    headers: { "content-type": "image/svg+xml", "x-number": 7 },
    cookies: ["a=1", "b=2"],
    body: Buffer.from("<svg/>").toString("base64"),
    isBase64Encoded: true,
  });
  const { headers, ...answer } = await ask("/orders", { method: "POST" });
  expect(answer).toEqual({ status: 201, text: "<svg/>" });
  expect(headers).toMatchObject({
    "content-type": "image/svg+xml",
    "x-number": "7",
    "set-cookie": ["a=1", "b=2"],
  });
});

documented("An answer without a status is the body of a 200 in JSON", INTEGRATION, async () => {
  for (const answer of [
    "Hello from Lambda!",
    { message: "Hello" },
    { body: "b", headers: { a: "b" } },
    [1, 2],
    7,
  ]) {
    const { ask } = await anApi(answer);
    const { headers, status, text: body } = await ask("/orders/o1");
    expect({ status, type: headers["content-type"] }).toEqual({ status: 200, type: "application/json" });
    expect(body).toBe(typeof answer === "string" ? answer : JSON.stringify(answer));
  }
});

documented(
  "An answer that has a status and is malformed is a 500 of API Gateway's own",
  INTEGRATION,
  async () => {
    for (const answer of [{ statusCode: "ok" }, { statusCode: 99 }, { statusCode: 200, body: { a: 1 } }]) {
      const { ask } = await anApi(answer);
      const { status, text: body } = await ask("/orders/o1");
      expect({ status, body: JSON.parse(body) }).toEqual({
        status: 500,
        body: { message: "Internal Server Error" },
      });
    }
  },
);

type Change = (token: SignJWT) => SignJWT;

/** A token for the guarded route, changed. */
function aToken(
  change: Change = (token) => token,
  given: { kid?: string | null; scope?: string; sub?: string | undefined } = {},
) {
  const { kid, scope, sub } = { kid: "local", scope: "orders:read", sub: "ada", ...given };
  const token = new SignJWT({ scope, tags: ["a", "b"], ...(sub !== undefined && { sub }) })
    .setProtectedHeader({ alg: "RS256", ...(kid !== null && { kid }) })
    .setIssuer("https://issuer.example")
    .setAudience("order-saga")
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60);
  return change(token).sign(keys.privateKey);
}

const bearing = (token: string): Sent => ({ headers: { authorization: `Bearer ${token}` } });

documented("A token's claims and scopes reach the function, and a list among them as text", JWT, async () => {
  const { given } = await anApi();
  const { requestContext } = await given(
    "/guarded",
    bearing(await aToken(undefined, { scope: "orders:read orders:write" })),
  );
  expect(requestContext.authorizer.jwt).toMatchObject({
    claims: { sub: "ada", iss: "https://issuer.example", aud: "order-saga", tags: "[a b]" },
    scopes: ["orders:read", "orders:write"],
  });
});

documented("A token needs no subject: the claims that are validated do not include it", JWT, async () => {
  const { ask, given } = await anApi();
  const bare = bearing(await aToken(undefined, { sub: undefined }));
  expect(await ask("/guarded", bare)).toMatchObject({ status: 200 });
  expect((await given("/guarded", bare)).requestContext.authorizer.jwt.claims).not.toHaveProperty("sub");
});

documented("A token may stand without the word Bearer", JWT, async () => {
  const { ask } = await anApi();
  expect(await ask("/guarded", { headers: { authorization: await aToken() } })).toMatchObject({
    status: 200,
  });
});

documented("Without a token a guarded route answers 401, and its function does not run", JWT, async () => {
  const { ask, events } = await anApi();
  const { headers, status } = await ask("/guarded");
  expect({ status, challenge: headers["www-authenticate"] }).toEqual({ status: 401, challenge: "Bearer" });
  expect(events).toEqual([]);
});

documented("Issuer, audience, key and times of a token must hold", JWT, async () => {
  const { ask } = await anApi();
  const changes: Record<string, Change> = {
    "another issuer": (token) => token.setIssuer("https://elsewhere.example"),
    "another audience": (token) => token.setAudience("others"),
    "over by now": (token) => token.setExpirationTime(seconds - 1),
    "not valid yet": (token) => token.setNotBefore(seconds + 30),
    "issued in the future": (token) => token.setIssuedAt(seconds + 30),
  };
  for (const [name, change] of Object.entries(changes)) {
    const { status } = await ask("/guarded", bearing(await aToken(change)));
    expect({ name, status }).toEqual({ name, status: 401 });
  }
  for (const kid of ["other", null])
    expect(await ask("/guarded", bearing(await aToken(undefined, { kid })))).toMatchObject({ status: 401 });
});

documented("One of the route's scopes suffices, and without any the answer is 403", JWT, async () => {
  const { ask } = await anApi();
  expect(
    await ask("/guarded", bearing(await aToken(undefined, { scope: "stock:read other" }))),
  ).toMatchObject({
    status: 200,
  });
  expect(await ask("/guarded", bearing(await aToken(undefined, { scope: "orders:write" })))).toMatchObject({
    status: 403,
  });
});
