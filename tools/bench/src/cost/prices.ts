// AWS's list prices by region, in US dollars, without free tiers or discounts: the source of every figure.

export const regions = ["eu-west-1", "us-east-1"] as const;
export type Region = (typeof regions)[number];
export const isRegion = (name: string): name is Region => (regions as readonly string[]).includes(name);

/** Looked up on this day. */
export const pricesDate = "2026-11-27";

/**
 * Each row: what it costs in the regions, in their order, and what says so.
 *
 * - `list`: AWS's price list of both regions (pricing.us-east-1.amazonaws.com/offers/v1.0/aws/SERVICE, of
 *   2026-09-11 to 2026-10-08), read in public copies of it, because AWS itself could not be reached.
 * - `list, us-east-1`: so for the second; no copy of the first was found, and both have the same price.
 * - `bill`: of eu-west-1, a published bill of July 2026, by its hours; of us-east-1 the price list.
 * - `page`: AWS's pricing page of the service, by its worked example for us-east-1, in a copy of 2026-09-20
 *   (github.com/api-evangelist/aws-lambda); that eu-west-1 has the same price is not confirmed.
 * - `nothing`: what AWS's pages are known to say; no copy was found.
 */
const table = {
  httpRequest: [1.11e-6, 1e-6, "list"],
  lambdaInvocation: [0.2e-6, 0.2e-6, "list"],
  /** arm64, first tier. */
  lambdaGigabyteSecond: [0.0000133334, 0.0000133334, "list"],
  /** A custom event of up to 64 KB; its delivery to a queue of the same account is free. */
  event: [1e-6, 1e-6, "list, us-east-1"],
  archivedGigabyte: [0.1, 0.1, "nothing"],
  sqsRequest: [0.4e-6, 0.4e-6, "list"],
  /** What a request costs more whose message has a group (usage type Requests-Fair-RBP). */
  fairSqsRequest: [0.1e-6, 0.1e-6, "list, us-east-1"],
  writeUnit: [0.705e-6, 0.625e-6, "list"],
  readUnit: [0.1415e-6, 0.125e-6, "list"],
  mail: [100e-6, 100e-6, "nothing"],
  logGigabyte: [0.57, 0.5, "list"],
  /** A month of a gigabyte in a table, and of its continuous backup. */
  tableGigabyteMonth: [0.283, 0.25, "list"],
  backupGigabyteMonth: [0.22, 0.2, "list"],
  logGigabyteMonth: [0.03, 0.03, "list"],
  stateTransition: [25e-6, 25e-6, "list"],
  expressRequest: [1e-6, 1e-6, "nothing"],
  expressGigabyteSecond: [0.00001667, 0.00001667, "nothing"],
  /** A durable function's start or step; what it writes and keeps is billed too, and not in here. */
  durableOperation: [8e-6, 8e-6, "page"],
  /** Fargate on arm64. */
  fargateVcpuHour: [0.03238, 0.03238, "list"],
  fargateGigabyteHour: [0.00356, 0.00356, "list"],
  loadBalancerHour: [0.0252, 0.0225, "bill"],
  loadBalancerUnitHour: [0.008, 0.008, "list, us-east-1"],
  /** PostgreSQL on db.t4g.medium in two zones. */
  databaseHour: [0.145, 0.129, "nothing"],
  databaseGigabyteMonth: [0.254, 0.23, "bill"],
  /** Redis on one cache.t4g.small. */
  cacheHour: [0.035, 0.032, "nothing"],
  /** A gigabyte of a gp3 volume. */
  volumeGigabyteMonth: [0.088, 0.08, "nothing"],
} as const satisfies Record<string, readonly [number, number, Source]>;

type Source = "list" | "list, us-east-1" | "bill" | "page" | "nothing";

export type Prices = Readonly<Record<keyof typeof table, number>>;

export function pricesOf(region: Region): Prices {
  const column = regions.indexOf(region) as 0 | 1;
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row[column]])) as Prices;
}

/** Of the region that the documents speak of. */
export const prices: Prices = pricesOf("eu-west-1");

/** The prices that no copy of AWS's price list confirms. */
export const unconfirmed: readonly string[] = Object.entries(table).flatMap(([name, [, , source]]) =>
  source === "nothing" ? [name] : [],
);

export const HOURS_PER_MONTH = 730;
