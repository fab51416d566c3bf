// A whole world from a plan: the shipped functions over a simulated cloud, and what the checkers may see of it.

import type { EventOf, ServiceName } from "@order-saga/contracts";
import type { ExecutionEnvironment } from "@order-saga/messaging/execution-environment";
import { allReactions } from "@order-saga/messaging/topology";
import { createIdentity } from "@order-saga/orders/identity/hmac";
import {
  adjustmentRecord,
  productRecord,
  reservationRecord,
  stockRecord,
} from "@order-saga/protocol/records";
import { type Bus, createBus } from "./bus.ts";
import type { Delivery, Item, LostMessage, Observed, Step } from "./checkers/observed.ts";
import { environments, orderIdSecret, services } from "./composition.ts";
import { see, watchWrite } from "./coverage.ts";
import { type Customers, createCustomers, keyOf } from "./customers.ts";
import { createDocumentClient, orderIn } from "./dynamodb/client.ts";
import { createTable, type Table } from "./dynamodb/table.ts";
import { createGround, type Ground, siteOf } from "./ground.ts";
import { createLambda, type FunctionCode, type Lambda } from "./lambda.ts";
import { createMailProvider } from "./mail.ts";
import { createMapping } from "./mapping.ts";
import { poison, redrive } from "./operator.ts";
import type { Plan, PlannedOrder } from "./plan.ts";
import { type Caller, createCalls } from "./ports.ts";
import { createProvider } from "./provider.ts";
import { createQueues, type Message, type Queues } from "./queues.ts";
import { readable } from "./readable.ts";
import { createTimers } from "./timers.ts";

/** The functions' code, by version: a deployment replaces the first by the second. */
export type Versions = {
  readonly first: ReadonlyMap<string, FunctionCode>;
  readonly second: ReadonlyMap<string, FunctionCode>;
};

export type World = {
  readonly ground: Ground;
  readonly observed: Observed;
  /** An item as it lies in the table. */
  stored(service: ServiceName, pk: string, sk: string): Item | undefined;
  readonly customers: Customers;
  readonly queues: Queues;
  readonly lambda: Lambda;
  readonly bus: Bus;
  /** What was touched since the last call; undefined if nothing was. */
  takeStep(): Step | undefined;
  /** Plans the faults that happen at a moment, and lets the customers come. */
  begin(): void;
  stopFaults(): void;
  orderIdOf(order: PlannedOrder): string;
};

export type WorldOptions = {
  /** Keeps notes for a timeline. */
  isRecording?: boolean;
  /** Breaks the world on purpose: no table looks at a condition. Whoever finds nothing then finds nothing at all. */
  sabotage?: boolean;
};

