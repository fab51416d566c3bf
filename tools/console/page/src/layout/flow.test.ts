// The flow map's layout: everything once, no overlaps, causes left of effects, and no line under a box.
import { expect, test } from "vitest";
import type { EventRow } from "../../../src/console-api.ts";
import { gauge, reaction, topology } from "../testing/topology.ts";
import { edgeWords, layoutFlow, nearOf, neighbourOf, recentEvents, trafficOf } from "./flow.ts";
import type { FlowNode } from "./flow-graph.ts";

const flow = layoutFlow(topology);
const node = (id: string): FlowNode => {
  const found = flow.nodes.find((each) => each.id === id);
  if (!found) throw new Error(`${id} is not on the map`);
  return found;
};
const edge = (id: string) => flow.edges.find((each) => each.id === id);

test("every reaction, event, timer and route that says something is on the map once, and nothing else", () => {
  expect(flow.nodes.map(({ id }) => id).sort()).toEqual([
    "event:OrderPlaced",
    "event:ReservationExpired",
    "event:StockReleased",
    "event:StockReserved",
    "reaction:release-stock",
    "reaction:reserve-stock",
    "reaction:track-order",
    "route:place-order",
    "schedule:signal-expiry",
    "schedule:sweep-orders",
  ]);
});

test("every event that is heard or said is one line between two nodes", () => {
  expect(flow.edges.map(({ id }) => id).sort()).toEqual([
    "event:OrderPlaced→reaction:reserve-stock",
    "event:ReservationExpired→reaction:release-stock",
    "event:StockReleased→reaction:track-order",
    "event:StockReserved→reaction:track-order",
    "reaction:release-stock→event:StockReleased",
    "reaction:reserve-stock→event:StockReserved",
    "route:place-order→event:OrderPlaced",
    "schedule:signal-expiry→event:ReservationExpired",
    "schedule:sweep-orders→event:OrderPlaced",
  ]);
});

test("a reaction that was added in code appears with its queue and its lines", () => {
  const added = reaction("score-fraud", "payment", ["OrderPlaced"], ["StockReserved"]);
  const more = layoutFlow({ ...topology, reactions: [...topology.reactions, added] });
  expect(more.nodes.find(({ id }) => id === "reaction:score-fraud")).toMatchObject({
    queue: "payment-score-fraud",
    deadLetterQueue: "payment-score-fraud-dlq",
  });
  expect(more.edges.filter(({ id }) => id.includes("score-fraud"))).toHaveLength(2);
});

test("a bucket stands between what signs uploads and what hears of them, and tasks are a line of their own", () => {
  const [orders, ...others] = topology.services;
  if (!orders) throw new Error("The topology has no service.");
  const form = { name: "sign", method: "POST", path: "/files", says: [], signsUploads: true };
  const services = [{ ...orders, bucket: "files", routes: [...orders.routes, form] }, ...others];
  const take = {
    ...reaction("take-in", orders.name, []),
    hearsUploads: true,
    sends: ["take-in", "work-off"],
  };
  const reactions = [...topology.reactions, take, reaction("work-off", orders.name, [])];
  const more = layoutFlow({ ...topology, services, reactions });
  const words = more.edges.filter(({ id }) => /files|take-in/.test(id)).map(edgeWords);
  expect(words.sort()).toEqual([
    "an upload to take-in",
    "sign signs an upload into files",
    "tasks of take-in to work-off",
  ]);
  expect(more.nodes.find(({ id }) => id === "bucket:files")).toMatchObject({ service: orders.name });
});

test("a line whose event no manifest declares is left out", () => {
  const stray = reaction("stray", "payment", ["Unheard"], []);
  expect(layoutFlow({ ...topology, reactions: [...topology.reactions, stray] }).edges).toHaveLength(
    flow.edges.length,
  );
});

test("a cause stands left of its effect", () => {
  for (const { from, to } of flow.edges) expect(node(from).x, `${from} → ${to}`).toBeLessThan(node(to).x);
});

