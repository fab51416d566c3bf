// Draws a seed's faults: a random subset of the kinds of fault, at sites that the manifests name.
import type { FunctionManifest, ReactionManifest, ServiceManifest } from "@order-saga/messaging";
import { functionsOf } from "@order-saga/messaging";
import { tableUseOf } from "@order-saga/messaging/grants";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { type CallCategory, type FaultKind, faultKinds, forgeries, poisonVariants } from "./fault-kinds.ts";
import { childNumber, type Fault, type Plan, type PlannedOrder } from "./plan.ts";
import type { Random } from "./random.ts";
import { WEBHOOK_FUNCTION } from "./webhooks.ts";

/** Where a kind of fault may be: a function's calls, a queue's events, a queue, a service, a schedule. */
type Place = { at: string; call?: CallCategory; event?: string };

const MINUTE = 60_000;
const HOUR = 3600_000;
const DAY = 24 * HOUR;

/** The routes that customers and the shop use in a plan. */
const usedRoutes = [
  "place-order",
  "cancel-order",
  "adjust-stock",
  "put-product",
  "place-bulk",
  "get-payment",
  "request-refund",
  "hear-webhook",
];

const functions = services.flatMap((service) =>
  functionsOf(service)
    .filter((manifest) => !("method" in manifest) || usedRoutes.includes(manifest.name))
    .map((manifest) => ({ name: `${service.name}-${manifest.name}`, service, manifest })),
);
const reactions = allReactions(services);
const schedules = functions.filter(({ manifest }) => "everyMinutes" in manifest);

/** What a function of this manifest asks of the world outside. */
function categoriesOf(service: ServiceManifest, manifest: FunctionManifest): CallCategory[] {
  const categories: CallCategory[] = [];
  const { batchGet, get, put, update } = tableUseOf(service, manifest);
  if (get || batchGet) categories.push("read");
  if (put || update) categories.push("write");
  if ("everyMinutes" in manifest) categories.push("query");
  if (manifest.says.length > 0) categories.push("publish");
  if (manifest.environment.includes("STRIPE_API_KEY")) categories.push("provider");
  if (manifest.mail) categories.push("mail");
  if (manifest.sends.length > 0) categories.push("send");
  if (manifest.objects !== "none" && manifest.objects.get) categories.push("object");
  return categories;
}

const calls = functions.flatMap(({ name, manifest, service }) =>
  categoriesOf(service, manifest).map((call): Place & { call: CallCategory } => ({ at: name, call })),
);
const callsOf = (...categories: CallCategory[]) => calls.filter(({ call }) => categories.includes(call));
const deliveries = reactions.flatMap(({ manifest, queue }) => {
  const heard = manifest.from === "uploads" ? ["Object Created"] : manifest.hears;
  return heard.map((event): Place => ({ at: queue.name, event }));
});
const queues = reactions.map(({ queue }): Place => ({ at: queue.name }));
/** What a reaction did not finish in its time, it sends to itself. */
const continued = reactions
  .filter(({ manifest }) => manifest.sends.includes(manifest.name))
  .map(({ queue }): Place => ({ at: queue.name }));
const bus: Place[] = [{ at: "bus" }];
const webhook: Place[] = [{ at: WEBHOOK_FUNCTION }];
const ordersRoutes: Place[] = [{ at: "orders-place-order" }, { at: "orders-cancel-order" }];