export function createWorld(plan: Plan, versions: Versions, options: WorldOptions = {}): World {
  const identity = createIdentity(orderIdSecret);
  const orderIds = new Map(
    plan.orders.map((order) => [order.number, identity.orderId(order.customer, keyOf(order, plan))]),
  );
  const orderIdOf = ({ number }: PlannedOrder) => orderIds.get(number) ?? "";
  const numbers = new Map([...orderIds].map(([number, orderId]) => [orderId, number]));
  const ground = createGround(plan, { numbers, isRecording: options.isRecording ?? false });
  const { scheduler } = ground;
  const call = createCalls(ground);
  const reactions = allReactions(services);
  const touched = { orderIds: new Set<string>(), skus: new Set<string>(), written: [] as Item[], any: false };
  const lines: string[] = [];
  const timersActed: string[] = [];
  const isCalm = plan.faults.length === 0 && plan.orders.every((order) => order.cancelAt === undefined);
  const deliveries: Delivery[] = [];
  const lost: LostMessage[] = [];
  const stocked = new Map<string, number>();
  const prices = new Map<string, { from: number; unitPrice: number }[]>();

  function touch(orderId: string | undefined): void {
    touched.any = true;
    if (orderId !== undefined) touched.orderIds.add(orderId);
  }

  const tables = new Map<string, Table>(
    services.map(({ name, table }) => [
      name,
      createTable(table, {
        now: scheduler.now,
        ignoresConditions: options.sabotage ?? false,
        onPut(item, before) {
          onPut(item);
          watchWrite(ground.coverage, before && readable(before), readable(item));
          timers.wake(name);
        },
      }),
    ]),
  );

  function onPut(item: Item): void {
    const pk = String(item.pk);
    touch(orderIn(pk));
    touched.written.push(readable(item));
    if (stockRecord.is(item)) touched.skus.add(stockRecord.id(pk));
    if (reservationRecord.is(item) && item.state === "REJECTED" && sold(item.events))
      see(ground.coverage, "last pieces wanted by many");
    if (adjustmentRecord.is(item) && item.answer === undefined) {
      const sku = String(item.sku);
      stocked.set(sku, (stocked.get(sku) ?? 0) + Number(item.delta));
    }
    if (productRecord.is(item)) {
      const name = productRecord.id(pk);
      const known = prices.get(name) ?? [];
      prices.set(name, [...known, { from: scheduler.now(), unitPrice: Number(item.unitPrice) }]);
    }
  }

  /** True if others hold or have bought what this order was refused. */
  function sold(events: unknown): boolean {
    const { StockRejected: rejected } = events as { StockRejected?: EventOf<"StockRejected"> };
    return (rejected?.data.shortages ?? []).some(({ sku }) => {
      const level = tableOf("inventory").get(stockRecord.key(sku));
      return Number(level?.reserved) + Number(level?.sold) > 0;
    });
  }

  const tableOf = (name: string | undefined): Table => {
    const table = tables.get(name ?? "");
    if (!table) throw new TypeError(`There is no table ${name}.`);
    return table;
  };
  const queues = createQueues(ground, call, reactions, (queue, message) => {
    touch(message.orderId);
    if (queue.source === undefined || !isPurged(ground, queue.resource.name, message.orderId)) return true;
    lost.push({ to: queue.source, orderId: message.orderId, eventType: message.eventType });
    return false;
  });
  const bus = createBus(ground, call, { reactions, queues, onEntry: ({ event }) => touch(event?.orderId) });
  const mailProvider = createMailProvider(ground, call, ({ orderId }) => touch(orderId));
  const provider = createProvider(ground, call, touch);

  const variables = settingsOf(plan);
  const clocks = new Map(services.map(({ name }) => [name as string, createClock(ground, name)]));
  const clockOf = (service: string) => clocks.get(service)?.() ?? scheduler.now();
  let ids = 0;

  function sandboxFor(code: FunctionCode, caller: Caller): ExecutionEnvironment {
    const clients = {
      dynamodb: () => createDocumentClient(ground, call, caller, tableOf),
      eventbridge: () => bus.client(caller),
      sqs: () => queues.client(caller),
      ses: () => mailProvider.client(caller),
      stripe: () => provider.client(caller),
    };
    return {
      variable: (name) => variables.get(code.name)?.[name],
      now: () => Math.floor(clockOf(code.service)),
      newId: () => `simulated-${++ids}`,
      pause: (longest) =>
        new Promise((resolve) => {
          const { chance } = ground.occurrence(`${code.name}/pause`);
          scheduler.after(chance(1) * longest, () => {
            if (caller.isAlive()) scheduler.resume(resolve);
          });
        }),
      write(line) {
        touched.any = true;
        lines.push(line);
        if (line.includes('"message":"sweep acted"')) timersActed.push(code.name);
      },
      client: <T>(kind: keyof typeof clients) => clients[kind]() as T,
    };
  }

  const lambda = createLambda(ground, sandboxFor);
  const deployed = new Set<string>();
  const codeOf = (name: string): FunctionCode => {
    const service = name.slice(0, name.indexOf("-"));
    const code = (deployed.has(service) ? versions.second : versions.first).get(name);
    if (!code) throw new TypeError(`There is no function ${name}.`);
    return code;
  };
  const timers = createTimers({ ground, lambda, services, tableOf, code: codeOf, clockOf });
  const mappings = new Map(
    reactions.map(({ manifest, queue }) => {
      const simulated = queues.all.get(queue.name);
      if (!simulated) throw new TypeError(`There is no queue ${queue.name}.`);
      const code = () => codeOf(queue.name);
      const onDeliver = ({ eventType, orderId }: Message) => {
        touch(orderId);
        deliveries.push({ at: scheduler.now(), to: queue.name, orderId, eventType });
      };
      const mapping = createMapping({ ground, lambda, queues, queue: simulated, manifest, code, onDeliver });
      return [queue.name, mapping];
    }),
  );
  queues.onVisible((name) => mappings.get(name)?.wake());
  const customers = createCustomers({
    ground,
    lambda,
    code: codeOf,
    orderIdOf,
    onCall: ({ orderId }) => touch(orderId),
  });

  const stored = (service: ServiceName, pk: string, sk: string): Item | undefined =>
    tableOf(service).get({ pk, sk });
  let faultsStoppedAt: number | undefined;
  const observed: Observed = {
    get now() {
      return scheduler.now();
    },
    get faultsStoppedAt() {
      return faultsStoppedAt;
    },
    clocksAheadMilliseconds: clocksWrong(plan, 1),
    clocksBehindMilliseconds: clocksWrong(plan, -1),
    get faultFree() {
      return isCalm && lambda.timeouts() === 0;
    },
    *items(service) {
      for (const item of tableOf(service).items()) yield readable(item);
    },
    item(service, pk, sk) {
      const item = stored(service, pk, sk);
      return item && readable(item);
    },
    published: bus.published,
    intents: provider.intents,
    mails: mailProvider.mails,
    calls: customers.calls,
    lines,
    *queues() {
      for (const { kind, messages, resource } of queues.all.values())
        yield { name: resource.name, kind, messages };
    },
    deliveries,
    lost,
    timersActed,
    stocked,
    prices,
  };

  const seen = { published: 0, mails: 0, calls: 0, lines: 0, deliveries: 0 };
  function takeStep(): Step | undefined {
    if (!touched.any) return undefined;
    const { orderIds, skus, written } = touched;
    const step: Step = { orderIds, skus, written, from: { ...seen } };
    touched.orderIds = new Set();
    touched.skus = new Set();
    touched.written = [];
    touched.any = false;
    seen.published = bus.published.length;
    seen.mails = mailProvider.mails.length;
    seen.calls = customers.calls.length;
    seen.lines = lines.length;
    seen.deliveries = deliveries.length;
    return step;
  }

  function at(milliseconds: number | undefined, run: () => void): void {
    scheduler.at(plan.start + (milliseconds ?? 0), run);
  }

  function wakeAll(): void {
    for (const mapping of mappings.values()) mapping.wake();
    for (const { name } of services) timers.wake(name);
  }

  function begin(): void {
    ground.startFaults();
    customers.come();
    for (const { until } of ground.lasting("paused")) at(until, wakeAll);
    for (const fault of plan.faults) {
      const acts = momentary[fault.kind as keyof typeof momentary];
      if (acts) {
        at(fault.from, () => {
          if (ground.areFaultsStopped()) return;
          ground.meet(fault);
          ground.note("world", undefined, () => `✗ ${fault.kind} ${fault.at} ${fault.variant ?? ""}`);
          acts(fault);
        });
      }
    }
  }

  const momentary = {
    redrive: ({ at: name, seconds = 0 }: Plan["faults"][number]) => {
      for (const queue of queues.all.values())
        if (queue.source === name) redrive(ground, queues, queue, seconds);
    },
    "archive-replay": ({ seconds = 3600 }: Plan["faults"][number]) => {
      if ([...provider.intents.values()].flat().some(({ state }) => state !== "held"))
        see(ground.coverage, "settled order replayed");
      bus.replay(scheduler.now() - seconds * 1000, scheduler.now());
    },
    poison: ({ at: name, order, variant }: Plan["faults"][number]) => {
      const reaction = reactions.find((each) => each.queue.name === name);
      const said = bus.published.flatMap(({ event }) =>
        event && ground.numberOf(event.orderId) === order ? event : [],
      );
      if (reaction) poison(variant, queues, bus, reaction, said);
    },
    deploy: ({ at: service }: Plan["faults"][number]) => {
      if (lambda.running() > 0) see(ground.coverage, "mixed deployment");
      deployed.add(service);
      lambda.retire(service);
    },
  };

  return {
    ground,
    observed,
    stored,
    customers,
    queues,
    lambda,
    bus,
    takeStep,
    begin,
    stopFaults() {
      ground.stopFaults();
      faultsStoppedAt = scheduler.now();
      // Clocks are right and nobody pauses from now on, so that what is due may be due at once.
      wakeAll();
    },
    orderIdOf,
  };
}

