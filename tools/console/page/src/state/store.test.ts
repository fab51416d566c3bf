// The store: a frame replaces by key, an applied frame changes nothing, and memory is bounded.
import { expect, test } from "vitest";
import type { EventRow, Frame } from "../../../src/console-api.ts";
import { order, snapshot } from "../testing/snapshot.ts";
import { apply, applySnapshot, createStore, deadLetterCount } from "./store.ts";

const frame = (sequence: number, more: Partial<Frame>): Frame => ({
  sequence,
  at: "2026-11-23T09:00:02.000Z",
  runtimeId: "first-run",
  ...more,
});
const row = (number: number): EventRow => ({
  number,
  id: `event-${number}`,
  type: "OrderPlaced",
  orderId: "ord_1",
  causationId: null,
  producer: "orders",
  occurredAt: "2026-11-23T09:00:00.000Z",
  at: "2026-11-23T09:00:00.000Z",
  isReplay: false,
  isRepeat: false,
  isOdd: false,
  reactions: [],
});
function storeWith(more: Parameters<typeof snapshot>[0] = {}) {
  const store = createStore();
  applySnapshot(store, snapshot(more));
  return store;
}

test("a frame replaces an order by its id and leaves the others", () => {
  const store = storeWith({ orders: [order("ord_1"), order("ord_2")] });
  apply(store, frame(11, { orders: [order("ord_2", { status: "CANCELLED" })] }));
  expect([...store.orders.value.values()].map(({ orderId, status }) => [orderId, status])).toEqual([
    ["ord_1", "CONFIRMED"],
    ["ord_2", "CANCELLED"],
  ]);
  expect(store.sequence.value).toBe(11);
});

test("a new order comes first, whenever its frame comes", () => {
  const store = storeWith({ orders: [order("ord_1")] });
  apply(store, frame(11, { orders: [order("ord_2", { placedAt: "2026-11-23T09:30:00.000Z" })] }));
  apply(store, frame(12, { orders: [order("ord_0", { placedAt: "2026-11-23T08:30:00.000Z" })] }));
  expect([...store.orders.value.keys()]).toEqual(["ord_2", "ord_1", "ord_0"]);
});

test("a frame that comes twice, or late, changes nothing", () => {
  const store = storeWith({ events: [row(1)] });
  const late = frame(11, { events: [row(2)], orders: [order("ord_1")] });
  apply(store, late);
  const before = store.orders.value;
  apply(store, late);
  apply(store, frame(10, { orders: [order("ord_9")] }));
  expect(store.orders.value).toBe(before);
  expect(store.events.value.map(({ number }) => number)).toEqual([1, 2]);
});

test("what a frame does not carry keeps its very value, so that nothing is drawn for it", () => {
  const store = storeWith({ orders: [order("ord_1")], events: [row(1)] });
  const { orders, events, queues } = store;
  const before = [orders.value, events.value, queues.value];
  apply(store, frame(11, { clock: { now: "2026-11-23T10:00:00.000Z", aheadSeconds: 3600 } }));
  expect([orders.value, events.value, queues.value]).toEqual(before);
  expect(orders.value).toBe(before[0]);
  expect(store.clock.value.aheadSeconds).toBe(3600);
});

test("dead letters are all of them or none: a group that is gone is gone", () => {
  const group = {
    key: "a",
    queue: "inventory-commit-stock-dlq",
    reaction: "commit-stock",
    kind: "dead-letter" as const,
    cause: "exhausted",
    message: "",
    count: 3,
    oldestAt: "2026-11-23T09:00:00.000Z",
    orderIds: [],
    act: "",
    failedAgain: false,
  };
  const store = storeWith({ deadLetters: [group, { ...group, key: "b", count: 2 }] });
  expect(deadLetterCount(store)).toBe(5);
  apply(store, frame(11, { deadLetters: [group] }));
  expect(deadLetterCount(store)).toBe(3);
});

test("a snapshot of another run forgets the one before, though its numbers are smaller", () => {
  const store = storeWith({ orders: [order("ord_1")], events: [row(7)] });
  applySnapshot(store, snapshot({ sequence: 2, runtimeId: "second-run", events: [row(1)] }));
  expect(store.orders.value.size).toBe(0);
  expect(store.events.value.map(({ number }) => number)).toEqual([1]);
  expect([store.sequence.value, store.runtimeId.value]).toEqual([2, "second-run"]);
});

test("a page that is open all day keeps the newest five thousand", () => {
  const store = storeWith();
  for (let sequence = 11; sequence < 31; sequence++) {
    const first = (sequence - 11) * 400;
    const numbers = Array.from({ length: 400 }, (_, index) => first + index);
    const orders = numbers.map((number) =>
      order(`ord_${number}`, { placedAt: new Date(1_800_000_000_000 + number * 1000).toISOString() }),
    );
    apply(store, frame(sequence, { events: numbers.map(row), orders }));
  }
  expect(store.events.value).toHaveLength(5000);
  expect(store.events.value.at(-1)?.number).toBe(7999);
  expect(store.orders.value.size).toBe(5000);
  expect(store.orders.value.has("ord_7999")).toBe(true);
});