const placesOf: Record<FaultKind, readonly Place[]> = {
  "crash-before": calls,
  "crash-after": calls,
  "function-timeout": calls,
  zombie: calls,
  "provider-timeout-with-effect": callsOf("provider"),
  "provider-timeout-without-effect": callsOf("provider"),
  "provider-5xx": callsOf("provider"),
  "provider-5xx-kept": callsOf("provider"),
  "provider-429": callsOf("provider"),
  "provider-key-in-use": callsOf("provider"),
  "authorization-expired": callsOf("provider"),
  "bus-half-failed": callsOf("publish"),
  "bus-throttled": callsOf("publish"),
  "publish-answer-lost": callsOf("publish"),
  "published-twice": callsOf("publish"),
  "store-conflict": callsOf("write"),
  "store-throttled": callsOf("read", "write", "query"),
  "store-answer-lost": callsOf("write"),
  "store-written-twice": callsOf("write"),
  "store-unprocessed": callsOf("read").filter(({ at }) => /place-order|reserve-stock/.test(at)),
  "stale-index": callsOf("write"),
  "mail-throttled": callsOf("mail"),
  "mail-bounced": callsOf("mail"),
  // Of mails that come back seeds have chances of their own (seed-mail-returns.ts).
  "mail-returned": [],
  "mail-answer-lost": callsOf("mail"),
  "tasks-half-failed": callsOf("send"),
  "tasks-throttled": callsOf("send"),
  "tasks-answer-lost": callsOf("send"),
  "object-slow-down": callsOf("object"),
  "object-cut-off": callsOf("object"),
  "park-failed": queues.map(({ at }) => ({ at, call: "park" })),
  "bus-duplicate": deliveries,
  reorder: deliveries,
  delay: deliveries,
  undelivered: deliveries,
  "twice-in-batch": deliveries,
  "two-sandboxes": deliveries,
  "queue-duplicate": queues,
  "ack-lost": queues,
  "function-throttled": queues,
  "answer-malformed": queues,
  "deadline-near": continued,
  "webhook-lost": webhook,
  "webhook-doubled": webhook,
  "webhook-late": webhook,
  "webhook-reordered": webhook,
  "webhook-forged": webhook,
  "function-broken": queues,
  poison: queues,
  redrive: queues,
  "dead-letter-lost": queues,
  "archive-replay": bus,
  "clock-skew": services.map(({ name }) => ({ at: name })),
  "clock-jump": services.map(({ name }) => ({ at: name })),
  "timer-late": schedules.map(({ name }) => ({ at: name })),
  "timer-doubled": schedules.map(({ name }) => ({ at: name })),
  "provider-down": [{ at: "provider" }],
  limit: [{ at: "provider" }, { at: "mail" }],
  paused: services.map(({ name }) => ({ at: name })),
  deploy: services.map(({ name }) => ({ at: name })),
  "client-retries": ordersRoutes,
  "client-changes-body": ordersRoutes.slice(0, 1),
  "client-names-total": ordersRoutes.slice(0, 1),
  "client-disconnects": ordersRoutes,
};

/** What the shop asks for itself. */
const shopsOwn = ["inventory-adjust-stock", "orders-put-product"];

/** Every kind of fault that some function or queue can meet. */
export const kinds = (Object.keys(faultKinds) as FaultKind[]).filter((kind) => placesOf[kind].length > 0);

/** What a plan's faults may be about. */
type Wishes = Pick<Plan, "orders" | "bulks" | "feeds">;

/** The numbers of what passes a place, in faults; none if nothing of the plan does. */
function passing({ at, call, event = "" }: Place, { bulks = [], feeds = [], orders }: Wishes): number[] {
  const children = bulks.flatMap((bulk) => bulk.orders.map((_, row) => childNumber(bulk.number, row)));
  const bulkNumbers = bulks.map(({ number }) => number);
  if (/upload|import-stock|stock-feed/.test(at)) return feeds.map(({ number }) => number);
  if (event.startsWith("Bulk")) return bulkNumbers;
  if (at.endsWith("place-child")) return call === undefined ? bulkNumbers : [...bulkNumbers, ...children];
  if (at.endsWith("collect-bulk") && call === undefined) return children;
  if (/bulk/.test(at)) return bulkNumbers;
  const own = orders.map(({ number }) => number);
  return at.endsWith("place-order") ? own : [...own, ...children];
}

/** Where a kind of fault may be in a plan, and the numbers of what passes there. */
export function sitesOf(kind: FaultKind, wishes: Wishes): { place: Place; numbers: number[] }[] {
  return placesOf[kind].map((place) => ({ place, numbers: passing(place, wishes) }));
}

