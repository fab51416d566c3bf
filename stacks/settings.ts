// A stage's settings, from the environment (`.env`, `.env.<stage>`); an invalid one stops the deployment.
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import * as z from "zod";

const reactionNames = allReactions(services).map(({ queue }) => queue.name);

const optional = <T extends string>(schema: z.ZodType<T>) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const Settings = z.object({
  JWT_ISSUER: z
    .url({ protocol: /^https$/, error: "must be the https URL of the tokens' issuer" })
    .describe("Who signs the storefront's tokens; its keys are found by OpenID Connect discovery."),
  JWT_AUDIENCE: z.string({ error: "must name the tokens' audience" }).min(1),
  MAIL_FROM: z
    .string({ error: "must be a mailbox such as `Tea Shop <shop@example.com>`" })
    .regex(
      /^(?:[^<>]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      "must be a mailbox such as `Tea Shop <shop@example.com>`",
    ),
  /** The address or domain to verify with SES; a domain's records are made in Route 53. */
  MAIL_IDENTITY: optional(z.string()),
  /** Who is told of alarms; AWS asks the address to confirm. */
  ALARM_EMAIL: optional(z.email()),
  /** The origin of a storefront that runs in a browser. */
  STOREFRONT_ORIGIN: optional(z.url()),
  /** Where the runbooks can be read; alarms link to them. */
  RUNBOOKS_URL: z.string().default("docs/runbooks"),
  /** How many mails SES lets the account send in a day (`aws sesv2 get-account`); 200 in its sandbox. */
  MAILS_PER_DAY: z.coerce.number().int().positive("must be a number of mails, such as 50000").default(50_000),
  /** What the account may cost in a month, in USD; production alone makes the budget, which is account-wide. */
  MONTHLY_BUDGET: optional(z.string().regex(/^[1-9]\d*$/, "must be a number of dollars, such as 100")),
  /** The account's monitor of cost anomalies: its ARN, or `own` where the account has none and production makes it. */
  COST_MONITOR: optional(
    z
      .string()
      .regex(/^(own|arn:aws[a-z-]*:ce::\d{12}:anomalymonitor\/[\w-]+)$/, "must be `own` or a monitor's ARN"),
  ),
  /** The share of the orders of which everything is logged; of the others it is what went wrong. */
  LOG_SAMPLE: z.coerce
    .number()
    .gt(0, "must be a share of the orders, such as 0.1")
    .max(1, "must be a share of the orders, such as 0.1")
    .default(1),
  /** `yes` while tables are restored: no order is taken, and no reaction or schedule runs. */
  STOPPED: optional(z.enum(["yes", "no"], "must be `yes` or `no`")),
  /** Where a daily copy of each table is kept, such as `eu-central-1`; none without it. */
  BACKUP_REGION: optional(
    z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region, such as eu-central-1"),
  ),
  /** How new code becomes live in a stage that keeps versions: production, and one that sets this. */
  ROLLOUT: optional(z.enum(["at-once", "gradual"], { error: "must be at-once or gradual" })),
  /** Reactions whose mapping is off, as `payment-capture-payment`; their messages wait in the queue. */
  PAUSED_REACTIONS: z
    .string()
    .default("")
    .transform(list)
    .refine((names) => names.every((name) => reactionNames.includes(name)), {
      error: ({ input }) =>
        `${input} names a reaction that does not exist; there are ${reactionNames.join(", ")}`,
    }),
});

/** How a version becomes the live one: with its deployment, or in steps by `pnpm rollout` after it. */
export type Rollout = "at-once" | "gradual";

export type Settings = {
  readonly production: boolean;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly mailFrom: string;
  readonly mailIdentity: string;
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
  readonly backupRegion: string | undefined;
  /** A setting of a manifest, if the stage gives it another value than the manifest. */
  given(name: string): string | undefined;
};

/** The longest function name is 40 characters without its stage, and Lambda allows 64. */
const LONGEST_STAGE = 24;

export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  if ($app.stage.length > LONGEST_STAGE) {
    throw new Error(
      `The stage ${$app.stage} is longer than ${LONGEST_STAGE} characters; choose a shorter one.`,
    );
  }
  const parsed = Settings.safeParse(environment);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(
      `The settings of the stage ${$app.stage} are not complete. Put them in .env.${$app.stage} (see .env.example):\n${faults.join("\n")}`,
    );
  }
  const values = parsed.data;
  const production = $app.stage === "production";
  return {
    production,
    issuer: values.JWT_ISSUER,
    audiences: list(values.JWT_AUDIENCE),
    mailFrom: values.MAIL_FROM,
    mailIdentity: values.MAIL_IDENTITY ?? addressOf(values.MAIL_FROM),
    alarmEmail: values.ALARM_EMAIL,
    storefrontOrigin: values.STOREFRONT_ORIGIN,
    runbooksUrl: values.RUNBOOKS_URL.replace(/\/$/, ""),
    mailsPerDay: values.MAILS_PER_DAY,
    monthlyBudget: values.MONTHLY_BUDGET,
    costMonitor: values.COST_MONITOR,
    logSample: values.LOG_SAMPLE,
    pausedReactions: values.STOPPED === "yes" ? reactionNames : values.PAUSED_REACTIONS,
    stopped: values.STOPPED === "yes",
    backupRegion: values.BACKUP_REGION,
    // In `sst dev` a function is the developer's machine, of which there are no versions.
    rollout: $dev ? undefined : (values.ROLLOUT ?? (production ? "at-once" : undefined)),
    given: (name) => environment[name] || undefined,
  };
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
