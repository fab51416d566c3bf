// Which route a request is meant for: part by part, decoded, and the one with fewer parameters before the
// others.
import { expect, test } from "vitest";
import { createRouter } from "./routes.ts";

const { find, methodsOf } = createRouter(
  [
    { method: "GET", path: "/orders/{orderId}" },
    { method: "GET", path: "/orders/open" },
    { method: "GET", path: "/orders" },
    { method: "POST", path: "/orders/{orderId}/lines/{line}" },
  ].map((manifest) => ({ manifest })),
);

test.each<[string, string, string | undefined, Record<string, string>?]>([
  ["GET", "/orders", "/orders", {}],
  ["GET", "/orders/open", "/orders/open", {}],
  ["GET", "/orders/1", "/orders/{orderId}", { orderId: "1" }],
  ["GET", "/orders/a%20%2Fb", "/orders/{orderId}", { orderId: "a /b" }],
  ["GET", "/orders/%zz", "/orders/{orderId}", { orderId: "%zz" }],
  ["POST", "/orders/1/lines/2", "/orders/{orderId}/lines/{line}", { orderId: "1", line: "2" }],
  ["GET", "/orders/", undefined],
  ["GET", "/orders//", undefined],
  ["GET", "//orders", undefined],
  ["GET", "/orders/1/", undefined],
  ["GET", "/", undefined],
  ["POST", "/orders", undefined],
  ["get", "/orders", undefined],
])("%s %s is meant for %s", (method, path, route, pathParameters) => {
  const found = find(method, path);
  expect(found?.route.manifest.path).toBe(route);
  expect(found?.pathParameters).toEqual(pathParameters);
});

test.each([
  ["/orders", ["GET"]],
  ["/orders/1", ["GET"]],
  ["/orders/1/lines/2", ["POST"]],
  ["/orders/", []],
  ["/", []],
])("%s is served with %j", (path, methods) => {
  expect(methodsOf(path)).toEqual(methods);
});