/** The provider is down while orders come and are given up, and nothing else is wrong. */
export function providerDown(random: Random, spread: number): Fault[] {
  const from = Math.floor(random.next() * random.pick([1, spread]));
  return [{ kind: "provider-down", at: "provider", from, until: from + random.pick([30 * MINUTE, HOUR]) }];
}

/** Most seeds have a few faults, some have many, some none. */
export function drawFaults(random: Random, wishes: Wishes): Fault[] {
  const count = random.pick([0, 1, 2, 4, 8, 12, 16, 24]);
  const share = random.pick([0.08, 0.2, 0.5, 1]);
  const placesFor = new Map(
    kinds.map((kind) => [kind, placesOf[kind].filter((place) => passing(place, wishes).length > 0)]),
  );
  const possible = kinds.filter((kind) => placesFor.get(kind)?.length);
  const drawn = possible.filter(() => random.chance(share));
  if (drawn.length === 0) drawn.push(random.pick(possible));
  const draw = () => {
    const kind = random.pick(drawn);
    return drawFault(random, kind, random.pick(placesFor.get(kind) ?? []), wishes);
  };
  const faults = Array.from({ length: count }, draw).flat();
  // Each replay would replay the one before it; two of them show all that twenty would.
  const replays = faults.filter(({ kind }) => kind === "archive-replay").slice(2);
  return faults.filter((fault) => !replays.includes(fault));
}

function drawFault(random: Random, kind: FaultKind, place: Place, wishes: Wishes): Fault[] {
  const order = random.pick(passing(place, wishes));
  // Only what is about a single order has its number; a query or a batch has none.
  const isNobodys = place.call === "query" || kind === "store-unprocessed" || shopsOwn.includes(place.at);
  const about = isNobodys ? {} : { order };
  const nth = random.pick([1, 1, 1, 1, 2, 2, 3]);
  const often = random.chance(0.25) ? { times: random.whole(2, 6) } : {};
  const placed = { kind, ...place, ...about, nth };
  const from = Math.floor(random.next() * random.pick([2000, MINUTE, 20 * MINUTE, 3 * HOUR]));
  const drawing = { random, kind, place, order, orders: wishes.orders, nth, often, placed, from };
  return (
    callFault(drawing) ??
    lastingFault(drawing) ??
    clientFault(drawing) ??
    webhookFault(drawing) ?? [{ ...placed, ...often }]
  );
}

/** What is drawn for every kind of fault. */
type Drawing = {
  random: Random;
  kind: FaultKind;
  place: Place;
  order: number;
  orders: readonly PlannedOrder[];
  nth: number;
  often: { times?: number };
  placed: Fault;
  from: number;
};

/** None at all, and little more than what an import keeps for its end, at each pace that calls may have. */
const NEARLY_OVER_SECONDS = [0, 15.006, 15.03, 15.1, 15.4];

/** Half of the long feeds run out of time between two transactions. */
export function drawShortTimes(random: Random, { feeds = [] }: Pick<Plan, "feeds">): Fault[] {
  const long = feeds.filter(({ copies }) => copies !== undefined && random.chance(0.5));
  return long.flatMap(({ number: order }) =>
    continued.map((place): Fault => {
      const times = random.whole(2, 4);
      return {
        kind: "deadline-near",
        ...place,
        order,
        nth: 1,
        times,
        seconds: random.pick(NEARLY_OVER_SECONDS),
      };
    }),
  );
}

