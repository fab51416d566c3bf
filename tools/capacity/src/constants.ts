// Figures that are in no quota: each with where it comes from, and whether it was measured in AWS (none was).

export type Constant = { readonly says: string; readonly value: number; readonly from: string };

export const constants = {
  mostBuckets: {
    says: "buckets of one product at most",
    value: 32,
    from: "packages/inventory; an operator raises them by PUT /stock/{sku}",
  },
  unitsOfAReservation: {
    says: "write units on a product's stock item: it is reserved and committed, in a transaction each",
    value: 4,
    from: 'two transactions, each of which counts twice (DynamoDB developer guide, "Transactions")',
  },
  callsOfAnOperation: {
    says: "requests of the busiest of the provider's operations, of an order: it is authorized once and captured once",
    value: 1,
    from: "docs/protocol.md",
  },
  providerSeconds: {
    says: "seconds that a call of the payment provider takes",
    value: 1,
    from: "packages/messaging/src/provider-limit.ts, which fills the provider's limit by it",
  },
  mailSeconds: {
    says: "seconds that a batch of mails takes beyond the wait for SES's limit",
    value: 0.2,
    from: "the simulator's pace, 200 ms for a provider's call",
  },
  hiddenSeconds: {
    says: "seconds that a message which fails is hidden, and counts as in flight",
    value: 180,
    from: "six times a reaction's timeout (packages/messaging/src/topology.ts)",
  },
  dueShards: {
    says: "partitions of the index `due`",
    value: 8,
    from: "packages/messaging/src/due.ts",
  },
} as const satisfies Record<string, Constant>;

/**
 * Orders a second of one product that are settled for as long as they come, by buckets of its stock:
 * `pnpm bench hot` in the simulator at 15 ms a transaction, 6,000 orders divided by the time until 99 of 100
 * had their stock. Between two of them it is taken to be on the line. The last is what ten batches of
 * reserve-stock reach.
 */
export const knees = [
  [1, 20],
  [4, 69],
  [8, 119],
  [20, 240],
  [32, 270],
] as const;

export function ordersOfProduct(buckets: number): number {
  const above = knees.findIndex(([each]) => each >= buckets);
  const [to, high] = knees[above] ?? knees[knees.length - 1] ?? [1, 0];
  const [from, low] = knees[Math.max(0, above - 1)] ?? [1, 0];
  return to === from ? high : low + ((high - low) * (buckets - from)) / (to - from);
}

/** The fewest buckets that bear so many orders a second of one product, or none. */
export const bucketsFor = (ordersPerSecond: number): number | undefined =>
  Array.from({ length: constants.mostBuckets.value }, (_, index) => index + 1).find(
    (buckets) => ordersOfProduct(buckets) >= ordersPerSecond,
  );
