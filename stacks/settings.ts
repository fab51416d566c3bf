// A stage's settings, from the environment (`.env`, `.env.<stage>`); an invalid one stops the deployment.
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { readEndpoints } from "@order-saga/webhooks/service";
import * as z from "zod";
import { type ApiLimit, apiLimitOf, concurrencyOf, misfitsOf, type Throughput } from "./fit.ts";

const reactions = allReactions(services);
const reactionNames = reactions.map(({ queue }) => queue.name);
const workersOwn = reactions
  .filter(({ manifest }) => manifest.runs === "worker")
  .map(({ queue }) => queue.name);

/** An empty setting is one that is not given. */
const optional = <T extends string>(schema: z.ZodType<T>) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const perSecond = optional(z.string().regex(/^[1-9]\d*$/, "must be a number of calls, such as 25"));

const reactionList = z
  .string()
  .default("")
  .transform(list)
  .refine((names) => names.every((name) => reactionNames.includes(name)), {
    error: ({ input }) =>
      `${input} names a reaction that does not exist; there are ${reactionNames.join(", ")}`,
  });

const stageName = z
  .string()
  .regex(/^[a-zA-Z0-9-]+$/, "must be the name of a stage, or `none` if it is made elsewhere");

/** A number of orders, requests or functions, such as 500. */
const whole = (says: string) =>
  optional(z.string().regex(/^[1-9]\d{0,6}$/, `must be a number of ${says}`)).transform((text) =>
    text === undefined ? undefined : Number(text),
  );

const upTo = (says: string) => optional(z.string().regex(/^\d{1,7}$/, `must be a number of ${says}`));

/** Reactions whose number of batches follows from their provider's limit. */
const paced = new Map(
  reactions.flatMap(({ manifest: { calls }, queue }) => (calls ? [[queue.name, calls.setting]] : [])),
);

/** Above 1,000 the mapping is in provisioned mode, of up to 2,000 pollers with ten batches each. */
const MOST_AT_ONCE = 20_000;

const concurrencies = z
  .string()
  .default("")
  .transform((text, context) => {
    const found = new Map<string, number>();
    for (const each of list(text)) {
      const [, name = "", number] = /^([\w-]+)=(\d{1,5})$/.exec(each) ?? [];
      const provider = paced.get(name);
      const wrong =
        number === undefined
          ? `${each} is not of the form inventory-reserve-stock=50`
          : !reactionNames.includes(name)
            ? `${name} is no reaction; there are ${reactionNames.join(", ")}`
            : provider !== undefined
              ? `${name} runs as many batches as ${provider} allows; set that`
              : Number(number) < 2 || Number(number) > MOST_AT_ONCE
                ? `${each} must be from 2 to ${MOST_AT_ONCE} batches at once`
                : found.has(name)
                  ? `${name} is named twice`
                  : undefined;
      if (wrong) context.addIssue(wrong);
      else found.set(name, Number(number));
    }
    return found;
  });

const endpoints = z
  .string()
  .default("")
  .superRefine((text, context) => {
    try {
      readEndpoints(text);
    } catch (error) {
      context.addIssue(error instanceof RangeError ? error.message : String(error));
    }
  });

const mailbox = "must be a mailbox such as `Tea Shop <shop@example.com>`";

