// The quotas that bound how many orders a stage can take: one dated table, each row with its page.

/** Looked up on this day, in public copies of the pages, because AWS itself could not be reached. */
export const quotasDate = "2026-11-29";

/** Where the whole of it can be deployed: EventBridge's regions, without China and GovCloud. */
export const regions = [
  ...["us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "ca-west-1", "mx-central-1"],
  ...["sa-east-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-central-2", "eu-north-1"],
  ...["eu-south-1", "eu-south-2", "af-south-1", "il-central-1", "me-central-1", "me-south-1"],
  ...["ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"],
  ...["ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"],
  ...["ap-southeast-5", "ap-southeast-7"],
] as const;

export type Quota = {
  /** What is limited, and per what. */
  readonly says: string;
  /** In every region that is not named below. */
  readonly value: number;
  readonly in?: Readonly<Record<string, number>>;
  /** True if one gets more by asking; false if it is the same for everybody. */
  readonly adjustable: boolean;
  readonly source: string;
};

const eventBridge = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";
const lambdaScaling = "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html";
const lambdaQuotas = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const mappings = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html";
const warm = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html";
const partitions =
  "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";
const stripeLimits = "https://docs.stripe.com/rate-limits";
const sesQuotas = "https://docs.aws.amazon.com/ses/latest/dg/quotas.html";

/** Each region's value by a short list of values, as EventBridge's page groups them. */
const byValue = (groups: Readonly<Record<number, readonly (typeof regions)[number][]>>) =>
  Object.fromEntries(
    Object.entries(groups).flatMap(([value, names]) => names.map((name) => [name, Number(value)])),
  );

const large = ["us-east-1", "us-west-2", "eu-west-1"] as const;
const medium = ["us-east-2", "eu-central-1", "eu-south-2"] as const;
const small = ["us-west-1", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-2"] as const;
const smaller = [
  ...(["ap-east-1", "ap-northeast-2", "ap-south-1", "ca-central-1"] as const),
  ...(["eu-north-1", "eu-west-3", "sa-east-1"] as const),
] as const;

export const quotas = {
  putEvents: {
    says: "EventBridge: requests of PutEvents a second, of the account",
    value: 400,
    in: byValue({ 10000: large, 2400: medium, 1200: small, 600: smaller }),
    adjustable: true,
    source: eventBridge,
  },
  deliveries: {
    says: "EventBridge: events sent to targets a second, of the account; beyond it they are late",
    value: 750,
    in: byValue({ 18750: large, 4500: medium, 2250: small, 1100: smaller }),
    adjustable: true,
    source: eventBridge,
  },
  concurrency: {
    says: "Lambda: invocations at once, of the account; a new account may begin with 10",
    value: 1000,
    adjustable: true,
    source: lambdaQuotas,
  },
  requestsPerConcurrency: {
    says: "Lambda: invocations a second for each one that may run at once",
    value: 10,
    adjustable: false,
    source: lambdaQuotas,
  },
  functionGrowth: {
    says: "Lambda: more environments of one function in 10 seconds",
    value: 1000,
    adjustable: false,
    source: lambdaScaling,
  },
  mappingConcurrency: {
    says: "Lambda: batches of one queue at once that maximumConcurrency can allow, at least 2",
    value: 1000,
    adjustable: false,
    source: mappings,
  },
  mappingGrowth: {
    says: "Lambda: more batches of one queue at once in a minute, from 5 on",
    value: 300,
    adjustable: false,
    source: mappings,
  },
  pollerConcurrency: {
    says: "Lambda: batches at once for each poller of a queue in provisioned mode",
    value: 10,
    adjustable: false,
    source: mappings,
  },
  inFlight: {
    says: "SQS: messages of a standard queue that are received and not deleted",
    value: 120_000,
    adjustable: true,
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html",
  },
  apiRequests: {
    says: "API Gateway: requests a second, of the account",
    value: 10_000,
    in: byValue({
      2500: [
        ...(["af-south-1", "eu-south-1", "ap-southeast-3", "me-central-1", "ap-south-2"] as const),
        ...(["ap-southeast-4", "eu-south-2", "eu-central-2", "il-central-1", "ca-west-1"] as const),
        ...(["ap-southeast-5", "ap-southeast-7", "mx-central-1"] as const),
      ],
    }),
    adjustable: true,
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
  },
  freshWrites: {
    says: "DynamoDB: write units a second of a new on-demand table or index; twice the last peak in 30 minutes",
    value: 4000,
    adjustable: true,
    source: warm,
  },
  freshReads: {
    says: "DynamoDB: read units a second of a new on-demand table or index",
    value: 12_000,
    adjustable: true,
    source: warm,
  },
  tableWrites: {
    says: "DynamoDB: write units a second of a table, of an index",
    value: 40_000,
    adjustable: true,
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html",
  },
  partitionWrites: {
    says: "DynamoDB: write units a second of one partition, and so of one item",
    value: 1000,
    adjustable: false,
    source: partitions,
  },
  partitionReads: {
    says: "DynamoDB: read units a second of one partition, and so of one item",
    value: 3000,
    adjustable: false,
    source: partitions,
  },
  keyRequests: {
    says: "KMS: uses of symmetric keys a second, of the account",
    value: 10_000,
    in: byValue({
      100000: large,
      20000: ["us-east-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "eu-central-1", "eu-west-2"],
    }),
    adjustable: true,
    source: "https://docs.aws.amazon.com/general/latest/gr/kms.html",
  },
  stripeOperation: {
    says: "Stripe: requests a second at each operation",
    value: 25,
    adjustable: true,
    source: stripeLimits,
  },
  stripeAccount: {
    says: "Stripe: requests a second of a live account; 25 in a sandbox",
    value: 100,
    adjustable: true,
    source: stripeLimits,
  },
  mailsPerSecond: {
    says: "SES: mails a second beyond the sandbox; AWS names no figure any more, an account's own is the truth",
    value: 14,
    adjustable: true,
    source: sesQuotas,
  },
  mailsPerDay: {
    says: "SES: mails in 24 hours beyond the sandbox; likewise",
    value: 50_000,
    adjustable: true,
    source: sesQuotas,
  },
} as const satisfies Record<string, Quota>;

export type QuotaName = keyof typeof quotas;

/** A region that is not in the list has what the page says of every other one. */
export function quotaIn(name: QuotaName, region: string): number {
  const quota: Quota = quotas[name];
  return quota.in?.[region] ?? quota.value;
}
