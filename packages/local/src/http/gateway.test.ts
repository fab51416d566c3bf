// What API Gateway answers by itself, in front of every function.
// Sources: "Routes for HTTP APIs" (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html)
// and "Quotas for HTTP APIs" (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html).
import { routeManifest } from "@order-saga/messaging";
import { expect, test } from "vitest";
import { createGateway } from "./gateway.ts";

function setUp() {
  const invoked: unknown[] = [];
  const app = createGateway({
    routes: [
      {
        service: "orders",
        manifest: routeManifest({ name: "show", method: "GET", path: "/shown/{id}", scopes: [] }),
      },
      {
        service: "orders",
        manifest: routeManifest({ name: "take", method: "POST", path: "/taken", scopes: [] }),
      },
    ],
    authorize: async () => ({ claims: {} }),
    async invoke(_, name, event) {
      invoked.push([name, event]);
      return { statusCode: 200, body: "done" };
    },
    now: () => 0,
  });
  return { app, invoked };
}

test.each([
  ["a path that no route has", "GET", "/nothing"],
  ["a method that no route has for the path", "DELETE", "/shown/1"],
  ["HEAD, which no route was made for", "HEAD", "/shown/1"],
  ["OPTIONS of an API without CORS", "OPTIONS", "/shown/1"],
])("%s is API Gateway's own 404, and no function runs", async (_, method, path) => {
  const { app, invoked } = setUp();
  const answer = await app.request(path, { method });
  expect(answer.status).toBe(404);
  expect(answer.headers.get("content-type")).toBe("application/json");
  if (method !== "HEAD") expect(await answer.json()).toEqual({ message: "Not Found" });
  expect(invoked).toEqual([]);
});

test("a payload of 10 MB passes, and one byte more is refused before any function runs", async () => {
  const { app, invoked } = setUp();
  const post = (size: number) =>
    app.request("/taken", {
      method: "POST",
      body: new Uint8Array(size),
      headers: { "content-length": String(size) },
    });
  expect((await post(10 * 1024 * 1024)).status).toBe(200);
  expect((await post(10 * 1024 * 1024 + 1)).status).toBe(413);
  expect(invoked).toHaveLength(1);
});
