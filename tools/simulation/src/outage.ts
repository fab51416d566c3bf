// After an outage of the bus: orders that were accepted and never said, and fresh ones beside them.

import { functionsOf, type ServiceManifest } from "@order-saga/messaging";
import { batchesUnder } from "@order-saga/messaging/provider-limit";
import { accept } from "@order-saga/orders/order";
import { toItem } from "@order-saga/orders/store/record";
import { orderRecord } from "@order-saga/protocol/records";
import { services } from "@order-saga/services";
import { keepItem } from "./dynamodb/values.ts";
import type { FunctionCode } from "./lambda.ts";
import { type Plan, START } from "./plan.ts";
import { createWorld, openShop, type World } from "./world.ts";

export type Outage = {
  /** Orders that no service has heard of, placed evenly over the outage. */
  orders: number;
  outageMinutes: number;
  /** So long ago the bus came back; the youngest of them was placed then. */
  backMinutes: number;
  /** Orders a second, placed while the backlog is cleared. */
  fresh: number;
  freshSeconds: number;
  /** Calls a second that the provider takes of each operation, and mails. */
  providerPerSecond: number;
  mailsPerSecond: number;
  skus: number;
};

/** Seconds. */
type Times = { p50: number; p99: number; most: number };

export type Cleared = {
  /** Until the last of the backlog has ended, from the first run of the sweep on. */
  clearedSeconds: number;
  /** Events of the backlog that were said again, and how often one was at most. */
  repeats: number;
  freshDecided: Times;
  freshSettled: Times;
  freshConfirmed: number;
  /** The longest that each queue was. */
  longest: Readonly<Record<string, number>>;
  deadLetters: number;
  mailsSeconds: number;
  ends: Readonly<Record<string, number>>;
};

/** The slowest reading, writing and asking there is; the provider takes 200 ms for an answer. */
const pace = { call: 5, bus: 100, poll: 20, indexLag: 100 };
const LONGEST_MINUTES = 600;

export async function clearAfter(
  given: Outage,
  functions: ReadonlyMap<string, FunctionCode>,
): Promise<Cleared> {
  const plan = planOf(given);
  const world = createWorld(plan, { first: functions, second: functions }, { services: servicesFor(given) });
  const { scheduler } = world.context;
  await openShop(world);
  const backlog = seed(world, given);
  const watch = watchEnds(world, backlog);
  world.begin();
  const until = plan.start + LONGEST_MINUTES * 60_000;
  while (!watch.isOver() && (scheduler.next() ?? until) < until) {
    await scheduler.step();
    world.takeStep();
    watch.look();
  }
  return watch.result();
}

function planOf({ fresh, freshSeconds, skus }: Outage): Plan {
  const orders = Array.from({ length: Math.floor(fresh * freshSeconds) }, (_, index) => ({
    number: index + 1,
    at: 60_000 + Math.floor((index * 1000) / fresh),
    customer: `customer-${index}`,
    lines: [{ sku: `TEA-${index % skus}`, quantity: 1 }],
    paymentMethod: "pm_card_visa",
  }));
  return {
    seed: 1,
    start: START,
    pace,
    settings: { decideWithinSeconds: 900, reservationSeconds: 900 },
    products: Array.from({ length: skus }, (_, n) => ({ sku: `TEA-${n}`, unitPrice: 850, stock: 1_000_000 })),
    orders,
    changes: [],
    faults: [],
    faultsUntil: 0,
    redriveWithinSeconds: 10,
  };
}

/** As a stage has them whose accounts allow so much. */
function servicesFor({ mailsPerSecond, providerPerSecond }: Outage): ServiceManifest[] {
  const limits = { stripe: providerPerSecond, ses: mailsPerSecond };
  return services.map((service) => ({
    ...service,
    reactions: service.reactions.map((each) =>
      each.calls ? { ...each, ...batchesUnder(limits[each.calls.provider]) } : each,
    ),
    settings: {
      ...service.settings,
      ...Object.fromEntries(
        functionsOf(service).flatMap(({ calls }) =>
          calls ? [[calls.setting, String(limits[calls.provider])]] : [],
        ),
      ),
    },
  }));
}

