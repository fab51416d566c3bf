// Every limit that orders meet, as orders a second: as deployed by default, and with its cure.
import type { ReactionManifest } from "@order-saga/messaging";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { apiLimitOf, type Throughput } from "@order-saga/stacks/fit";
import { type QuotaName, quotaIn, quotas, quotasDate } from "@order-saga/stacks/quotas";
import { constants, ordersOfProduct } from "./constants.ts";
import { load } from "./measured.ts";

export type Limit = {
  readonly name: string;
  /** At which it is reached, in the stage as it is deployed by default. */
  readonly ordersPerSecond: number;
  /** At which it is reached with its cure; infinite if another limit comes first then. */
  readonly cured: number;
  /** How the number comes about. */
  readonly is: string;
  /** What happens beyond it. */
  readonly beyond: string;
  readonly cure: string;
  /** True if it matters only while something else is broken. */
  readonly isOfOutage?: true;
  /** A page, or a file of this repository. */
  readonly source: string;
  readonly date: string;
};

export type Where = { readonly region: string; readonly skus: number };

const DAY_SECONDS = 86_400;
const { operations } = load;

export const nothingGiven = (region: string): Throughput => ({
  region,
  apiPerSecond: undefined,
  apiBurst: undefined,
  concurrency: new Map(),
  warmOrdersPerSecond: undefined,
  putEventsPerSecond: undefined,
  deliveriesPerSecond: undefined,
  accountConcurrency: undefined,
  given: () => undefined,
});

/** Those of a stage without settings of its own, the first to be reached first. */
export function limitsOf(where: Where): Limit[] {
  const all = [
    ...providerLimits(),
    ...busLimits(where),
    ...apiLimits(where),
    ...functionLimits(),
    ...reactionLimits(),
    ...tableLimits(),
    ...productLimits(where),
  ];
  return all.sort((a, b) => a.ordersPerSecond - b.ordersPerSecond);
}

const count = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: 4 });

type Rest = Pick<Limit, "name" | "beyond" | "cure"> & {
  cured?: number;
  share: number;
  unit: string;
  times?: number;
};

/** So much of a quota, divided by an order's share of it. */
function ofQuota(quota: QuotaName, region: string, { cured, share, times = 1, unit, ...rest }: Rest): Limit {
  const value = quotaIn(quota, region) * times;
  return {
    ...rest,
    ordersPerSecond: value / share,
    cured: cured ?? (quotas[quota].adjustable ? Number.POSITIVE_INFINITY : value / share),
    is: `${count(value)} ÷ ${count(share)} ${unit}`,
    source: quotas[quota].source,
    date: quotasDate,
  };
}

const ask = (what: string, setting: string) => `ask ${what} for more, then set ${setting}`;

function providerLimits(): Limit[] {
  const waits = "orders wait; beyond half of DECIDE_WITHIN_SECONDS new ones are answered 429";
  const { mails, providerCalls } = operations;
  return [
    ofQuota("mailsPerDay", "", {
      name: "mails in a day (mean)",
      share: mails * DAY_SECONDS,
      unit: "mails of an order, all day",
      beyond: "mails wait for up to two days, then lie in the dead-letter queue",
      cure: ask("SES", "MAILS_PER_DAY"),
    }),
    ofQuota("mailsPerSecond", "", {
      name: "mails in a second",
      share: mails,
      unit: "mails of an order",
      beyond: "mails are late; no order waits for them",
      cure: ask("SES", "MAIL_PER_SECOND"),
    }),
    ofQuota("stripeOperation", "", {
      name: "Stripe, each operation",
      share: constants.callsOfAnOperation.value,
      unit: "authorization of an order, and as many captures",
      beyond: waits,
      cure: ask("Stripe, six weeks before,", "STRIPE_PER_SECOND"),
    }),
    ofQuota("stripeAccount", "", {
      name: "Stripe, the account",
      share: providerCalls,
      unit: "requests of an order",
      beyond: waits,
      cure: ask("Stripe, six weeks before,", "STRIPE_PER_SECOND"),
    }),
  ];
}

