// A versioned store in memory refuses what the manifest does not grant, record by record and index by index.
import { expect, test } from "vitest";
import { grantedPorts } from "./granted-ports.ts";
import { dueIndex, routeManifest, type ServiceManifest, scheduleManifest } from "./manifest.ts";
import { AccessDenied } from "./role.ts";

const route = { method: "GET", path: "/", scopes: [] } as const;
const writer = scheduleManifest({ name: "sweep" });
const none = routeManifest({ ...route, name: "health", table: "none" });
const others = routeManifest({
  ...route,
  name: "others",
  table: { get: ["BULK#*"], put: ["BULK#*"], query: { due: ["1"] } },
});
const service: ServiceManifest = {
  name: "orders",
  table: { record: "ORDER#*", indexes: { due: dueIndex } },
  reactions: [],
  schedules: [writer],
  routes: [none, others],
  settings: {},
  secrets: [],
};
const store = {
  load: async (_orderId: string) => "loaded",
  save: async (_record: { orderId: string }) => "saved",
  due: async (_now: number, _limit: number) => "due",
};
const ofFunction = (manifest: typeof writer | typeof none) => grantedPorts(service, manifest).store(store);

test("a function with a store's own grants may call each of its methods", async () => {
  const { due, load, save } = ofFunction(writer);
  expect(await Promise.all([load("1"), save({ orderId: "1" }), due(0, 9)])).toEqual([
    "loaded",
    "saved",
    "due",
  ]);
});

test.each([
  ["no table", none],
  ["other records and another key of the index", others],
])("a function with grants for %s may call none", async (_, manifest) => {
  const { due, load, save } = ofFunction(manifest);
  const calls: [Promise<string>, string][] = [
    [load("1"), "dynamodb:GetItem"],
    [save({ orderId: "1" }), "dynamodb:PutItem"],
    [due(0, 9), "dynamodb:Query"],
  ];
  for (const [call, action] of calls) {
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AccessDenied);
    expect(String(error)).toContain(action);
  }
});
