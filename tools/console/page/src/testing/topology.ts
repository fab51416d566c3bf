// A small topology for tests: two services, one compensation, one timer.
import type { QueueGauge, ReactionNode, ServiceName, Topology } from "../../../src/console-api.ts";

export const services: readonly ServiceName[] = ["orders", "inventory", "payment", "notification"];

export const reaction = (
  name: string,
  service: ServiceName,
  hears: string[],
  says: string[] = [],
): ReactionNode => ({
  name,
  service,
  hears,
  says,
  queue: `${service}-${name}`,
  deadLetterQueue: `${service}-${name}-dlq`,
  undeliveredQueue: `${service}-${name}-undelivered`,
  maxReceiveCount: 5,
  visibilityTimeoutSeconds: 180,
  timeoutSeconds: 30,
  batchSize: 10,
});

const event = (type: string, producer: ServiceName, layer: number, isFailure = false) => ({
  type,
  producer,
  layer,
  isFailure,
});

export const topology: Topology = {
  services: [
    {
      name: "orders",
      routes: [
        { name: "place-order", method: "POST", path: "/orders", says: ["OrderPlaced"] },
        { name: "get-order", method: "GET", path: "/orders/{orderId}", says: [] },
      ],
      schedules: [{ name: "sweep-orders", everyMinutes: 1, says: ["OrderPlaced"] }],
    },
    {
      name: "inventory",
      routes: [],
      schedules: [{ name: "signal-expiry", everyMinutes: 1, says: ["ReservationExpired"] }],
    },
  ],
  events: [
    event("OrderPlaced", "orders", 0),
    event("ReservationExpired", "inventory", 0, true),
    event("StockReserved", "inventory", 1),
    event("StockReleased", "inventory", 3),
  ],
  reactions: [
    reaction("reserve-stock", "inventory", ["OrderPlaced"], ["StockReserved"]),
    reaction("release-stock", "inventory", ["ReservationExpired"], ["StockReleased"]),
    reaction("track-order", "orders", ["StockReserved", "StockReleased"]),
  ],
};

export const gauge = (queue: string, more: Partial<QueueGauge> = {}): [string, QueueGauge] => [
  queue,
  {
    queue,
    kind: "reaction",
    reaction: "reserve-stock",
    ready: 0,
    delayed: 0,
    inFlight: 0,
    retrying: 0,
    running: 0,
    delivered: 0,
    settled: 0,
    failed: 0,
    ...more,
  },
];
