// The parts of the checkers' test world: records, events, customers, deliveries and the checkers' view.
import { type DomainEvent, type ServiceName, sourceOfEvent, subjectOf } from "@order-saga/contracts";
import { testNow } from "@order-saga/messaging/testing";
import { createIdentity } from "@order-saga/orders/identity/hmac";
import * as orders from "@order-saga/orders/order";
import { acceptedView } from "@order-saga/orders/views";
import { orderRecord, recordOfOrder, stockRecord } from "@order-saga/protocol/records";
import { services } from "@order-saga/services";
import type { ApiCall, Checker, Item, PublishedEntry, Step } from "./observed.ts";
import { orderOf, stockOf } from "./records.ts";
import { reactions } from "./testing-services.ts";
import type { Card, World } from "./testing-world.ts";

/** The items of each service's table, by `<pk>/<sk>`. */
export type Tables = ReadonlyMap<ServiceName, Map<string, Item>>;
/** What was written since the checkers last looked. */
export type Touched = { orderIds: Set<string>; skus: Set<string>; written: Item[] };
/** An event on its way to a reaction, named `<service>-<reaction>`. */
export type InFlight = { to: string; service: ServiceName; event: DomainEvent };

type RecordWriters = Pick<World, "put" | "amend" | "amendStock" | "forget">;
type EventWriters = Pick<World, "say" | "forge">;
type Watch = Pick<World, "look" | "rest">;
type Customers = Pick<World, "place" | "cancel">;
type Actions = RecordWriters & EventWriters & Watch & Customers & Pick<World, "run">;
type State = Omit<World, keyof Actions>;

const identity = createIdentity("secret");

export function emptyState(tables: Tables, checkers: Checker[]): State {
  const state: State = {
    now: testNow,
    faultsStoppedAt: undefined,
    clocksAheadMilliseconds: 0,
    clocksBehindMilliseconds: 0,
    faultFree: true,
    onlyProvider: false,
    onlyLimited: false,
    items: (service) => tableOf(tables, service).values(),
    item: (service, pk, sk) => tableOf(tables, service).get(`${pk}/${sk}`),
    queues: () => state.queued,
    published: [],
    intents: new Map(),
    mails: [],
    told: [],
    returns: [],
    webhooks: [],
    calls: [],
    lines: [],
    deliveries: [],
    lost: [],
    uploads: [],
    timersActed: [],
    stocked: new Map(),
    prices: new Map(),
    queued: [],
    checkers,
    found: [],
  };
  return state;
}

const tableOf = (tables: Tables, service: ServiceName) => tables.get(service) as Map<string, Item>;

export function recordWriters(state: State, tables: Tables, touched: Touched): RecordWriters {
  const put: World["put"] = (service, pk, sk, item) => {
    const written: Item = { pk, sk, ...item };
    tableOf(tables, service).set(`${pk}/${sk}`, written);
    touched.written.push(written);
    const { orderId, sku } = written;
    if (typeof orderId === "string") touched.orderIds.add(orderId);
    if (typeof sku === "string") touched.skus.add(sku);
  };
  return {
    put,
    amend(service, orderId, change) {
      const { pk, sk } = recordOfOrder(service).key(orderId);
      put(service, pk, sk, { ...state.item(service, pk, sk), ...change, orderId });
    },
    amendStock(sku, change) {
      const { pk } = stockRecord.key(sku);
      put("inventory", pk, stockRecord.sk, { ...stockOf(state, sku), sku, ...change });
    },
    forget(service, orderId) {
      const { pk, sk } = recordOfOrder(service).key(orderId);
      tableOf(tables, service).delete(`${pk}/${sk}`);
      touched.orderIds.add(orderId);
    },
  };
}

