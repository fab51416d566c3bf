// The doorbell looks at what rang, believes only the provider, and asks nothing that another is asking.
import { anEvent, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { hearProviderHandler } from "./doorbell.ts";
import { anOrderPlaced, captured, held } from "./gateway/gateway.suite.ts";
import { createMemoryStore } from "./store/memory.ts";
import { aService } from "./testing.ts";

const placed = anOrderPlaced();
const reserved = anEvent("StockReserved");
const stranger = "the provider rang for what is no order's";

/** A service, and the ids of the orders that it has read since. */
function watchedReads() {
  const memory = createMemoryStore();
  const read: unknown[] = [];
  const load = (orderId: string) => {
    read.push(orderId);
    return memory.load(orderId);
  };
  return { read, service: aService({ ...memory, load }) };
}

test("a ring for an intent that the provider does not have is acknowledged, and reads no record", async () => {
  const { read, service } = watchedReads();
  expect(await service.hearRing()).toBe(true);
  expect(read).toEqual([]);
  expect(service.lines.join("\n")).toContain(stranger);
});

test("an intent of this account that is for something else than an order reads no record", async () => {
  const { read, service } = watchedReads();
  const charge = { ...placed.data, lines: [...placed.data.lines] };
  await service.gateway.authorize("gift_card_7", charge, placed.occurredAt);
  expect(await service.hearRing("gift_card_7")).toBe(true);
  expect(read).toEqual([]);
  expect(service.lines.join("\n")).toContain(stranger);
});

test("a ring while the card is being authorised asks for nothing a second time", async () => {
  const service = aService();
  const authorize = service.hold("authorize");
  const authorizing = service.deliver(placed);
  await authorize.begun;
  const look = async (intentId: string) => ({
    intentId,
    orderId: testOrderId,
    intent: { kind: "processing" as const },
    refunds: [],
    disputes: [],
  });
  const { ports } = service;
  const hear = hearProviderHandler({ ...ports, gateway: { ...ports.gateway, look } });
  expect(
    await hear({ intentId: `pi_${testOrderId}`, tries: 0 }, { log: service.log, source: "test" } as never),
  ).toEqual([]);
  expect(service.asked).toEqual(["authorize"]);
  authorize.release();
  expect(await authorizing).toEqual([]);
  expect(service.books()).toEqual(held);
});

test.each([
  [0, 15],
  [1, 30],
  [5, 480],
  [6, 900],
  [3000, 900],
])("after %i rings in vain the next comes %i seconds later", async (tries, delaySeconds) => {
  const service = aService();
  await service.deliver(placed);
  service.gateway.failNext("down");
  expect(await service.hearRing(testOrderId, tries)).toBe(true);
  const body = { intentId: `pi_${testOrderId}`, tries: tries + 1 };
  expect(service.rung).toEqual([{ body, delaySeconds }]);
  expect(service.lines.join("\n")).not.toContain(stranger);
});

test("a mistake of our own while looking is no silence of the provider: the message comes again", async () => {
  const service = aService();
  await service.deliver(placed);
  service.hooks.before = () => {
    throw new TypeError("a mistake");
  };
  expect(await service.hearRing()).toBe(false);
  expect(service.rung).toEqual([]);
});

test("the lines of a ring say which order it was about", async () => {
  const service = aService();
  for (const event of [placed, reserved]) await service.deliver(event);
  service.gateway.byHand.dispute(testOrderId, "OPENED");
  service.lines.length = 0;
  await service.hearRing();
  expect(service.books()).toEqual(captured);
  expect(service.lines.filter((line) => line.includes("a dispute was opened"))).toEqual([
    expect.stringContaining(testOrderId),
  ]);
});

test("what a ring shows is written over the record as it was read, without a second read", async () => {
  const { read, service } = watchedReads();
  for (const event of [placed, reserved]) await service.deliver(event);
  service.gateway.byHand.dispute(testOrderId, "OPENED");
  read.length = 0;
  await service.hearRing();
  expect(service.said()).toContain("DisputeOpened");
  expect(service.payment()?.unpublished).toEqual([]);
  expect(read).toEqual([testOrderId]);
});
