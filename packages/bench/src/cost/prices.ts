// AWS's list prices in eu-west-1, in US dollars, without free tiers or discounts: the one table every figure comes from.

/**
 * Written down on 2026-11-23 from what AWS's price pages are known to say; they could not be reached on that day, so
 * look again before a budget rests on it.
 */
export const prices = {
  date: "2026-11-23",
  region: "eu-west-1",
  httpRequest: 1.11e-6,
  lambdaInvocation: 0.2e-6,
  /** arm64, first tier. */
  lambdaGigabyteSecond: 0.0000133334,
  /** A custom event of up to 64 KB; its delivery to a queue of the same account is free. */
  event: 1e-6,
  archivedGigabyte: 0.1,
  sqsRequest: 0.4e-6,
  writeUnit: 0.705e-6,
  readUnit: 0.141e-6,
  mail: 100e-6,
  logGigabyte: 0.57,
  /** A month of a gigabyte in a table, with continuous backups. */
  tableGigabyteMonth: 0.283 + 0.224,
  logGigabyteMonth: 0.03,
  stateTransition: 25e-6,
  expressRequest: 1e-6,
  expressGigabyteSecond: 0.00001667,
  /** Fargate on arm64. */
  fargateVcpuHour: 0.03238,
  fargateGigabyteHour: 0.00356,
  loadBalancerHour: 0.0252,
  loadBalancerUnitHour: 0.008,
  /** PostgreSQL on db.t4g.medium in two zones. */
  databaseHour: 0.145,
  databaseGigabyteMonth: 0.254,
} as const;

export const HOURS_PER_MONTH = 730;