function busLimits({ region }: Where): Limit[] {
  const { deliveries, events } = operations;
  return [
    ofQuota("putEvents", region, {
      name: "EventBridge, PutEvents",
      share: events,
      unit: "requests of an order",
      beyond: "events stay recorded and are said by the sweeps, a minute or more later",
      cure: ask("AWS", "PUT_EVENTS_PER_SECOND"),
    }),
    ofQuota("deliveries", region, {
      name: "EventBridge, deliveries",
      share: deliveries,
      unit: "deliveries of an order",
      beyond: "events are delivered late",
      cure: ask("AWS", "DELIVERIES_PER_SECOND"),
    }),
    ofQuota("keyRequests", region, {
      name: "KMS, the bus's key",
      share: events + deliveries,
      unit: "uses of an order, if EventBridge keeps no data key (AWS does not say)",
      beyond: "events wait in the bus's dead-letter queue",
      cure: "ask AWS for more",
    }),
    {
      ...ofQuota("inFlight", region, {
        name: "SQS in flight, while a reaction fails",
        share: Math.max(...Object.values(load.functions).map((each) => each.deliveries)),
        times: 1 / constants.hiddenSeconds.value,
        unit: "messages of an order in its busiest queue, each hidden for 180 s",
        beyond: "the queue hands out no more until the first are visible again",
        cure: "ask AWS for more, or pause the reaction (docs/runbooks/kill-switch.md)",
      }),
      isOfOutage: true,
    },
  ];
}

function apiLimits({ region }: Where): Limit[] {
  const { rate } = apiLimitOf(nothingGiven(region));
  const webhook = services.flatMap(({ routes }) => routes).find(({ throttle }) => throttle);
  const webhooks = load.functions["payment-hear-webhook"]?.invocations ?? 0;
  return [
    {
      name: "the API's throttle",
      ordersPerSecond: rate,
      cured: Number.POSITIVE_INFINITY,
      is: `${rate} requests a second; asking for an order's state counts as well`,
      beyond: "429; clients try again with the same key",
      cure: "API_PER_SECOND, API_BURST",
      source: "stacks/fit.ts",
      date: quotasDate,
    },
    {
      name: "the webhook's throttle",
      ordersPerSecond: (webhook?.throttle?.perSecond ?? 0) / webhooks,
      cured: Number.POSITIVE_INFINITY,
      is: `${webhook?.throttle?.perSecond} ÷ ${webhooks} webhooks of an order that our own calls caused`,
      beyond: "Stripe rings again for three days; payment looks by itself within a minute",
      cure: "throttle in packages/payment/src/service.ts",
      source: "packages/payment/src/service.ts",
      date: load.date,
    },
    ofQuota("apiRequests", region, {
      name: "API Gateway, the account",
      share: operations.httpRequests,
      unit: "requests of an order",
      beyond: "429",
      cure: "ask AWS for more",
    }),
  ];
}

const isPaced = (manifest: ReactionManifest, provider?: string) =>
  manifest.calls !== undefined && (provider === undefined || manifest.calls.provider === provider);

/** Reactions of a confirmed order, with what they are given of it. */
export const reactions = allReactions(services).flatMap(({ manifest, queue: { name } }) => {
  const share = load.functions[name];
  return share ? [{ manifest, name, share }] : [];
});

/** Seconds of one batch, full as behind a backlog. */
function batchSeconds(manifest: ReactionManifest, batchMilliseconds: number): number {
  if (isPaced(manifest, "stripe")) return constants.providerSeconds.value;
  if (isPaced(manifest, "ses")) return constants.mailSeconds.value;
  return batchMilliseconds / 1000;
}

/** Of one reaction, for one order a second: how many batches are under way. */
export const batchesFor = ({ manifest, share }: (typeof reactions)[number]) =>
  (share.deliveries / 10) * batchSeconds(manifest, share.batchMilliseconds);

const routes = Object.entries(load.functions).filter(([, { deliveries }]) => deliveries === 0);
const routesAtOnce = routes.reduce(
  (sum, [, each]) => sum + (each.invocations * each.aloneMilliseconds) / 1000,
  0,
);

/** Functions at once, for one order a second. */
export const atOnceFor = reactions.reduce((sum, each) => sum + batchesFor(each), routesAtOnce);

function functionLimits(): Limit[] {
  const throttled = "invocations are refused: messages wait, requests are answered 503";
  const invocations = reactions.reduce(
    (sum, { share }) => sum + share.deliveries / 10,
    routes.reduce((sum, [, each]) => sum + each.invocations, 0),
  );
  const placing = (load.functions["orders-place-order"]?.aloneMilliseconds ?? 0) / 1000;
  return [
    ofQuota("concurrency", "", {
      name: "Lambda, functions at once",
      share: atOnceFor,
      unit: "of an order a second, in full batches",
      beyond: throttled,
      cure: ask("AWS", "ACCOUNT_CONCURRENCY"),
    }),
    {
      ...ofQuota("requestsPerConcurrency", "", {
        name: "Lambda, invocations a second",
        times: quotas.concurrency.value,
        share: invocations,
        unit: "invocations of an order, in full batches",
        beyond: throttled,
        cure: ask("AWS", "ACCOUNT_CONCURRENCY"),
        cured: Number.POSITIVE_INFINITY,
      }),
    },
    ofQuota("functionGrowth", "", {
      name: "Lambda, from none to all in ten seconds",
      share: placing,
      unit: "s of a placed order",
      beyond: "503 for seconds",
      cure: "provisioned concurrency for place-order before a sale",
      cured: Number.POSITIVE_INFINITY,
    }),
  ];
}

