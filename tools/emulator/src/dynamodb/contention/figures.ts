// DynamoDB's figures of contention and throughput, and where each is published; read in November 2026.

const guide = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide";
const api = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference";

/** Units are a second's; a write unit is 1 KB, a read unit 4 KB of a consistent read. */
export const figures = {
  partitionWriteUnits: { value: 1000, source: `${guide}/bp-partition-key-design.html` },
  partitionReadUnits: { value: 3000, source: `${guide}/bp-partition-key-design.html` },
  /** A new on-demand table, and each of its indexes, takes these at once. */
  warmWriteUnits: { value: 4000, source: `${guide}/warm-throughput-scenarios.html` },
  warmReadUnits: { value: 12_000, source: `${guide}/warm-throughput-scenarios.html` },
  /** Beyond them: so many times the peak of before these minutes. */
  timesPreviousPeak: { value: 2, source: `${guide}/warm-throughput.html` },
  previousPeakMinutes: { value: 30, source: `${guide}/warm-throughput.html` },
  /** More than this no on-demand table takes, unless the account's quota is raised. */
  tableUnits: { value: 40_000, source: `${guide}/ServiceQuotas.html#default-limits-throughput` },
  /** Each item of a transaction is written, or read, to prepare it and to commit it. */
  unitsPerTransactionalUnit: {
    value: 2,
    source: `${guide}/transaction-apis.html#transaction-capacity-handling`,
  },
  /** A repeated request finishes a transaction that was left unfinished for so long. */
  transactionRecoverySeconds: {
    value: 5,
    source: `${api}/API_TransactWriteItems.html#API_TransactWriteItems_Errors`,
  },
} as const;

/** Rules without a figure, as the model has them. */
export const rules = {
  "a transaction on an item of an ongoing transaction is cancelled, TransactionConflict": `${guide}/transaction-apis.html#transaction-conflict-handling`,
  "a single write to such an item is refused, TransactionConflictException": `${guide}/transaction-apis.html#transaction-conflict-handling`,
  "TransactGetItems is cancelled by any write that goes on meanwhile": `${api}/API_TransactGetItems.html#API_TransactGetItems_Errors`,
  "the same token while its transaction goes on: TransactionInProgressException": `${api}/API_TransactWriteItems.html#API_TransactWriteItems_Errors`,
  "a throttled transaction is cancelled, ThrottlingError": `${api}/API_TransactWriteItems.html#API_TransactWriteItems_Errors`,
  "a write that an index cannot take is throttled at the table": `${guide}/gsi-throttling.html`,
  "SDKs repeat throttled requests and TransactionInProgressException, and no cancelled transaction":
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
} as const;

/**
 * What the model leaves out, each to its harm: up to 300 seconds of unused capacity for a burst, which AWS
 * does not promise, and adaptive capacity, which gives a hot item a partition of its own after a while.
 */
export const leftOut = `${guide}/burst-adaptive-capacity.html`;
