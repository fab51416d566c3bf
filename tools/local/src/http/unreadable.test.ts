// Whatever comes over a connection, a refusal is a problem document, and the next connection is served.
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { routeManifest } from "@order-saga/messaging";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createGateway } from "./gateway.ts";
import { createLocalApp } from "./local-app.ts";
import { closeServer, type HttpListener, listen } from "./server.ts";
import { answerUnreadable } from "./unreadable.ts";

let http: HttpListener;

beforeAll(async () => {
  http = await listen(0, ["shop"]);
  const local = createLocalApp();
  local.app.get("/__local/clock", (context) => context.text("noon"));
  const manifest = routeManifest({ name: "take", method: "POST", path: "/orders", scopes: [] });
  const reading = routeManifest({ name: "show", method: "GET", path: "/orders/{orderId}", scopes: [] });
  http.accept(
    createGateway({
      routes: [manifest, reading].map((each) => ({ service: "orders", manifest: each })),
      authorize: async () => ({ claims: {} }),
      invoke: async () => ({ statusCode: 200, body: "done" }),
      now: () => 0,
      otherwise: local.listener,
    }),
  );
});
afterAll(() => closeServer(http.server));

/** What is answered to these bytes on a connection of their own. */
async function say(bytes: string) {
  const socket = connect(Number(new URL(http.url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(bytes);
  const heard = await text(socket);
  const [head = "", body = ""] = heard.split("\r\n\r\n");
  const headers = Object.fromEntries(
    head
      .toLowerCase()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(": ")),
  );
  return { status: Number(head.slice(9, 12)), headers, body };
}

const request = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, "Host: shop", "Connection: close", ...headers, "", ""].join("\r\n");

test.each([
  ["an unknown path", request("GET /nothing"), 404, "not-found"],
  ["an unknown path of the laptop's own", request("GET /__local/nothing"), 404, "not-found"],
  ["another method", request("DELETE /orders"), 405, "method-not-allowed"],
  ["another method of the laptop's own", request("PUT /__local/clock"), 405, "method-not-allowed"],
  ["TRACE", request("TRACE /orders"), 405, "method-not-allowed"],
  ["CONNECT", request("CONNECT shop:443"), 405, "method-not-allowed"],
  ["no request", "hello\r\n\r\n", 400, "bad-request"],
  ["no host", "GET /orders/1 HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "bad-request"],
  ["a header of two lines", request("GET /orders/1", "X: a", " b"), 400, "bad-request"],
  ["two lengths", request("POST /orders", "Content-Length: 1", "Content-Length: 2"), 400, "bad-request"],
  [
    "a length and chunks",
    request("POST /orders", "Content-Length: 1", "Transfer-Encoding: chunked"),
    400,
    "bad-request",
  ],
  [
    "a chunk without a length",
    `${request("POST /orders", "Transfer-Encoding: chunked")}x\r\n`,
    400,
    "bad-request",
  ],
  ["an address that is none", request("GET http://[x/"), 400, "bad-request"],
  ["large headers", request("GET /orders/1", `X: ${"x".repeat(70_000)}`), 431, "headers-too-large"],
  ["a large body", request("POST /orders", "Content-Length: 10000000"), 413, "body-too-large"],
  [
    "another expectation",
    request("POST /orders", "Expect: a-miracle", "Content-Length: 0"),
    417,
    "expectation-failed",
  ],
])("%s is refused in a problem", async (_, bytes, status, type) => {
  const answer = await say(bytes);
  expect(answer).toMatchObject({ status, headers: { "content-type": "application/problem+json" } });
  expect(JSON.parse(answer.body)).toMatchObject({ status, type, title: expect.stringMatching(/\.$/) });
  expect(Buffer.byteLength(answer.body)).toBe(Number(answer.headers["content-length"]));
  expect((await say(request("GET /orders/1"))).status).toBe(200);
});

test.each([
  ["DELETE /orders", "post"],
  ["HEAD /orders/1", "get"],
  ["OPTIONS /orders", "post"],
  ["PUT /__local/clock", "get"],
])("%s is told what the path knows", async (line, allow) => {
  expect(await say(request(line))).toMatchObject({ status: 405, headers: { allow } });
});

test("a request that does not come to its end in time is 408, and its connection is closed", async () => {
  const times = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };
  const server = createServer(times, (_, outgoing) => outgoing.end());
  answerUnreadable(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  for (const begun of ["POST /orders HTTP/1.1\r\nHost: sh", request("GET /orders").slice(0, -2)]) {
    const socket = connect(port, "127.0.0.1");
    socket.write(begun);
    const heard = await text(socket);
    expect(heard).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(heard).toContain("application/problem+json");
    expect(JSON.parse(heard.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      type: "request-timeout",
      status: 408,
    });
  }
});