/** Of a call, or of the way of a message. */
function callFault({ kind, place, placed, order, nth, random }: Drawing): Fault[] | undefined {
  switch (kind) {
    case "function-timeout":
      return [{ ...placed, ...(random.chance(0.5) && { variant: "without-effect" }) }];
    case "zombie":
      return [{ ...placed, seconds: random.pick([31, 100, 185, 400, 1000, 4000]) }];
    case "deadline-near":
      return [{ ...placed, times: random.whole(1, 4), seconds: random.pick(NEARLY_OVER_SECONDS) }];
    case "stale-index":
      return [{ ...placed, seconds: random.pick([30, 120, 600]) }];
    case "bus-duplicate":
      return [{ ...placed, seconds: random.pick([0, 1, 10, 600, 7200, 86_400]) }];
    case "reorder":
      return [{ ...placed, seconds: random.pick([0.2, 1, 3, 10]) }];
    case "delay":
      return [{ ...placed, seconds: random.pick([60, 300, 900, 1000, 3600, 6 * 3600, 86_400, 3 * 86_400]) }];
    case "undelivered":
    case "twice-in-batch":
    case "two-sandboxes":
    case "crash-before":
    case "crash-after":
    case "queue-duplicate":
    case "ack-lost":
      return [placed];
    case "dead-letter-lost": {
      // It has to become a dead letter first.
      const dying: Fault = {
        kind: "function-throttled",
        at: place.at,
        order,
        nth,
        times: maxReceives(place.at),
      };
      return [dying, { kind, at: `${place.at}-dlq`, order, nth: 1 }];
    }
    default:
      return undefined;
  }
}

/** At a moment, or for a time. */
function lastingFault({
  kind,
  place,
  placed,
  order,
  orders,
  from,
  often,
  random,
}: Drawing): Fault[] | undefined {
  switch (kind) {
    case "function-broken":
      return [{ kind, ...place, from, until: from + random.pick([MINUTE, 10 * MINUTE, HOUR, 6 * HOUR]) }];
    case "poison":
      return [{ kind, ...place, order, from, variant: random.pick(poisonVariants) }];
    case "redrive":
      return [
        {
          kind,
          ...place,
          from: from + random.pick([HOUR, DAY, 5 * DAY]),
          seconds: random.pick([1, 600, DAY / 1000]),
        },
      ];
    case "archive-replay":
      return [
        {
          kind,
          ...place,
          from: from + random.pick([0, HOUR, DAY, 5 * DAY]),
          seconds: random.pick([60, 3600, 7 * 86_400]),
        },
      ];
    case "clock-skew":
      return [{ kind, ...place, seconds: random.pick([-600, -5, -0.5, 0.5, 5, 300, 1200]) }];
    case "clock-jump":
      return [{ kind, ...place, from, seconds: random.pick([-900, -2, 2, 60, 1000]) }];
    case "park-failed": {
      // There must be something to park; before the order is placed, no message belongs to it.
      const { order: _, ...nobodys } = placed;
      const poison: Fault = {
        kind: "poison",
        at: place.at,
        order,
        from,
        variant: random.pick(poisonVariants),
      };
      return [poison, { ...placed, ...often }, { ...nobodys, ...often }];
    }
    case "timer-late":
      if (place.at === "payment-resume-payments" && random.chance(0.7))
        return random.pick([forgottenKey, reservedPastDeadline, askedPastDeadline])(order, random);
      return [{ kind, ...place, from: 0, until: random.pick([20 * MINUTE, HOUR, 6 * HOUR]) }];
    case "timer-doubled":
      return [{ kind, ...place, from: 0, until: random.pick([20 * MINUTE, HOUR, 6 * HOUR]) }];
    case "paused": {
      const pause: Fault = { kind, ...place, from, until: from + random.pick([20 * MINUTE, HOUR, 6 * HOUR]) };
      if (place.at !== "payment" || random.chance(0.5)) return [pause];
      // A request to the provider is under way, so that its key may be forgotten when it is asked again.
      const asked: Fault = { kind: "crash-after", at: "payment-authorize-payment", call: "provider", order };
      const { at: placedAt = 0 } = orders.find(({ number }) => number === order) ?? {};
      return [asked, { ...pause, from: placedAt + MINUTE, until: placedAt + MINUTE + 30 * HOUR }];
    }
    case "provider-down":
      return [{ kind, ...place, from, until: from + random.pick([MINUTE, 20 * MINUTE, HOUR]) }];
    case "limit": {
      const until = from + random.pick([MINUTE, 20 * MINUTE, 3 * HOUR]);
      return [{ kind, ...place, from, until, perSecond: random.pick([1, 2, 5]) }];
    }
    case "deploy":
      return [{ kind, ...place, from }];
    default:
      return undefined;
  }
}

