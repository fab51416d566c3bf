// The settings with which a stage takes so many orders a second, what to ask for first, and what it costs.
import { billOf, mailOf, total } from "@order-saga/bench/cost/bill";
import { HOURS_PER_MONTH, isRegion, pricesOf } from "@order-saga/bench/cost/prices";
import { ses } from "@order-saga/notification/service";
import { stripe } from "@order-saga/payment/service";
import { apiLimitOf, concurrencyOf, waitsOf, writesFor } from "@order-saga/stacks/fit";
import { quotaIn, quotas } from "@order-saga/stacks/quotas";
import { bucketsFor } from "./constants.ts";
import { atOnceFor, batchesFor, nothingGiven, reactions, type Where } from "./limits.ts";
import { load } from "./measured.ts";

export type Raised = {
  /** Lines of `.env.<stage>`; empty if the defaults do. */
  readonly settings: Readonly<Record<string, string>>;
  /** Buckets of each product's stock; more than 32 are needed where it is undefined. */
  readonly buckets: number | undefined;
  /** Quotas and contracts that come first, in words. */
  readonly ask: readonly string[];
  /** Commands for tables that are there already. */
  readonly commands: readonly string[];
  /** Dollars a month, if such orders come all the time; and what of it the settings cost without orders. */
  readonly monthly: { readonly orders: number; readonly mails: number; readonly idle: number };
};

/** Above what is needed, for moments. */
const HEADROOM = 1.25;

/** What `WARM_ORDERS_PER_SECOND` and the rest have to be for so many orders a second in a region. */
export function raisedFor(ordersPerSecond: number, { region, skus }: Where): Raised {
  const nothing = nothingGiven(region);
  const needs = (quota: "putEvents" | "deliveries" | "keyRequests", share: number) =>
    Math.ceil(ordersPerSecond * share) > quotaIn(quota, region)
      ? Math.ceil(ordersPerSecond * share)
      : undefined;
  const { deliveries, events, httpRequests, mails, providerCalls } = load.operations;
  const rate = Math.ceil(ordersPerSecond);
  const raisesApi = rate > apiLimitOf(nothing).rate;
  const asked = {
    putEvents: needs("putEvents", events),
    deliveries: needs("deliveries", deliveries),
    keys: needs("keyRequests", events + deliveries),
    api: rate * httpRequests > quotaIn("apiRequests", region) ? rate * httpRequests : undefined,
    stripe: rate > stripe.perSecond ? rate : undefined,
    account: rate * providerCalls > quotas.stripeAccount.value ? rate * providerCalls : undefined,
    mails: rate * mails > ses.perSecond ? rate * mails : undefined,
  };
  const more = reactions.flatMap(({ manifest, name, share }) => {
    const batches = Math.ceil(HEADROOM * ordersPerSecond * batchesFor({ manifest, name, share }));
    return manifest.calls || batches <= manifest.maximumConcurrency ? [] : [[name, batches] as const];
  });
  const perSecond: Record<string, number | undefined> = {
    STRIPE_PER_SECOND: asked.stripe,
    MAIL_PER_SECOND: asked.mails,
  };
  const given = {
    ...nothing,
    apiPerSecond: raisesApi ? rate : undefined,
    concurrency: new Map(more),
    given: (name: string) => perSecond[name]?.toString(),
  };
  const atOnce = functionsAtOnce(given);
  const concurrency = atOnce > quotas.concurrency.value ? atOnce : undefined;
  const isWarm = Object.keys(load.writes).some(
    (place) => writesFor(place, rate).table > quotas.freshWrites.value,
  );
  const lines: Record<string, number | string | undefined> = {
    API_PER_SECOND: raisesApi ? rate : undefined,
    API_BURST: raisesApi ? 2 * rate : undefined,
    ...perSecond,
    PUT_EVENTS_PER_SECOND: asked.putEvents,
    DELIVERIES_PER_SECOND: asked.deliveries,
    REACTION_CONCURRENCY: more.map(([name, batches]) => `${name}=${batches}`).join(",") || undefined,
    ACCOUNT_CONCURRENCY: concurrency,
    WARM_ORDERS_PER_SECOND: isWarm ? rate : undefined,
  };
  return {
    settings: Object.fromEntries(
      Object.entries(lines).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    ),
    buckets: bucketsFor(ordersPerSecond / skus),
    ask: inWords({ ...asked, concurrency }),
    commands: isWarm ? warming(rate) : [],
    monthly: monthly(ordersPerSecond, region, more),
  };
}

const count = (value: number) => Math.ceil(value).toLocaleString("en");

/** What Lambda must let the account run: as stacks/fit.ts counts it, with the provider's batches. */
function functionsAtOnce(given: Parameters<typeof concurrencyOf>[0]): number {
  const mapped = [...concurrencyOf(given).values()].reduce((sum, each) => sum + each, 0);
  const rate = apiLimitOf(given).rate;
  return Math.ceil(Math.max(mapped + rate / 20 + 10, rate * atOnceFor)) + waitsOf(given);
}

function inWords(asked: Record<string, number | undefined>): string[] {
  const words: Readonly<Record<string, (value: string) => string>> = {
    putEvents: (value) => `EventBridge: PutEvents, ${value} a second`,
    deliveries: (value) => `EventBridge: invocations, ${value} a second`,
    keys: (value) => `KMS: symmetric requests, ${value} a second at most`,
    api: (value) => `API Gateway: ${value} requests a second`,
    concurrency: (value) => `Lambda: ${value} concurrent executions`,
    stripe: (value) => `Stripe: ${value} requests a second at each operation, six weeks before`,
    account: (value) => `Stripe: ${value} requests a second of the account`,
    mails: (value) => `SES: ${value} mails a second, and a day's sum to match`,
  };
  return Object.entries(asked).flatMap(([name, value]) => {
    const say = words[name];
    return value === undefined || !say ? [] : [say(count(value))];
  });
}

function warming(rate: number): string[] {
  return Object.keys(load.writes)
    .filter((place) => writesFor(place, rate).table > quotas.freshWrites.value)
    .map(
      (name) =>
        `aws dynamodb update-table --table-name "$(aws dynamodb list-tables --query "TableNames[?contains(@, '-$STAGE-${name[0]?.toUpperCase()}${name.slice(1)}Table')] | [0]" --output text)" --warm-throughput WriteUnitsPerSecond=${writesFor(name, rate).table},ReadUnitsPerSecond=${quotas.freshReads.value}`,
    );
}

/** A poller's price an hour (Lambda's pricing page, worked example), for each of two that stand ready. */
const READY_POLLERS_HOUR = 2 * 0.00925;

function monthly(ordersPerSecond: number, region: string, more: readonly (readonly [string, number])[]) {
  const prices = pricesOf(isRegion(region) ? region : "eu-west-1");
  const orders = ordersPerSecond * HOURS_PER_MONTH * 3600;
  const provisioned = more.filter(([, batches]) => batches > quotas.mappingConcurrency.value).length;
  return {
    orders: orders * total(billOf(load.operations, prices)),
    mails: orders * mailOf(load.operations, prices),
    idle: provisioned * READY_POLLERS_HOUR * HOURS_PER_MONTH,
  };
}