const Settings = z.object({
  /** Where the stage is deployed; the region of sst.config.ts. */
  REGION: optional(z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, "must be a region such as eu-west-1")),
  JWT_ISSUER: optional(
    z.url({ protocol: /^https$/, error: "must be the https URL of the tokens' issuer" }),
  ).describe("Who signs the storefront's tokens; its keys are found by OpenID Connect discovery."),
  JWT_AUDIENCE: optional(z.string()),
  MAIL_FROM: z
    .string({ error: mailbox })
    .regex(/^(?:[^<>]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, mailbox),
  /** The address or domain to verify with SES; a domain's records are made in Route 53. */
  MAIL_IDENTITY: optional(z.string()),
  /** The stage that makes the mail identity, which an account has once in a region. */
  MAIL_IDENTITY_OWNER: optional(stageName),
  /** The stage that makes the schema registry, of which an account has ten in a region. */
  SCHEMAS_OWNER: optional(stageName),
  /** Who is told of alarms; AWS asks the address to confirm. */
  ALARM_EMAIL: optional(z.email()),
  /** The origin of a storefront that runs in a browser. */
  STOREFRONT_ORIGIN: optional(z.url()),
  /** The storefront's page to which a customer's bank sends them back; Stripe refuses anything but a URL. */
  RETURN_URL: optional(
    z.url({ protocol: /^https$/, error: "must be the https URL of a page, for Stripe refuses any other" }),
  ),
  /** How long a customer has who is asked to confirm a payment. */
  ACTION_WITHIN_SECONDS: optional(
    z.string().regex(/^[1-9]\d{1,3}$/, "must be a number of seconds from 10 to 9999, such as 600"),
  ),
  /** Where the runbooks can be read; alarms link to them. */
  RUNBOOKS_URL: optional(
    z.url({ protocol: /^https$/, error: "must be an https URL, for alarms link to the runbooks there" }),
  ),
  /** How many mails SES lets the account send in a day (`aws sesv2 get-account`); 200 in its sandbox. */
  MAILS_PER_DAY: z.preprocess(
    (value) => value || undefined,
    z.coerce.number().int().positive("must be a number of mails, such as 50000").default(50_000),
  ),
  /** Calls a second that a provider lets the account make, if not as many as the manifests say. */
  STRIPE_PER_SECOND: perSecond,
  MAIL_PER_SECOND: perSecond,
  /** Requests a second, and at once, that the API takes; by default 200, or what bus and provider bear. */
  API_PER_SECOND: whole("requests, such as 200"),
  API_BURST: whole("requests at once, such as 400"),
  /** Requests that wait at once for their order's change (`?wait=`); each is a function that runs. */
  WAITS_AT_ONCE: optional(z.string().regex(/^\d{1,5}$/, "must be a number of requests, such as 100")),
  /** Batches at once of reactions, as `inventory-reserve-stock=50`, where not the manifest's. */
  REACTION_CONCURRENCY: concurrencies,
  /** Tables are made ready for so many orders a second. */
  WARM_ORDERS_PER_SECOND: whole("orders, such as 1000"),
  /** The account's own quotas, where AWS has raised them (stacks/quotas.ts has the defaults). */
  PUT_EVENTS_PER_SECOND: whole("requests of PutEvents, such as 2400"),
  DELIVERIES_PER_SECOND: whole("deliveries, such as 4500"),
  ACCOUNT_CONCURRENCY: whole("functions at once, such as 3000"),
  /** Orders that a customer may place, and mails that they are sent, in QUOTA_SECONDS; 0 is any number. */
  ORDERS_PER_CUSTOMER: upTo("orders in QUOTA_SECONDS, such as 20; 0 for any number"),
  MAILS_PER_CUSTOMER: upTo("mails in QUOTA_SECONDS, such as 60; 0 for any number"),
  QUOTA_SECONDS: optional(
    z.string().regex(/^[1-9]\d{1,5}$/, "must be a number of seconds from 10 to 999999, such as 3600"),
  ),
  /** Who is told how orders end, as `shop=https://shop.example.com/hooks`. */
  WEBHOOK_ENDPOINTS: endpoints,
  /** For the laptop alone: a stage that sent webhooks elsewhere could be made to send them inwards. */
  WEBHOOK_ADDRESSES: optional(z.literal("public", { error: "must be public in a stage, or absent" })),
  /** What the account may cost in a month, in USD; the budget is account-wide and production's. */
  MONTHLY_BUDGET: optional(z.string().regex(/^[1-9]\d*$/, "must be a number of dollars, such as 100")),
  /** The account's monitor of cost anomalies: its ARN, or `own` to have production make it. */
  COST_MONITOR: optional(
    z
      .string()
      .regex(/^(own|arn:aws[a-z-]*:ce::\d{12}:anomalymonitor\/[\w-]+)$/, "must be `own` or a monitor's ARN"),
  ),
  /** The share of the orders of which everything is logged; of the others it is what went wrong. */
  LOG_SAMPLE: z.preprocess(
    (value) => value || undefined,
    z.coerce
      .number()
      .gt(0, "must be a share of the orders, such as 0.1")
      .max(1, "must be a share of the orders, such as 0.1")
      .default(1),
  ),
  /** `yes` while tables are restored: no order is taken, and no reaction or schedule runs. */
  STOPPED: optional(z.enum(["yes", "no"], "must be `yes` or `no`")),
  /** Where a daily copy of each table is kept, such as `eu-central-1`; none without it. */
  BACKUP_REGION: optional(
    z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region, such as eu-central-1"),
  ),
  /** How new code becomes live in a stage that keeps versions: production, and one that sets this. */
  ROLLOUT: optional(z.enum(["at-once", "gradual"], { error: "must be at-once or gradual" })),
  /** Reactions whose mapping is off, as `payment-capture-payment`; their messages wait in the queue. */
  PAUSED_REACTIONS: reactionList,
  /** Reactions that a container runs instead of their functions, as `inventory-reserve-stock`. */
  WORKER_REACTIONS: reactionList,
  /** The image of packages/worker in a registry of the account's ECR, with its tag or digest. */
  WORKER_IMAGE: optional(
    z
      .string()
      .regex(
        /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[\w./-]+[:@][\w.:-]+$/,
        "must be an image in ECR with its tag or digest",
      ),
  ),
  /** Where the worker's tasks run: subnets from which AWS's endpoints can be reached. */
  WORKER_SUBNETS: z
    .string()
    .default("")
    .transform(list)
    .refine((ids) => ids.every((id) => /^subnet-[0-9a-f]+$/.test(id)), "must be ids such as subnet-0a1b2c"),
});

