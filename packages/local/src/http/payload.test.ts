// What payload format 2.0 leaves to Node: answers without a body, and requests that come without their raw headers.
import { expect, test } from "vitest";
import { toPayload, toResponse } from "./payload.ts";

test.each([204, 304])("an answer of status %i has no body", async (statusCode) => {
  const response = toResponse({ statusCode, body: "ignored" });
  expect(response.status).toBe(statusCode);
  expect(await response.text()).toBe("");
});

test("a request that no server read has its headers and cookies as well", async () => {
  const { cookies, headers } = await toPayload({
    request: new Request("http://localhost/x", { headers: { "X-Custom": "Yes", cookie: "one=1; two=2" } }),
    routeKey: "GET /x",
    pathParameters: {},
    claims: undefined,
    requestId: "r1",
    now: 0,
  });
  expect({ cookies, headers }).toEqual({ cookies: ["one=1", "two=2"], headers: { "x-custom": "Yes" } });
});