test("what takes something back, what fails and what is only said again are told apart", () => {
  expect(edge("reaction:release-stock→event:StockReleased")?.isUndo).toBe(true);
  expect(edge("reaction:reserve-stock→event:StockReserved")?.isUndo).toBe(false);
  expect(edge("schedule:sweep-orders→event:OrderPlaced")?.isRepeat).toBe(true);
  expect(edge("schedule:signal-expiry→event:ReservationExpired")?.isRepeat).toBe(false);
  expect(node("event:ReservationExpired").isFailure).toBe(true);
});

test("a line names in words which service hears or publishes which event", () => {
  const words = flow.edges.map(edgeWords);
  expect(words).toContain("OrderPlaced to reserve-stock");
  expect(words).toContain("reserve-stock says StockReserved");
});

test("near a node are its lines and their other ends; near a line its two ends", () => {
  expect([...nearOf(flow, "reaction:reserve-stock")].sort()).toEqual([
    "event:OrderPlaced",
    "event:OrderPlaced→reaction:reserve-stock",
    "event:StockReserved",
    "reaction:reserve-stock",
    "reaction:reserve-stock→event:StockReserved",
  ]);
  expect([...nearOf(flow, "event:StockReserved→reaction:track-order")].sort()).toEqual([
    "event:StockReserved",
    "event:StockReserved→reaction:track-order",
    "reaction:track-order",
  ]);
  expect(nearOf(flow, undefined).size).toBe(0);
});

test("arrow keys go to what lies that way, and nowhere at the edge", () => {
  expect(neighbourOf(flow, "route:place-order", "right")).toBe("event:OrderPlaced");
  expect(neighbourOf(flow, "event:OrderPlaced", "right")).toBe("reaction:reserve-stock");
  expect(neighbourOf(flow, "reaction:track-order", "right")).toBeUndefined();
  for (const { id } of flow.nodes) {
    const right = neighbourOf(flow, id, "right");
    if (right) expect(node(right).x).toBeGreaterThan(node(id).x);
    const up = neighbourOf(flow, id, "up");
    if (up) expect(node(up).y).toBeLessThan(node(id).y);
  }
  expect(neighbourOf(flow, "reaction:gone", "up")).toBeUndefined();
});

test("a reaction's traffic: what waits for its next attempt does not run", () => {
  const queues = new Map([
    gauge("inventory-reserve-stock", {
      ready: 2,
      delayed: 1,
      inFlight: 3,
      running: 1,
      retrying: 1,
      failed: 4,
      oldestAt: "2026-11-23T09:00:00.000Z",
    }),
    gauge("inventory-reserve-stock-dlq", { ready: 5, inFlight: 1 }),
    gauge("inventory-reserve-stock-undelivered", { ready: 7 }),
    gauge("orders-track-order", { ready: 90 }),
  ]);
  expect(trafficOf(node("reaction:reserve-stock"), queues)).toEqual({
    waiting: 5,
    running: 1,
    oldestAt: "2026-11-23T09:00:00.000Z",
    failed: 4,
    dead: 6,
    undelivered: 7,
    retrying: 1,
  });
  expect(trafficOf(node("reaction:release-stock"), new Map())).toMatchObject({ waiting: 0, dead: 0 });
});

test("recent events are those since a moment, counted by type", () => {
  const row = (type: string, second: number): EventRow => ({
    number: second,
    id: `${second}`,
    type,
    orderId: "ord_1",
    causationId: null,
    producer: "orders",
    occurredAt: "",
    at: new Date(second * 1000).toISOString(),
    isReplay: false,
    isRepeat: false,
    isOdd: false,
    reactions: [],
  });
  const rows = [row("Old", 1), row("OrderPlaced", 10), row("StockReserved", 11), row("OrderPlaced", 12)];
  expect(Object.fromEntries(recentEvents(rows, 10_000))).toEqual({ OrderPlaced: 2, StockReserved: 1 });
});