/** How a version becomes the live one: with its deployment, or in steps by `pnpm rollout` after it. */
export type Rollout = "at-once" | "gradual";

/** Which reactions a container runs, by their queues' names; with none of them there is no container. */
export type Worker = {
  readonly reactions: readonly string[];
  readonly image: string;
  readonly subnets: readonly string[];
};

type Given = z.infer<typeof Settings>;
type Environment = Readonly<Record<string, string | undefined>>;

export type Settings = {
  readonly production: boolean;
  /** Whose tokens the API takes; without it the stage makes its own issuer. */
  readonly tokens: { readonly issuer: string; readonly audiences: readonly string[] } | undefined;
  readonly mailFrom: string;
  readonly mailIdentity: string;
  readonly ownsMailIdentity: boolean;
  readonly ownsSchemas: boolean;
  readonly alarmEmail: string | undefined;
  readonly storefrontOrigin: string | undefined;
  readonly runbooksUrl: string;
  readonly mailsPerDay: number;
  readonly monthlyBudget: string | undefined;
  readonly costMonitor: string | undefined;
  readonly logSample: number;
  /** Undefined in a stage without versions, whose functions are called as they are deployed. */
  readonly rollout: Rollout | undefined;
  readonly pausedReactions: readonly string[];
  readonly stopped: boolean;
  readonly worker: Worker;
  readonly backupRegion: string | undefined;
  readonly api: ApiLimit;
  /** Batches at once of every reaction, by its queue's name. */
  readonly concurrency: ReadonlyMap<string, number>;
  readonly warmOrdersPerSecond: number | undefined;
  /** A setting of a manifest, if the stage gives it another value than the manifest. */
  given(name: string): string | undefined;
};

/** The region of sst.config.ts. */
const DEFAULT_REGION = "eu-west-1";

/** The longest function name is 40 characters without its stage, and Lambda allows 64. */
const LONGEST_STAGE = 24;