/** Of a customer. */
function clientFault({ kind, place, order, random }: Drawing): Fault[] | undefined {
  switch (kind) {
    case "client-retries":
    case "client-changes-body":
      return [{ kind, ...place, order, nth: 1, seconds: random.pick([0.1, 1, 30, 1000]) }];
    case "client-names-total":
      return [{ kind, ...place, order, nth: 1 }];
    case "client-disconnects": {
      if (random.chance(0.5)) return [{ kind, ...place, order, nth: 1 }];
      // No retry publishes what was written but not published.
      const silent: Fault = {
        kind: random.pick(["crash-before", "bus-throttled"]),
        at: place.at,
        call: "publish",
        order,
      };
      return [
        { ...silent, nth: 1, times: 6 },
        { kind, ...place, order, nth: 1, variant: "for-good" },
      ];
    }
    default:
      return undefined;
  }
}

/** Of one webhook of an order, or of a part of all that come. */
function webhookFault({ kind, often, place, placed, random }: Drawing): Fault[] | undefined {
  const struck = random.chance(0.5)
    ? { ...placed, ...often }
    : { kind, ...place, share: random.pick([0.3, 0.6, 1]) };
  switch (kind) {
    case "webhook-lost":
    case "webhook-doubled":
      return [struck];
    case "webhook-late":
      return [{ ...struck, seconds: random.pick([60, 600, 7200]) }];
    case "webhook-reordered":
      return [{ ...struck, seconds: random.pick([0.5, 3, 20]) }];
    case "webhook-forged":
      return [{ ...struck, variant: random.pick(forgeries) }];
    default:
      return undefined;
  }
}

/** An authorisation whose answer stays unrecorded for longer than the provider remembers its key. */
function forgottenKey(order: number, random: Random): Fault[] {
  const at = "payment-authorize-payment";
  return [
    { kind: random.pick(["crash-after", "crash-before"]), at, call: "provider", order, nth: 1 },
    { kind: "function-throttled", at, order, nth: 2, times: maxReceives(at) },
    { kind: "timer-late", at: "payment-resume-payments", from: 0, until: 26 * HOUR },
  ];
}

/** Payment hears of the stock when it is too late to charge, but before the order is given up. */
function reservedPastDeadline(order: number, random: Random): Fault[] {
  const seconds = random.pick([1200, 4000]);
  return [
    { kind: "delay", at: "payment-capture-payment", event: "StockReserved", order, nth: 1, seconds },
    ...noTimers(6 * HOUR),
  ];
}

/** Payment hears of the stock just in time, and the provider answers when it is too late. */
function askedPastDeadline(order: number): Fault[] {
  const at = "payment-authorize-payment";
  return [
    { kind: "crash-before", at, call: "provider", order, nth: 1 },
    { kind: "function-throttled", at, order, nth: 2, times: maxReceives(at) },
    { kind: "delay", at: "payment-capture-payment", event: "StockReserved", order, nth: 1, seconds: 870 },
    { kind: "zombie", at: "payment-capture-payment", call: "provider", order, nth: 1, seconds: 170 },
    ...noTimers(6 * HOUR),
  ];
}

/** The schedules for due payments and expired reservations do not run. */
const noTimers = (until: number): Fault[] =>
  ["payment-resume-payments", "inventory-signal-expiry"].map((at) => {
    return { kind: "timer-late", at, from: 0, until };
  });

function maxReceives(queueName: string): number {
  const manifest: ReactionManifest | undefined = reactions.find(
    ({ queue }) => queue.name === queueName,
  )?.manifest;
  return manifest?.maxReceiveCount ?? 1;
}

/** When faults stop: when the last of them has had its time. */
export function faultsUntil(random: Random, faults: readonly Fault[], lastOrderAt: number): number {
  const latest = faults.map(({ from = 0, seconds = 0, until = 0 }) => Math.max(until, from + seconds * 1000));
  const end = Math.max(lastOrderAt, 0, ...latest.map((each) => Math.min(each, 6 * DAY)));
  return end + random.pick([MINUTE, 20 * MINUTE, 2 * HOUR]);
}