export function eventWriters(state: State, inFlight: InFlight[]): EventWriters {
  const publish = (entry: Omit<PublishedEntry, "at" | "accepted" | "resources">) =>
    state.published.push({ at: state.now, resources: [], ...entry, accepted: true });
  return {
    say(by, ...events) {
      for (const event of events) {
        if (!event) continue;
        const { type } = event;
        publish({ by, source: sourceOfEvent(type), detailType: type, detail: JSON.stringify(event), event });
        for (const { name, reactions } of services)
          for (const reaction of reactions.filter(({ hears }) => hears.includes(type)))
            inFlight.push({ to: `${name}-${reaction.name}`, service: name, event });
      }
    },
    forge(event, { by = "world", producer, source = sourceOfEvent(event.type) }) {
      const detail = JSON.stringify(producer ? { ...event, producer } : event);
      publish({ by, source, detailType: event.type, detail, event: producer ? undefined : event });
    },
  };
}

export function watch(state: State, touched: Touched): Watch {
  const shown = { published: 0, mails: 0, calls: 0, lines: 0, deliveries: 0, webhooks: 0 };
  const look: World["look"] = (more = {}) => {
    const step: Step = {
      orderIds: new Set([...touched.orderIds, ...(more.orderIds ?? [])]),
      skus: new Set([...touched.skus, ...(more.skus ?? [])]),
      written: touched.written.splice(0),
      from: { ...shown },
    };
    touched.orderIds.clear();
    touched.skus.clear();
    for (const list of Object.keys(shown) as (keyof typeof shown)[]) shown[list] = state[list].length;
    for (const checker of state.checkers) state.found.push(...(checker.afterStep?.(state, step) ?? []));
  };
  return {
    look,
    rest() {
      look();
      for (const checker of state.checkers) state.found.push(...(checker.atRest?.(state) ?? []));
      return state.found;
    },
  };
}

export function customers(world: Omit<World, keyof Customers | "run">, cards: Map<string, Card>): Customers {
  let placed = 0;
  const answered = (order: orders.Order, call: Pick<ApiCall, "route" | "idempotencyKey" | "body">) => {
    const { orderId, principal } = order;
    const answer = { status: 202, body: acceptedView(order) };
    world.calls.push({ at: world.now, principal, orderId, ...call, answer });
    world.look();
  };
  return {
    place({
      sku = "TEA",
      quantity = 1,
      card = "accepted",
      unitPrice = world.prices.get(sku)?.at(-1)?.unitPrice ?? 0,
      principal = "ada",
      key = `key-of-order-number-${++placed}`,
    } = {}) {
      const orderId = identity.orderId(principal, key);
      const body = { lines: [{ sku, quantity }] };
      const order = orders.accept({
        orderId,
        principal,
        fingerprint: JSON.stringify(body),
        recipient: { contact: { email: "ada@example.com", name: "Ada" } },
        currency: "EUR",
        lines: [{ sku, name: sku, quantity, unitPrice }],
        paymentMethod: "pm_card_visa",
        decideWithinSeconds: 900,
        now: world.now,
      });
      cards.set(orderId, card);
      world.put("orders", orderRecord.key(orderId).pk, orderRecord.sk, order);
      world.say("orders-place-order", order.events.OrderPlaced);
      answered(order, { route: "orders-place-order", idempotencyKey: key, body });
      return orderId;
    },
    cancel(orderId) {
      const next = orders.requestCancel(orderOf(world, orderId) as orders.Order, "", world.now);
      world.amend("orders", orderId, next);
      world.say("orders-cancel-order", next.events.OrderCancelRequested);
      answered(next, { route: "orders-cancel-order", idempotencyKey: undefined, body: {} });
    },
  };
}

/** Delivers events until none is left, one a step. */
export function deliverAll(world: World, inFlight: InFlight[], cards: ReadonlyMap<string, Card>): void {
  for (let next = inFlight.shift(); next; next = inFlight.shift()) {
    const { event, service, to } = next;
    world.now += 5;
    const orderId = subjectOf(event);
    world.deliveries.push({ at: world.now, to, orderId, eventType: event.type, poison: false });
    const card = cards.get(orderId) ?? "accepted";
    world.say(to, ...(reactions[service]?.(world, event, card) ?? []));
    world.look();
  }
}
