// The bounds over small services, computed by hand.
import { type EventType, layerOf } from "@order-saga/contracts";
import {
  reactionManifest,
  type ServiceManifest,
  scheduleManifest,
  visibilityTimeoutSeconds,
} from "@order-saga/messaging";
import { LONGEST_REPEAT_MILLISECONDS } from "@order-saga/orders/order";
import { services } from "@order-saga/services";
import { expect, test } from "vitest";
import { cascadeOf, healsOrders, repeatsIn, settleBoundMilliseconds } from "./bounds.ts";

const minute = 60_000;

function aService(
  reactions: { hears: EventType[]; says: EventType[]; timeoutSeconds?: number; maxReceiveCount?: number }[],
  schedules: number[] = [],
): ServiceManifest {
  return {
    name: "orders",
    table: { record: "ORDER#*", indexes: {} },
    reactions: reactions.map((each, index) => reactionManifest({ name: `reaction-${index}`, ...each })),
    schedules: schedules.map((timeoutSeconds, index) =>
      scheduleManifest({ name: `schedule-${index}`, timeoutSeconds }),
    ),
    routes: [],
    settings: {},
    secrets: [],
  };
}

test("nothing that hears: the sweep's longest pause alone", () => {
  expect(settleBoundMilliseconds([aService([])])).toBe(LONGEST_REPEAT_MILLISECONDS);
});

test("one hop is every delivery of its queue, each as long as the message is hidden", () => {
  // Hidden for six times its two seconds; delivered three times.
  const service = aService([
    { hears: ["OrderPlaced"], says: ["StockReserved"], timeoutSeconds: 2, maxReceiveCount: 3 },
  ]);
  expect(settleBoundMilliseconds([service])).toBe(LONGEST_REPEAT_MILLISECONDS + 36_000);
});

test("hops add up along the longest way, and each schedule may begin it once more", () => {
  const service = aService(
    [
      {
        hears: ["OrderPlaced"],
        says: ["StockReserved", "PaymentVoided"],
        timeoutSeconds: 1,
        maxReceiveCount: 1,
      },
      { hears: ["StockReserved"], says: ["PaymentCaptured"], timeoutSeconds: 10, maxReceiveCount: 1 },
      { hears: ["PaymentVoided"], says: ["StockReleased"], timeoutSeconds: 1, maxReceiveCount: 1 },
    ],
    [50, 30],
  );
  const chain = 6 * 1 + 6 * 10;
  const turns = 60 + 50 + 60 + 30;
  expect(settleBoundMilliseconds([service])).toBe(LONGEST_REPEAT_MILLISECONDS + (turns + 3 * chain) * 1000);
});

test("a schedule beside the orders, which may run once a day, adds nothing", () => {
  const service = aService([], [50]);
  const daily = scheduleManifest({ name: "reconcile", everyMinutes: 1440, isUrgent: false });
  const both = { ...service, schedules: [...service.schedules, daily] };
  expect(settleBoundMilliseconds([both])).toBe(settleBoundMilliseconds([service]));
});

test("a reaction that says what it hears, or less, is not followed for ever", () => {
  const service = aService([
    {
      hears: ["StockReserved"],
      says: ["StockReserved", "OrderPlaced"],
      timeoutSeconds: 1,
      maxReceiveCount: 1,
    },
  ]);
  expect(settleBoundMilliseconds([service])).toBe(LONGEST_REPEAT_MILLISECONDS + 6000);
  expect(cascadeOf([service], "StockReserved")).toBe(1);
});

test("the services' own bound: at most one hop a layer for each schedule after the sweep's longest pause", () => {
  const schedules = services.flatMap((service) => service.schedules).filter(healsOrders);
  const runs = schedules.map(({ everyMinutes, timeoutSeconds }) => everyMinutes * 60 + timeoutSeconds);
  const hops = services
    .flatMap((service) => service.reactions)
    .map((reaction) => reaction.maxReceiveCount * visibilityTimeoutSeconds(reaction));
  const layers = new Set(Object.values(layerOf)).size;
  const most =
    Math.max(...hops) * layers * (schedules.length + 1) + runs.reduce((sum, each) => sum + each, 0);
  const bound = settleBoundMilliseconds(services);
  expect(bound).toBeGreaterThan(LONGEST_REPEAT_MILLISECONDS);
  expect(bound).toBeLessThanOrEqual(LONGEST_REPEAT_MILLISECONDS + most * 1000);
});

test("a cascade counts every way to an event", () => {
  const service = aService([
    { hears: ["OrderPlaced"], says: ["StockReserved", "PaymentVoided"] },
    { hears: ["StockReserved"], says: ["PaymentVoided"] },
    { hears: ["PaymentVoided"], says: ["StockReleased"] },
  ]);
  expect(cascadeOf([service], "StockReleased")).toBe(1);
  expect(cascadeOf([service], "PaymentVoided")).toBe(2);
  expect(cascadeOf([service], "StockReserved")).toBe(3);
  expect(cascadeOf([service], "OrderPlaced")).toBe(6);
});

test.each([
  [0, 2],
  [minute, 4],
  [15 * minute, 7],
  [6 * 60 * minute, 12],
  [7 * 24 * 60 * minute, 44],
])("in %i ms a schedule may say the same %i times", (milliseconds, times) => {
  expect(repeatsIn(milliseconds)).toBe(times);
});