/** Records as place-order leaves them where the bus takes nothing. */
function seed(world: World, { backMinutes, orders, outageMinutes, skus }: Outage): Set<string> {
  const table = world.cloud.tableOf("orders");
  const now = world.context.scheduler.now();
  const ids = new Set<string>();
  for (let n = 0; n < orders; n++) {
    const orderId = `ord_${(n * 2_654_435_761).toString(16).padStart(32, "0").slice(-32)}`;
    const ago = (backMinutes + (outageMinutes * (orders - n)) / orders) * 60_000;
    const order = accept({
      orderId,
      principal: `principal-${n}`,
      fingerprint: "simulated",
      recipient: { contact: { email: `customer-${n}@example.com`, name: "Ada" } },
      currency: "EUR",
      lines: [{ sku: `TEA-${n % skus}`, name: "Tea", quantity: 1, unitPrice: 850 }],
      paymentMethod: "pm_card_visa",
      decideWithinSeconds: 900,
      now: Math.floor(now - ago),
    });
    table.put(orderRecord.key(orderId), keepItem(toItem(order)), 0);
    ids.add(orderId);
  }
  return ids;
}

const ends = new Set(["OrderConfirmed", "OrderRejected", "OrderCancelled"]);

/** Reads what was published, and how long the queues are once a second. */
function watchEnds(world: World, backlog: ReadonlySet<string>) {
  const { context, cloud } = world;
  const { plan, scheduler } = context;
  const placedAt = new Map(plan.orders.map((order) => [world.orderIdOf(order), plan.start + order.at]));
  const decided: number[] = [];
  const settled: number[] = [];
  const said = new Map<string, number>();
  const endsOf: Record<string, number> = {};
  const longest: Record<string, number> = {};
  const ended = new Set<string>();
  let read = 0;
  let nextLook = 0;
  let clearedAt = 0;
  let beganAt = 0;
  let confirmed = 0;
  let deadLetters = 0;

  function note(type: string, orderId: string, at: number): void {
    const placed = placedAt.get(orderId);
    if (type === "OrderPlaced" && backlog.has(orderId)) {
      beganAt ||= at;
      said.set(orderId, (said.get(orderId) ?? 0) + 1);
    }
    if (ends.has(type) && !ended.has(orderId)) {
      ended.add(orderId);
      if (placed !== undefined) decided.push((at - placed) / 1000);
      if (placed !== undefined && type === "OrderConfirmed") confirmed++;
      if (placed === undefined) endsOf[type] = (endsOf[type] ?? 0) + 1;
      if (placed === undefined) clearedAt = at;
    }
    if (placed !== undefined && type === "StockCommitted") settled.push((at - placed) / 1000);
  }

  function look(): void {
    for (const { published } = cloud.bus; read < published.length; read++) {
      const { accepted, at, event } = published[read] ?? {};
      if (accepted && event && "orderId" in event && at !== undefined) note(event.type, event.orderId, at);
    }
    if (scheduler.now() < nextLook) return;
    nextLook = scheduler.now() + 1000;
    for (const { kind, messages, resource } of cloud.queues.all.values()) {
      if (kind === "reaction") longest[resource.name] = Math.max(longest[resource.name] ?? 0, messages.size);
      else deadLetters = Math.max(deadLetters, messages.size);
    }
  }

  const isEmpty = () =>
    [...cloud.queues.all.values()].every(({ kind, messages }) => kind !== "reaction" || messages.size === 0);
  const total = backlog.size + plan.orders.length;
  return {
    look,
    isOver: () => ended.size === total && settled.length >= confirmed && isEmpty(),
    result: (): Cleared => ({
      clearedSeconds: (clearedAt - beganAt) / 1000,
      repeats: [...said.values()].reduce((sum, times) => sum + times - 1, 0),
      freshDecided: timesOf(decided),
      freshSettled: timesOf(settled),
      freshConfirmed: confirmed,
      longest,
      deadLetters,
      mailsSeconds: (Math.max(0, ...cloud.mail.mails.map(({ at }) => at)) - plan.start) / 1000,
      ends: endsOf,
    }),
  };
}

function timesOf(seconds: number[]): Times {
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}
