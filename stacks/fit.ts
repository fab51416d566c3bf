// Whether a stage's settings of throughput fit each other, its region's quotas and its providers' limits.
import { functionsOf } from "@order-saga/messaging";
import { batchesOf, type ProviderLimit } from "@order-saga/messaging/provider-limit";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { orderLoad } from "./order-load.ts";
import { quotaIn, quotas } from "./quotas.ts";

/** What a stage is given, with undefined where its file says nothing. */
export type Throughput = {
  readonly region: string;
  readonly apiPerSecond: number | undefined;
  readonly apiBurst: number | undefined;
  /** Batches at once, by the names of queues. */
  readonly concurrency: ReadonlyMap<string, number>;
  readonly warmOrdersPerSecond: number | undefined;
  /** The account's own quotas, where AWS has raised them or never gave the default. */
  readonly putEventsPerSecond: number | undefined;
  readonly deliveriesPerSecond: number | undefined;
  readonly accountConcurrency: number | undefined;
  given(name: string): string | undefined;
};

export type ApiLimit = { readonly rate: number; readonly burst: number };

/** What one attacker may make us pay for; nearly as many orders as the reactions settle by default. */
const MOST_BY_DEFAULT = 200;
/**
 * An order's lateness is told when it is half a minute old, and customers are refused soon after
 * (packages/orders); until then whatever the API lets in must still be decided in time.
 */
export const UNTOLD_SECONDS = 60;
/** A route's invocation is mostly two calls of the table and one of the bus. */
const ROUTE_SECONDS = 0.05;

/** What limits how often payment decides: not the mails, which no order waits for. */
const deciding = new Map(
  services.flatMap((service) =>
    functionsOf(service).flatMap(({ calls, says }): [string, ProviderLimit][] =>
      calls && says.length > 0 ? [[calls.provider, calls]] : [],
    ),
  ),
);

function settingOf(name: string, { given }: Throughput): number {
  return Number(given(name) ?? services.map(({ settings }) => settings[name]).find((each) => each));
}

/** How many orders the providers decide within the time that payment has. */
function decidable(throughput: Throughput): { orders: number; setting: string } {
  const within = settingOf("DECIDE_WITHIN_SECONDS", throughput);
  const each = [...deciding.values()].map(({ setting }) => ({
    orders: settingOf(setting, throughput) * within,
    setting,
  }));
  return each.reduce((least, other) => (other.orders < least.orders ? other : least));
}

export const busOf = ({ deliveriesPerSecond, putEventsPerSecond, region }: Throughput) => ({
  events: putEventsPerSecond ?? quotaIn("putEvents", region),
  deliveries: deliveriesPerSecond ?? quotaIn("deliveries", region),
});

/** The limit of the stage's file, or as much of the default as bus and providers bear. */
export function apiLimitOf(throughput: Throughput): ApiLimit {
  const { deliveries, events } = busOf(throughput);
  const borne = [
    MOST_BY_DEFAULT,
    events / orderLoad.events,
    deliveries / orderLoad.deliveries,
    // The burst is two seconds of the rate.
    decidable(throughput).orders / (UNTOLD_SECONDS + 2),
  ];
  const rate = throughput.apiPerSecond ?? Math.max(1, Math.floor(Math.min(...borne)));
  return { rate, burst: throughput.apiBurst ?? 2 * rate };
}

/** Batches of a reaction at once: its setting's, its provider's or its manifest's. */
export function concurrencyOf(throughput: Throughput): ReadonlyMap<string, number> {
  return new Map(
    allReactions(services).map(({ manifest, queue: { name } }) => [
      name,
      throughput.concurrency.get(name) ?? batchesOf(manifest, throughput.given).maximumConcurrency,
    ]),
  );
}

/** How many write units a second of a table, or of its indexes, so many orders a second ask for. */
export const writesFor = (service: string, ordersPerSecond: number) => ({
  table: Math.ceil((orderLoad.writes[service] ?? 0) * ordersPerSecond),
  index: Math.ceil((orderLoad.indexWrites[service] ?? 0) * ordersPerSecond),
});

/** Each thing that does not fit, with what would. */
export function misfitsOf(throughput: Throughput): string[] {
  const limit = apiLimitOf(throughput);
  return [
    ...overBus(throughput, limit),
    ...overProvider(throughput, limit),
    ...overAccount(throughput, limit),
    ...overTables(throughput, limit),
  ];
}

function overBus(throughput: Throughput, { rate }: ApiLimit): string[] {
  const { deliveries, events } = busOf(throughput);
  const over = (load: number, quota: number, what: string, setting: string) =>
    rate * load <= quota
      ? []
      : [
          `API_PER_SECOND: ${rate} orders a second are ${rate * load} ${what}, and the bus takes ${quota} of an account in ${throughput.region}; set at most ${Math.floor(quota / load)}, or ask AWS for more and say in ${setting} what it allows`,
        ];
  return [
    ...over(orderLoad.events, events, "requests of PutEvents", "PUT_EVENTS_PER_SECOND"),
    ...over(orderLoad.deliveries, deliveries, "deliveries", "DELIVERIES_PER_SECOND"),
  ];
}

function overProvider(throughput: Throughput, { burst, rate }: ApiLimit): string[] {
  const { orders, setting } = decidable(throughput);
  const admitted = rate * UNTOLD_SECONDS + burst;
  if (admitted <= orders) return [];
  const most = Math.max(1, Math.floor(orders / (UNTOLD_SECONDS + 2)));
  return [
    `API_PER_SECOND, API_BURST: in a minute ${admitted} orders come in, and ${setting} lets ${orders} be decided within DECIDE_WITHIN_SECONDS; set at most ${most}, or raise the provider's limit`,
  ];
}

/** How many requests may wait at once, each as a function that runs. */
export function waitsOf({ given }: Pick<Throughput, "given">): number {
  const byDefault = services.find(({ name }) => name === "orders")?.settings.WAITS_AT_ONCE;
  return Number(given("WAITS_AT_ONCE") ?? byDefault ?? 0);
}

function overAccount(throughput: Throughput, { rate }: ApiLimit): string[] {
  const reactions = [...concurrencyOf(throughput).values()].reduce((sum, each) => sum + each, 0);
  const schedules = services.flatMap((service) => service.schedules).length;
  const routes = Math.ceil(rate * ROUTE_SECONDS);
  const waits = waitsOf(throughput);
  const atOnce = reactions + schedules + routes + waits;
  const allowed = throughput.accountConcurrency ?? quotas.concurrency.value;
  return atOnce <= allowed
    ? []
    : [
        `REACTION_CONCURRENCY: ${atOnce} functions may run at once (reactions ${reactions}, schedules ${schedules}, the API's ${routes}, requests that wait ${waits}), and Lambda runs ${allowed} of an account; lower it, or ask AWS for more and say in ACCOUNT_CONCURRENCY what it allows`,
      ];
}

function overTables({ warmOrdersPerSecond = 0 }: Throughput, { rate }: ApiLimit): string[] {
  const busiest = Math.max(...Object.values(orderLoad.writes));
  const needed = rate * busiest;
  if (needed <= quotas.freshWrites.value || warmOrdersPerSecond >= rate) return [];
  return [
    `WARM_ORDERS_PER_SECOND: ${rate} orders a second are ${needed} write units of one table, and a new one takes ${quotas.freshWrites.value}; set ${rate} (API_PER_SECOND), which warms tables as they are made, and warm those that are there (docs/capacity.md)`,
  ];
}
