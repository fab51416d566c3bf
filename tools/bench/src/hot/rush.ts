// A rush for one SKU in the simulator: the shipped reactions of inventory, and a payment around them.
import { type DomainEvent, sourceOfEvent } from "@order-saga/contracts";
import { published } from "@order-saga/emulator/dynamodb/contention/throughput";
import { anOrder, orderIdOf } from "@order-saga/inventory/testing";
import type { ServiceManifest } from "@order-saga/messaging";
import { anEvent } from "@order-saga/messaging/testing";
import { reservationRecord, stockRecord } from "@order-saga/protocol/records";
import { services } from "@order-saga/services";
import { contentionOf } from "@order-saga/simulation/dynamodb/contention";
import { keepItem } from "@order-saga/simulation/dynamodb/values";
import type { FunctionCode } from "@order-saga/simulation/lambda";
import { type Plan, START } from "@order-saga/simulation/plan";
import { createWorld, type World } from "@order-saga/simulation/world";
import { quantile } from "../statistics.ts";

export type Rush = {
  ordersPerSecond: number;
  seconds: number;
  transactionMilliseconds: number;
  buckets: number;
  /** Write units a second that the table takes at once; a new one 4,000. */
  warmWriteUnits: number;
};

export type RushResult = {
  orders: number;
  /** Seconds from the order to its committed stock. */
  p50: number;
  p99: number;
  /** Orders of which a message came more than once. */
  redelivered: number;
  deadLetters: number;
  /** Transactions that were cancelled for another one on the same item. */
  conflicts: number;
  throttled: number;
  /** More units taken than there were, or a bucket below zero. */
  oversold: number;
  /** There is a unit for every order, so that each rejection is false. */
  falseRejections: number;
};

export const SKU = "TEA-HOT";
/** Authorisation and capture, from the order that is placed and has its stock. */
const PAYMENT_MILLISECONDS = 1000;

/** Exactly as many units as orders, all in the head at first. */
export async function rush(given: Rush, functions: ReadonlyMap<string, FunctionCode>): Promise<RushResult> {
  const world = createWorld(
    planOf(given),
    { first: functions, second: functions },
    { services: [inventoryAlone] },
  );
  const { scheduler } = world.context;
  const orders = Math.round(given.ordersPerSecond * given.seconds);
  stock(world, orders, given.buckets);
  const say = (event: DomainEvent) =>
    world.cloud.bus.forge({
      source: sourceOfEvent(event.type),
      detailType: event.type,
      detail: JSON.stringify(event),
    });
  scheduler.skipTo(START);
  for (let number = 1; number <= orders; number++) {
    const at = placedAt(given, number);
    scheduler.at(at, () => say(anOrder(orderIdOf(number), { [SKU]: 1 })));
  }
  const reserved = new Set<string>();
  const committed = new Map<string, number>();
  const { published } = world.observed;
  for (let seen = 0; scheduler.next() !== undefined; ) {
    await scheduler.step();
    world.takeStep();
    for (; seen < published.length; seen++) {
      const { accepted, at, event } = published[seen] as (typeof published)[number];
      if (!accepted || !event) continue;
      if (event.type === "StockReserved" && !reserved.has(event.orderId)) {
        reserved.add(event.orderId);
        const captured = anEvent("PaymentCaptured", { orderId: event.orderId, now: Math.floor(at) });
        scheduler.after(PAYMENT_MILLISECONDS, () => say(captured));
      }
      if (event.type === "StockCommitted" && !committed.has(event.orderId)) committed.set(event.orderId, at);
    }
  }
  const waits = Array.from({ length: orders }, (_, index) => {
    const at = committed.get(orderIdOf(index + 1));
    return at === undefined ? Number.POSITIVE_INFINITY : (at - placedAt(given, index + 1)) / 1000;
  });
  return { orders, p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), ...judge(world, orders) };
}

const placedAt = ({ ordersPerSecond }: Rush, number: number) => START + (number * 1000) / ordersPerSecond;

const planOf = ({ transactionMilliseconds: transaction, warmWriteUnits: write }: Rush): Plan => ({
  seed: 1,
  start: START,
  pace: { call: 10, bus: 50, poll: 20, indexLag: 10 },
  contention: contentionOf({
    transaction,
    throughput: { ...published, warm: { ...published.warm, write } },
  }),
  settings: { decideWithinSeconds: 900, reservationSeconds: 900 },
  products: [],
  orders: [],
  changes: [],
  faults: [],
  faultsUntil: 0,
  redriveWithinSeconds: 10,
});

/** Without schedules, which would only look on here, and without what imports feeds. */
const inventoryAlone: ServiceManifest = (() => {
  const inventory = services.find(({ name }) => name === "inventory");
  if (!inventory) throw new TypeError("There is no inventory.");
  const reactions = inventory.reactions.filter(({ from }) => from === "bus");
  return { ...inventory, reactions, schedules: [], routes: [] };
})();

function stock(world: World, units: number, buckets: number): void {
  const item = {
    ...stockRecord.key(SKU),
    sku: SKU,
    available: units,
    reserved: 0,
    sold: 0,
    restocked: units,
    ...(buckets > 1 && { buckets, given: 1 }),
  };
  world.cloud.tableOf("inventory").put(stockRecord.key(SKU), keepItem(item), 0);
}

function judge({ context, observed }: World, units: number): Omit<RushResult, "orders" | "p50" | "p99"> {
  const items = [...observed.items("inventory")];
  const counters = items
    .filter(stockRecord.is)
    .map(({ available, reserved, sold }) => [available, reserved, sold].map(Number));
  const inAll = (which: number) => counters.reduce((sum, each) => sum + (each[which] ?? 0), 0);
  const below = counters.flat().filter((count) => count < 0).length;
  const rejections = items.filter((item) => reservationRecord.is(item) && item.state === "REJECTED").length;
  const times = new Map<string, number>();
  for (const { orderId, to } of observed.deliveries)
    times.set(`${to} ${orderId}`, (times.get(`${to} ${orderId}`) ?? 0) + 1);
  const again = [...times].filter(([, count]) => count > 1).map(([message]) => message.split(" ")[1]);
  const seen = (race: string) => context.coverage.get(`race ${race}`) ?? 0;
  return {
    redelivered: new Set(again).size,
    deadLetters: [...observed.queues()].reduce(
      (sum, { kind, messages }) => sum + (kind === "reaction" ? 0 : [...messages].length),
      0,
    ),
    conflicts: seen("transaction in conflict"),
    throttled:
      seen("partition throttled") + seen("table throttled beyond its ramp") + seen("index throttled"),
    oversold: below + Math.max(0, inAll(1) + inAll(2) - units),
    falseRejections: rejections,
  };
}