/** What provisioned mode takes of one queue: 2,000 pollers in SST's provider, ten batches each. */
const MOST_BATCHES = 2000 * quotas.pollerConcurrency.value;

/** Those that no provider paces: its limit is theirs. */
function reactionLimits(): Limit[] {
  return reactions
    .filter(({ manifest }) => !isPaced(manifest))
    .map((each) => {
      const { manifest, name, share } = each;
      const { batchSize, maximumConcurrency } = manifest;
      return {
        name,
        ordersPerSecond: maximumConcurrency / batchesFor(each),
        cured: MOST_BATCHES / batchesFor(each),
        is: `${maximumConcurrency} batches of ${batchSize} at ${count(share.batchMilliseconds)} ms ÷ ${share.deliveries} of an order's messages`,
        beyond: "its queue grows, and orders wait in it",
        cure: `REACTION_CONCURRENCY=${name}=…; above 1,000 in provisioned mode`,
        source: "tools/capacity/src/measured.json",
        date: load.date,
      };
    });
}

function tableLimits(): Limit[] {
  const perService = services.flatMap(({ name }): Limit[] => {
    const indexes = Object.entries(load.writes).filter(([place]) => place.startsWith(`${name}.`));
    const units = Math.max(load.writes[name] ?? 0, ...indexes.map(([, value]) => value));
    if (units === 0) return [];
    return [
      ofQuota("freshWrites", "", {
        name: `DynamoDB, new table of ${name}`,
        share: units,
        unit: "write units of an order",
        beyond: "writes are throttled and tried again; twice as many after half an hour",
        cure: "WARM_ORDERS_PER_SECOND before the first deployment, else `aws dynamodb update-table`",
        cured: quotas.tableWrites.value / units,
      }),
    ];
  });
  const busiest = Math.max(...services.map(({ name }) => load.writes[name] ?? 0));
  const due = Math.max(...services.map(({ name }) => load.writes[`${name}.due`] ?? 0));
  return [
    ...perService,
    ofQuota("tableWrites", "", {
      name: "DynamoDB, a table's quota",
      share: busiest,
      unit: "write units of an order in the busiest table",
      beyond: "writes are throttled",
      cure: "ask AWS for more",
    }),
    ofQuota("partitionWrites", "", {
      name: "DynamoDB, the index of what is due",
      times: constants.dueShards.value,
      share: due,
      unit: "write units of an order, in 8 partitions",
      beyond: "the index holds up writes of its table",
      cure: "more shards in packages/messaging/src/due.ts",
      cured: Number.POSITIVE_INFINITY,
    }),
  ];
}

function productLimits({ skus }: Where): Limit[] {
  const { mostBuckets, unitsOfAReservation } = constants;
  const products = skus === 1 ? "one product" : `${count(skus)} products`;
  return [
    {
      name: `stock of ${products}, collisions`,
      ordersPerSecond: ordersOfProduct(1) * skus,
      cured: ordersOfProduct(mostBuckets.value) * skus,
      is: `${ordersOfProduct(1)} orders a second of each in one bucket`,
      beyond: "transactions collide and are tried again; beyond it messages come back after 180 s",
      cure: `PUT /stock/{sku} with "buckets", up to ${mostBuckets.value}`,
      source: "tools/capacity/src/constants.ts",
      date: load.date,
    },
    ofQuota("partitionWrites", "", {
      name: `stock of ${products}, writes of an item`,
      times: skus,
      share: unitsOfAReservation.value,
      unit: "write units of an order",
      beyond: "writes are throttled",
      cure: `PUT /stock/{sku} with "buckets", up to ${mostBuckets.value}`,
      cured: (quotas.partitionWrites.value * skus * mostBuckets.value) / unitsOfAReservation.value,
    }),
    ofQuota("partitionReads", "", {
      name: `price of ${products}, reads of an item`,
      times: skus,
      share: 1,
      unit: "read unit of an order",
      beyond: "reads are throttled: 503",
      cure: "none here: prices would have to be remembered by place-order",
    }),
  ];
}
