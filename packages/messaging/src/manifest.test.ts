// Manifests: what a function gets when it asks for nothing, and what is derived from what it asks for.
import { expect, expectTypeOf, test } from "vitest";
import {
  functionsOf,
  reactionManifest,
  routeManifest,
  type ServiceManifest,
  scheduleManifest,
} from "./manifest.ts";
import { visibilityTimeoutSeconds } from "./topology.ts";

const reserve = reactionManifest({ name: "reserve-stock", hears: ["OrderPlaced"], says: ["StockReserved"] });
const expiry = scheduleManifest({ name: "signal-expiry", says: ["ReservationExpired"] });
const stock = routeManifest({
  name: "get-stock",
  method: "GET",
  path: "/stock/{sku}",
  scopes: ["stock:read"],
});

test("a reaction that asks for nothing gets these", () => {
  expect(reserve).toEqual({
    name: "reserve-stock",
    hears: ["OrderPlaced"],
    says: ["StockReserved"],
    timeoutSeconds: 30,
    memoryMegabytes: 192,
    table: "record",
    environment: [],
    personalData: "none",
    returnedMail: false,
    mail: false,
    sends: [],
    objects: "none",
    isUrgent: true,
    from: "bus",
    having: {},
    isFair: false,
    runs: "lambda",
    batchSize: 10,
    batchWindowSeconds: 0,
    maximumConcurrency: 10,
    maxReceiveCount: 5,
  });
});

test("what a manifest asks for wins over the defaults", () => {
  const given = { name: "x", hears: ["OrderPlaced"], timeoutSeconds: 7, mail: true, table: "none" } as const;
  expect(reactionManifest(given)).toMatchObject(given);
  expect(scheduleManifest({ name: "x", everyMinutes: 5 }).everyMinutes).toBe(5);
});

test("a schedule runs every minute and ends within it; a route answers within ten seconds", () => {
  expect(expiry).toMatchObject({ everyMinutes: 1, timeoutSeconds: 50 });
  expect(stock.timeoutSeconds).toBe(10);
});

test("a reaction's manifest keeps what it hears as literals", () => {
  expectTypeOf(reserve.hears).toEqualTypeOf<readonly "OrderPlaced"[]>();
});

test.each([
  [30, 0, 180],
  [10, 5, 65],
])(
  "a timeout of %i s and a window of %i s hide a message for %i s",
  (timeoutSeconds, batchWindowSeconds, hidden) => {
    expect(visibilityTimeoutSeconds({ ...reserve, timeoutSeconds, batchWindowSeconds })).toBe(hidden);
  },
);

test("the functions of a service are its reactions, schedules and routes", () => {
  const service: ServiceManifest = {
    name: "inventory",
    table: { record: "ORDER#*", indexes: {} },
    reactions: [reserve],
    schedules: [expiry],
    routes: [stock],
    settings: {},
    secrets: [],
  };
  expect(functionsOf(service).map((each) => each.name)).toEqual([
    "reserve-stock",
    "signal-expiry",
    "get-stock",
  ]);
});
