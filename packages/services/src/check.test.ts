// The services are complete, and each piece that can be forgotten is named with what to do.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { reactionManifest, routeManifest, type ServiceManifest } from "@order-saga/messaging";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertServices, checkServices, IncompleteServices, type Repository } from "./check.ts";
import { importFunction } from "./functions.ts";
import { everyService, servicesWith } from "./index.ts";
import { optionalSettings } from "./optional.ts";

test("nothing is missing from the services of this repository", () => {
  expect(checkServices()).toEqual([]);
});

test("a stage has an optional service with its setting alone", () => {
  const optional = everyService.flatMap(({ onlyWith }) => onlyWith ?? []);
  expect(optional).toEqual(optionalSettings);
  const names = (settings: Record<string, string>) => servicesWith(settings).map(({ name }) => name);
  expect(names({ WEBHOOK_ENDPOINTS: "" })).not.toContain("webhooks");
  expect(names({})).toEqual(everyService.filter(({ onlyWith }) => !onlyWith).map(({ name }) => name));
  expect(names({ WEBHOOK_ENDPOINTS: "shop=https://shop.example" })).toContain("webhooks");
});

const placeOrder = routeManifest({
  name: "place-order",
  method: "POST",
  path: "/orders",
  scopes: [],
  says: ["OrderPlaced"],
});
const orders: ServiceManifest = {
  name: "orders",
  table: { record: "ORDER#*", indexes: {} },
  reactions: [],
  schedules: [],
  routes: [placeOrder],
  settings: {},
  secrets: [],
};
const entry = "export const create = () => {};\nexport const handler = create();\n";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "services-"));
  write("packages/services/package.json", JSON.stringify({ dependencies: { "@order-saga/orders": "*" } }));
  write("packages/orders/src/service.ts", "");
  write("packages/orders/src/functions/place-order.ts", entry);
  write("packages/orders/src/functions/ports.ts", "export const table = 1;\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function problems(given: Partial<Repository> = {}): string[] {
  const root = pathToFileURL(`${folder}/`);
  const events = [{ type: "OrderPlaced", producer: "orders" }] as const;
  return checkServices({ root, services: [orders], events, ...given });
}

test("a complete service has no problem", () => {
  expect(problems()).toEqual([]);
});

test("a service's folder that is in no list is named", () => {
  write("packages/shipping/src/service.ts", "");
  expect(problems()).toEqual([
    "packages/shipping/src/service.ts is in no list: add its manifest to packages/services/src/index.ts, or move the file if shipping is no service.",
  ]);
});

test("a listed service without its dependency is named", () => {
  write("packages/services/package.json", JSON.stringify({ dependencies: {} }));
  expect(problems()).toEqual([
    'packages/services/package.json lacks the dependency "@order-saga/orders": "workspace:*": add it, and run npx pnpm@12 install.',
  ]);
});

test("a function of the manifest without a file is named", () => {
  rmSync(join(folder, "packages/orders/src/functions/place-order.ts"));
  expect(problems()).toEqual([
    "The manifest of orders names the function place-order, but packages/orders/src/functions/place-order.ts does not exist: write that file, or take place-order out of packages/orders/src/service.ts.",
  ]);
});

test.each([
  ["export const handler = 1;\n", "has to export `create`, which composes the function"],
  ["export const create = 1;\n", "has to export `handler`, which Lambda calls"],
])("a function's file without one of its exports is named", (code, complaint) => {
  write("packages/orders/src/functions/place-order.ts", code);
  expect(problems()).toEqual([
    expect.stringContaining(`packages/orders/src/functions/place-order.ts ${complaint}`),
  ]);
});

test("a function's file that no manifest names is named", () => {
  write("packages/orders/src/functions/count-sales.ts", entry);
  expect(problems()).toEqual([
    "packages/orders/src/functions/count-sales.ts exports a handler, but no manifest names it: add it to packages/orders/src/service.ts, or delete it.",
  ]);
});

test("an event that its producer never publishes is named", () => {
  expect(problems({ events: [{ type: "OrderConfirmed", producer: "orders" }] })).toEqual([
    "OrderConfirmed is an event of orders, but none of its functions may publish it: add it to the `says` of one in packages/orders/src/service.ts, or delete the event from packages/contracts/src/events.",
  ]);
});

test("an event of a service that is not listed is named", () => {
  expect(problems({ events: [{ type: "OrderConfirmed", producer: "shipping" }] })).toEqual([
    "OrderConfirmed is published by shipping, which is not in packages/services/src/index.ts: add that service, or delete the event from packages/contracts/src/events.",
  ]);
});

test("a command stops with every sentence at once", () => {
  expect(() => assertServices({ root: pathToFileURL(`${folder}/`), services: [], events: [] })).toThrow(
    IncompleteServices,
  );
  expect(() => assertServices()).not.toThrow();
});

test("a reaction that hears what no service publishes is named", () => {
  const deaf = reactionManifest({ name: "place-order", hears: ["StockReserved"] });
  expect(problems({ services: [{ ...orders, reactions: [deaf], routes: [] }], events: [] })).toEqual([
    expect.stringContaining("hears StockReserved, which"),
  ]);
});

test("a function is imported by service and name, and a missing one is told as above", async () => {
  expect(await importFunction("orders", "get-openapi")).toHaveProperty("create");
  await expect(importFunction("orders", "no-such")).rejects.toThrow(
    "packages/orders/src/functions/no-such.ts does not exist",
  );
});