/** True if somebody purges this dead letter by mistake. */
function isPurged(ground: Ground, queueName: string, orderId: string | undefined): boolean {
  const { fault } = ground.occurrence(siteOf.receipt(queueName, ground.numberOf(orderId)));
  if (fault?.kind !== "dead-letter-lost") return false;
  ground.meet(fault);
  ground.note(queueName, orderId, () => "✗ purged");
  return true;
}

/** The most by which a clock is ahead (1) or behind (-1); the wrongs of a service's clock add up. */
function clocksWrong({ faults }: Plan, direction: 1 | -1): number {
  const wrong = new Map<string, number>();
  for (const { at, kind, seconds = 0 } of faults) {
    if (kind === "clock-skew" || kind === "clock-jump")
      wrong.set(at, (wrong.get(at) ?? 0) + Math.max(0, seconds * direction) * 1000);
  }
  return Math.max(0, ...wrong.values());
}

/** A service's own time: right, unless the plan has it wrong. */
function createClock(ground: Ground, service: string): () => number {
  const wrong = [...ground.lasting("clock-skew", service), ...ground.lasting("clock-jump", service)];
  const met = new Set<object>();
  return () => {
    let now = ground.scheduler.now();
    if (wrong.length === 0 || ground.areFaultsStopped()) return now;
    for (const fault of wrong) {
      if (ground.elapsed() < (fault.from ?? 0)) continue;
      if (!met.has(fault)) ground.meet(fault);
      met.add(fault);
      now += (fault.seconds ?? 0) * 1000;
    }
    return now;
  };
}

const environmentsOf = new Map<string, ReturnType<typeof environments>>();

/** The environments with the plan's settings, made once for each pair of them. */
function settingsOf({ settings }: Plan): ReturnType<typeof environments> {
  const { decideWithinSeconds, reservationSeconds } = settings;
  const name = `${decideWithinSeconds}/${reservationSeconds}`;
  const made =
    environmentsOf.get(name) ??
    environments({
      DECIDE_WITHIN_SECONDS: String(decideWithinSeconds),
      RESERVATION_SECONDS: String(reservationSeconds),
    });
  environmentsOf.set(name, made);
  return made;
}
