// The invariants hold for services that the books do not know by name: their records keep events by type.
import { anEvent } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import type { Books, OrderRecord } from "./books.ts";
import { violationsAlways } from "./invariants.ts";
import type { Observations } from "./witness.ts";

const event = anEvent("StockReserved");
const record: OrderRecord = { orderId: event.orderId, events: { [event.type]: event } };

const booksWith = (otherRecords: OrderRecord[]): Books => ({
  orders: [],
  stock: [],
  reservations: [],
  payments: [],
  bulks: [],
  feeds: [],
  restocks: [],
  otherRecords,
  intents: [],
  notifications: [],
  mails: [],
  queues: [],
  deadLetters: [],
  pendingDeliveries: 0,
});
const observed: Observations = {
  now: 0,
  published: [{ event, times: 1, replays: 0, hasVariants: false }],
  accepted: [],
  leaks: [],
};

test("a published event is recorded if any service's record has it", () => {
  expect(violationsAlways(booksWith([record]), observed)).toEqual([]);
});

test("one that no record has, or that a record has with other data, violates A9", () => {
  const changed = { ...event, occurredAt: "2026-01-01T00:00:00.000Z" };
  for (const records of [[], [{ ...record, events: { [event.type]: changed } }]])
    expect(violationsAlways(booksWith(records), observed)).toMatchObject([
      { invariant: "A9", orderId: event.orderId },
    ]);
});