export function readSettings(stage: string, environment: Environment, live = false): Settings {
  if (stage.length > LONGEST_STAGE) {
    throw new Error(`The stage ${stage} is longer than ${LONGEST_STAGE} characters; choose a shorter one.`);
  }
  const production = stage === "production";
  const parsed = Settings.safeParse(environment);
  const faults = parsed.success
    ? [
        ...missing(parsed.data, production),
        ...otherRegions(parsed.data, environment),
        ...misfitsOf(throughputOf(parsed.data, environment)),
      ]
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  if (!parsed.success || faults.length > 0) {
    const lines = faults.map((fault) => `  ${fault}`).join("\n");
    throw new Error(
      `The settings of the stage ${stage} are not complete. Put them in .env.${stage} (see .env.example):\n${lines}`,
    );
  }
  const values = parsed.data;
  const throughput = throughputOf(values, environment);
  const tokens = values.JWT_ISSUER
    ? { issuer: values.JWT_ISSUER, audiences: list(values.JWT_AUDIENCE ?? "") }
    : undefined;
  return {
    production,
    tokens,
    mailFrom: values.MAIL_FROM,
    mailIdentity: values.MAIL_IDENTITY ?? addressOf(values.MAIL_FROM),
    ownsMailIdentity: stage === (values.MAIL_IDENTITY_OWNER ?? "production"),
    ownsSchemas: stage === (values.SCHEMAS_OWNER ?? "production"),
    alarmEmail: values.ALARM_EMAIL,
    storefrontOrigin: values.STOREFRONT_ORIGIN,
    runbooksUrl: (values.RUNBOOKS_URL ?? "docs/runbooks").replace(/\/+$/, ""),
    mailsPerDay: values.MAILS_PER_DAY,
    monthlyBudget: values.MONTHLY_BUDGET,
    costMonitor: values.COST_MONITOR,
    logSample: values.LOG_SAMPLE,
    pausedReactions: values.STOPPED === "yes" ? reactionNames : values.PAUSED_REACTIONS,
    stopped: values.STOPPED === "yes",
    worker: {
      reactions: inWorker(values),
      image: values.WORKER_IMAGE ?? "",
      subnets: values.WORKER_SUBNETS,
    },
    backupRegion: values.BACKUP_REGION,
    // In `sst dev` a function is the developer's machine, of which there are no versions.
    rollout: live ? undefined : (values.ROLLOUT ?? (production ? "at-once" : undefined)),
    api: apiLimitOf(throughput),
    concurrency: concurrencyOf(throughput),
    warmOrdersPerSecond: values.WARM_ORDERS_PER_SECOND,
    given: throughput.given,
  };
}

function throughputOf(given: Given, environment: Environment): Throughput {
  return {
    region: given.REGION ?? DEFAULT_REGION,
    apiPerSecond: given.API_PER_SECOND,
    apiBurst: given.API_BURST,
    concurrency: given.REACTION_CONCURRENCY,
    warmOrdersPerSecond: given.WARM_ORDERS_PER_SECOND,
    putEventsPerSecond: given.PUT_EVENTS_PER_SECOND,
    deliveriesPerSecond: given.DELIVERIES_PER_SECOND,
    accountConcurrency: given.ACCOUNT_CONCURRENCY,
    given: (name) => environment[name] || undefined,
  };
}

/** By its manifest, or by this stage's setting. */
function inWorker({ WORKER_REACTIONS }: Given): string[] {
  return [...new Set([...workersOwn, ...WORKER_REACTIONS])];
}

/** What this stage must be given, though another need not. */
function missing(given: Given, production: boolean): string[] {
  const alarms = production || given.ALARM_EMAIL;
  return [
    ...(production && !given.REGION
      ? ["REGION: must name the region, such as eu-west-1; in another one there would be a second production"]
      : []),
    ...(production && !given.JWT_ISSUER
      ? ["JWT_ISSUER: must be the https URL of the tokens' issuer; only other stages make their own"]
      : []),
    ...(given.JWT_ISSUER && list(given.JWT_AUDIENCE ?? "").length === 0
      ? ["JWT_AUDIENCE: must name the tokens' audience"]
      : []),
    ...(inWorker(given).length > 0 && (!given.WORKER_IMAGE || given.WORKER_SUBNETS.length === 0)
      ? ["WORKER_IMAGE, WORKER_SUBNETS: must say which image runs in which subnets (docs/worker.md)"]
      : []),
    ...(alarms && !given.RUNBOOKS_URL
      ? ["RUNBOOKS_URL: must be the https URL of docs/runbooks, for every alarm mails a link to its page"]
      : []),
  ];
}

/** A shell of another region would look for the stage there with every tool but SST. */
function otherRegions({ REGION = DEFAULT_REGION }: Given, environment: Environment): string[] {
  return ["AWS_REGION", "AWS_DEFAULT_REGION"].flatMap((name) => {
    const other = environment[name];
    if (!other || other === REGION) return [];
    return [`REGION: is ${REGION}, but ${name} of this shell is ${other}; unset that, or make them the same`];
  });
}

/** The address in `Name <address>`, or the address itself. */
export function addressOf(mailbox: string): string {
  return /<(.+)>/.exec(mailbox)?.[1] ?? mailbox;
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
