// Every number of the deployment: what it must be and why. Alarms' and budgets' are in promises/alarms.
import { functionsOf } from "@order-saga/messaging";
import { batchesUnder, type ProviderLimit } from "@order-saga/messaging/provider-limit";
import { services } from "@order-saga/services";
import { type Graph, numericSetting, type Resource } from "../graph.ts";
import { numbersIn } from "../numbers.ts";
import { types } from "../types.ts";
import { apiLimit, concurrencySet } from "./capacity.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

export type Row = {
  type: string;
  path: string;
  /** Which resources of the type it is about; all unless given. */
  of?: (resource: Resource) => boolean;
  /** What the number does, with the number in it. */
  says: string;
  is: number | ((graph: Graph, resource: Resource) => number);
  because: string;
  /** True if production has no such number. */
  developers?: true;
};

/** Promises about throttles of routes, and about what a stage's settings raise, say what these are. */
const heldByOthers = /^routeSettings\.|(^|\.)warmThroughput\.|^provisionedPollerConfig\./;

/** Their numbers are held by the promises about alarms, filters, the worker, and what the account costs. */
const heldElsewhere: readonly string[] = [
  ...[types.alarm, types.budget, types.costAnomalies, types.metricFilter],
  // promises/consumers
  ...[types.task, types.worker],
];

const isDead = ({ inputs }: Resource) => /-(dlq|undelivered)$/.test(inputs.name);
const isWork = (queue: Resource) => !isDead(queue);

/** The functions of one kind, by the names that manifests give them. */
function ofKind(kind: "reactions" | "routes" | "schedules"): (deployed: Resource) => boolean {
  const names = services.flatMap((service) => service[kind].map(({ name }) => `-${service.name}-${name}`));
  return ({ inputs }) => names.some((name) => String(inputs.name).endsWith(name));
}

const [uploading, ordinary] = [true, false].map((isUpload) =>
  services.flatMap(({ name, reactions }) =>
    reactions.filter(({ from }) => (from === "uploads") === isUpload).map((each) => `-${name}-${each.name}`),
  ),
);

/** What reads uploaded files: its queue, its function, or the mapping between them. */
const isOfUploads = ({ inputs }: Resource) => endsWith(uploading, inputs.name ?? inputs.eventSourceArn);
const isOrdinary = ({ inputs }: Resource) => endsWith(ordinary, inputs.name ?? inputs.eventSourceArn);
const endsWith = (names: readonly string[] = [], text: unknown) =>
  names.some((name) => String(text).endsWith(name));
const isSweepOfOrders = ({ inputs }: Resource) => String(inputs.name).endsWith("-orders-sweep-orders");
const isImport = ({ inputs }: Resource) => String(inputs.name).endsWith("-inventory-import-stock");
const isSweepBulks = ({ inputs }: Resource) => String(inputs.name).endsWith("-orders-sweep-bulks");
const isReconcile = ({ inputs }: Resource) => String(inputs.name).endsWith("-payment-reconcile-payments");
const isGetOrder = ({ inputs }: Resource) => String(inputs.name).endsWith("-orders-get-order");
const isPlaceBulk = ({ inputs }: Resource) => String(inputs.name).endsWith("-orders-place-bulk");
const isPaced = (provider?: string) => {
  const names = services.flatMap(({ name, reactions }) =>
    reactions
      .filter(({ calls }) => calls && (provider === undefined || calls.provider === provider))
      .map((each) => `-${name}-${each.name}`),
  );
  return ({ inputs }: Resource) => endsWith(names, inputs.eventSourceArn);
};
const isDeliver = ({ inputs }: Resource) =>
  String(inputs.eventSourceArn).endsWith("-webhooks-deliver-webhook");
const isPlaceChild = ({ inputs }: Resource) => String(inputs.eventSourceArn).endsWith("-orders-place-child");

/** Only a stage with endpoints has them. */
const webhookRows: readonly Row[] = services.some(({ name }) => name === "webhooks")
  ? [
      {
        type: types.mapping,
        path: "scalingConfig.maximumConcurrency",
        of: isDeliver,
        says: "webhooks are sent in 30 batches at once, unless a setting says otherwise",
        is: (graph, mapping) => concurrencySet(graph, mapping) ?? 30,
        because: "a slow receiver holds a batch for up to 15 s, and another receiver's has to find one free",
      },
    ]
  : [];

const days = (production: number, elsewhere: number) => (graph: Graph) =>
  graph.stage === "production" ? production : elsewhere;

/** The providers whose limit functions share. */
const limits = new Map(
  services
    .flatMap(functionsOf)
    .flatMap(({ calls }): [string, ProviderLimit][] => (calls ? [[calls.provider, calls]] : [])),
);

function pacedRows({ perSecond, provider, setting }: ProviderLimit): Row[] {
  const now = (graph: Graph) => numericSetting(graph, setting as "MAIL_PER_SECOND", perSecond);
  const { batchSize, maximumConcurrency } = batchesUnder(perSecond);
  return [
    {
      type: types.function,
      path: `environment.variables.${setting}`,
      says: `${provider} lets ${perSecond} calls be made a second, unless a setting says otherwise`,
      is: now,
      because: "the provider says so of an account that has asked for no more",
    },
    {
      type: types.mapping,
      path: "batchSize",
      of: isPaced(provider),
      says: `a reaction that calls ${provider} is given ${batchSize} messages at once`,
      is: (graph) => batchesUnder(now(graph)).batchSize,
      because: "each of them has its turn within a third of the function's time",
    },
    {
      type: types.mapping,
      path: "scalingConfig.maximumConcurrency",
      of: isPaced(provider),
      says: `a reaction that calls ${provider} runs ${maximumConcurrency} batches at once`,
      is: (graph) => batchesUnder(now(graph)).maximumConcurrency,
      because: "more would only wait for the provider's limit",
    },
  ];
}

const queueRows: readonly Row[] = [
  {
    type: types.queue,
    path: "visibilityTimeoutSeconds",
    of: (queue) => isWork(queue) && !isOfUploads(queue),
    says: "a message that is being handled stays hidden for 180 s",
    is: 180,
    because: "AWS asks for six timeouts of the function, which has 30 s",
  },
  {
    type: types.queue,
    path: "visibilityTimeoutSeconds",
    of: (queue) => isWork(queue) && isOfUploads(queue),
    says: "a message about an uploaded file stays hidden for 720 s",
    is: 720,
    because: "AWS asks for six timeouts of the function, which has 120 s",
  },
  {
    type: types.queue,
    path: "visibilityTimeoutSeconds",
    of: isDead,
    says: "a dead letter that is looked at stays hidden for 30 s",
    is: 30,
    because: "the commands that read it take seconds, and the next reader need not wait",
  },
  {
    type: types.queue,
    path: "messageRetentionSeconds",
    of: isWork,
    says: "a queue keeps a message for 4 days (345600 s)",
    is: 345_600,
    because: "that is longer than an outage over a long weekend and leaves ten days to a dead letter",
  },
  {
    type: types.queue,
    path: "messageRetentionSeconds",
    of: isDead,
    says: "a dead-letter queue keeps a message until it is 14 days old (1209600 s)",
    is: 1_209_600,
    because: "SQS keeps nothing longer",
  },
  {
    type: types.queue,
    path: "delaySeconds",
    says: "a queue delays no message (0 s)",
    is: 0,
    because: "a customer waits for it",
  },
  {
    type: types.queue,
    path: "redrivePolicy.$.maxReceiveCount",
    says: "a message is delivered 5 times before it is a dead letter",
    is: 5,
    because: "that is a quarter of an hour at 180 s each, as long as payment has to decide",
  },
  {
    type: types.target,
    path: "retryPolicy.maximumEventAgeInSeconds",
    says: "a rule tries to deliver for a day (86400 s)",
    is: 86_400,
    because: "it is the longest that EventBridge tries",
  },
  {
    type: types.target,
    path: "retryPolicy.maximumRetryAttempts",
    says: "a rule tries to deliver 185 times more",
    is: 185,
    because: "it is the most that EventBridge tries",
  },
];

const functionRows: readonly Row[] = [
  {
    ...timeout("reactions", 30, "a batch of ten meets the provider's slowest answers within it"),
    of: isOrdinary,
  },
  {
    type: types.function,
    path: "timeout",
    of: isOfUploads,
    says: "a reaction to an upload has 120 s",
    is: 120,
    because: "it reads a file of up to 50 MB, and goes on in another run with what is left",
  },
  timeout("schedules", 50, "a run ends before the next one begins, a minute later"),
  {
    ...timeout("routes", 10, "a customer waits, and API Gateway gives up after 30 s"),
    of: (each) => ofKind("routes")(each) && !isPlaceBulk(each) && !isGetOrder(each),
  },
  {
    type: types.function,
    path: "timeout",
    of: isGetOrder,
    says: "the route of one order has 25 s",
    is: 25,
    because: "its caller may ask to wait for 20 s, and API Gateway gives up after 30 s",
  },
  {
    type: types.function,
    path: "timeout",
    of: isPlaceBulk,
    says: "the route of bulk orders has 20 s",
    is: 20,
    because: "it writes 500 orders' rows before it answers, and API Gateway gives up after 30 s",
  },
  {
    ...memory("reactions", 192, "its process grows to 130 MB, and most of its time is waiting"),
    of: (each) => ofKind("reactions")(each) && !isImport(each),
  },
  {
    type: types.function,
    path: "memorySize",
    of: isImport,
    says: "the import of stock feeds has 512 MB of memory",
    is: 512,
    because: "it holds 1 MB of the file, and Lambda gives processors by memory",
  },
  {
    ...memory("schedules", 192, "its process grows to 130 MB, and most of its time is waiting"),
    of: (each) => ofKind("schedules")(each) && !isSweepOfOrders(each),
  },
  {
    type: types.function,
    path: "memorySize",
    of: isSweepOfOrders,
    says: "the sweep of orders has 768 MB of memory",
    is: 768,
    because: "Lambda gives processors by memory, and a backlog is cleared as fast as it says it",
  },
  memory("routes", 512, "Lambda gives processors by memory, and a customer waits for the cold start"),
  {
    type: types.function,
    path: "ephemeralStorage.size",
    says: "a function has 512 MB of disk",
    is: 512,
    because: "it is the least, is free, and no function writes files",
  },
  {
    type: types.function,
    path: "environment.variables.DECIDE_WITHIN_SECONDS",
    says: "payment has 900 s to decide an order, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "DECIDE_WITHIN_SECONDS", 900),
    because: "five deliveries of its messages take as long",
  },
  {
    type: types.function,
    path: "environment.variables.ADMIT_WITHIN_PERCENT",
    says: "an order is refused that would wait for more than half of that, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "ADMIT_WITHIN_PERCENT", 50),
    because: "the estimate may be wrong by a half, and what was taken must be decided in time all the same",
  },
  {
    type: types.function,
    path: "environment.variables.ORDERS_PER_CUSTOMER",
    says: "a customer may place any number of orders, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "ORDERS_PER_CUSTOMER", 0),
    because: "a count of each customer is one more write of each order",
  },
  {
    type: types.function,
    path: "environment.variables.MAILS_PER_CUSTOMER",
    says: "a customer is sent any number of mails, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "MAILS_PER_CUSTOMER", 0),
    because: "a count of each customer is one more write of each mail",
  },
  {
    type: types.function,
    path: "environment.variables.QUOTA_SECONDS",
    says: "quotas are of an hour, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "QUOTA_SECONDS", 3600),
    because: "who is refused waits for no longer than they would come back",
  },
  {
    type: types.function,
    path: "environment.variables.WAITS_AT_ONCE",
    says: "100 requests wait at once, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "WAITS_AT_ONCE", 100),
    because: "each is a function that runs, of the 1,000 that an account has at once",
  },
  {
    type: types.function,
    path: "environment.variables.ACTION_WITHIN_SECONDS",
    says: "a customer who is asked to confirm a payment has 600 s, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "ACTION_WITHIN_SECONDS", 600),
    because: "the bank's page takes a minute or two, and the stock is held from others meanwhile",
  },
  {
    type: types.function,
    path: "environment.variables.RESERVATION_SECONDS",
    says: "stock is held for 900 s, unless a setting says otherwise",
    is: (graph) => numericSetting(graph, "RESERVATION_SECONDS", 900),
    because: "payment decides within as long, and a customer who does not pay holds it from others",
  },
  {
    type: types.function,
    path: "environment.variables.BULK_ORDERS_PER_SECOND",
    says: "of a bulk 10 orders a second are placed",
    is: 10,
    because: "that leaves most of what the provider and the reactions bear to other customers",
  },
  {
    type: types.function,
    path: "environment.variables.MAXIMUM_BAD_PERCENT",
    says: "a stock feed with more than 50 % bad rows is refused whole",
    is: 50,
    because: "it is another file than the one that was meant",
  },
  {
    type: types.function,
    path: "environment.variables.LOG_SAMPLE",
    says: "of a sampled log the share is the one of the setting",
    is: (graph) => numericSetting(graph, "LOG_SAMPLE", 1),
    because: "it is the operator's choice",
    developers: true,
  },
  {
    type: types.mapping,
    path: "batchSize",
    of: (each) => isOrdinary(each) && !isPaced()(each),
    says: "a reaction is given 10 messages at once",
    is: 10,
    because: "it is the most for a window of 0 s, and an invocation's price is shared by ten orders",
  },
  {
    type: types.mapping,
    path: "batchSize",
    of: isOfUploads,
    says: "a reaction to uploads is given 1 message at once",
    is: 1,
    because: "each file may take the whole time of an invocation",
  },
  {
    type: types.mapping,
    path: "maximumBatchingWindowInSeconds",
    says: "a message waits for no others (0 s)",
    is: 0,
    because: "a customer waits for it",
  },
  {
    type: types.mapping,
    path: "scalingConfig.maximumConcurrency",
    of: (each) => isOrdinary(each) && !isPlaceChild(each) && !isDeliver(each) && !isPaced()(each),
    says: "a reaction runs 10 batches at once, unless a setting says otherwise",
    is: (graph, mapping) => concurrencySet(graph, mapping) ?? 10,
    because: "a hundred orders at once is what an account's concurrency bears",
  },
  ...[...limits.values()].flatMap(pacedRows),
  ...webhookRows,
  {
    type: types.mapping,
    path: "scalingConfig.maximumConcurrency",
    of: (each) => isOfUploads(each) || isPlaceChild(each),
    says: "files and the orders of bulks are taken in 2 batches at once, unless a setting says otherwise",
    is: (graph, mapping) => concurrencySet(graph, mapping) ?? 2,
    because: "it is the least that SQS's mappings allow, and both are beside customers who wait",
  },
  {
    type: types.schedule,
    path: "scheduleExpression",
    of: (each) => !isSweepBulks(each) && !isReconcile(each),
    says: "a schedule runs every 1 minute",
    is: 1,
    because: "what is due waits half of it on average, and a run that finds nothing costs next to nothing",
  },
  {
    type: types.schedule,
    path: "scheduleExpression",
    of: isSweepBulks,
    says: "bulks that a crash left behind are looked for every 5 minutes",
    is: 5,
    because: "its orders are looked after by their own schedules each minute, and nobody waits for the sum",
  },
  {
    type: types.schedule,
    path: "scheduleExpression",
    of: isReconcile,
    says: "the provider's refunds and disputes are compared every 1440 minutes",
    is: 1440,
    because: "a webhook tells of them at once, and this finds those whose webhook was lost",
  },
  {
    type: types.schedule,
    path: "target.retryPolicy.maximumRetryAttempts",
    says: "a schedule's run is tried again 0 times",
    is: 0,
    because: "the next run does what is left",
  },
  {
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    path: "maximumRetryAttempts",
    says: "a run that failed is begun again 0 times",
    is: 0,
    because: "a second one would only run beside the next",
  },
];

function timeout(kind: "reactions" | "routes" | "schedules", is: number, because: string): Row {
  const says = `one of the ${kind} has ${is} s`;
  return { type: types.function, path: "timeout", of: ofKind(kind), says, is, because };
}

function memory(kind: "reactions" | "routes" | "schedules", is: number, because: string): Row {
  const says = `one of the ${kind} has ${is} MB of memory`;
  return { type: types.function, path: "memorySize", of: ofKind(kind), says, is, because };
}

const bucketCors = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration";

const userPool = "aws:cognito/userPool:UserPool";

const otherRows: readonly Row[] = [
  {
    type: types.apiStage,
    path: "defaultRouteSettings.throttlingRateLimit",
    says: "the API takes 200 requests a second, or what the region's bus bears, unless a setting says otherwise",
    is: (graph) => apiLimit(graph).rate,
    because: "that is half of what the reactions settle, and what one attacker may make us pay for",
  },
  {
    type: types.apiStage,
    path: "defaultRouteSettings.throttlingBurstLimit",
    says: "the API takes 400 requests at once, or twice its rate, unless a setting says otherwise",
    is: (graph) => apiLimit(graph).burst,
    because: "a page asks for several things together, and two seconds of the rate are enough for it",
  },
  {
    type: "aws:apigatewayv2/api:Api",
    path: "corsConfiguration.maxAge",
    says: "a browser asks once an hour (3600 s) whether the storefront's page may call",
    is: 3600,
    because: "what is allowed changes with a deployment, and each question costs the customer a round trip",
  },
  {
    type: types.integration,
    path: "payloadFormatVersion",
    says: "a route's function is given API Gateway's payload of version 2.0",
    is: 2,
    because: "it is the one that the edge reads",
  },
  {
    type: types.logGroup,
    path: "retentionInDays",
    says: "logs are kept for 90 days, and for 7 outside production",
    is: days(90, 7),
    because: "a dispute about a charge comes within three months",
  },
  {
    type: types.archive,
    path: "retentionDays",
    says: "the archive keeps events for 90 days, and for 7 outside production",
    is: days(90, 7),
    because: "it is what a restored table is replayed from, and point-in-time recovery reaches back 35",
  },
  {
    type: types.backupPlan,
    path: "rules.*.copyActions.*.lifecycle.deleteAfter",
    says: "a copy of a table in another region is kept for 35 days",
    is: 35,
    because: "that is as far back as point-in-time recovery reaches in its own",
  },
  {
    type: types.backupPlan,
    path: "rules.*.lifecycle.deleteAfter",
    says: "a backup in its own region is kept for 2 days",
    is: 2,
    because: "the copy is made from it within one, and recovery there needs no backup",
  },
  {
    type: types.bucketLifecycle,
    path: "rules.*.expiration.days",
    says: "an uploaded file is kept for 30 days",
    is: 30,
    because: "a supplier's question about a delivery comes within a month",
  },
  {
    type: types.bucketLifecycle,
    path: "rules.*.noncurrentVersionExpiration.noncurrentDays",
    says: "a version that was replaced is kept for 30 days",
    is: 30,
    because: "its own import may still wait, and its rows can be explained as long as any",
  },
  {
    type: types.bucketLifecycle,
    path: "rules.*.abortIncompleteMultipartUpload.daysAfterInitiation",
    says: "parts of an upload that never ended are kept for 1 day",
    is: 1,
    because: "they cost and nothing shows them",
  },
  {
    type: bucketCors,
    path: "corsRules.*.maxAgeSeconds",
    says: "a browser asks again whether it may post a file, each time (0 s)",
    is: 0,
    because: "a file is uploaded seldom",
  },
  {
    type: types.alias,
    path: "functionVersion",
    says: "the live version is the published one, which is 1 in a rendering",
    is: 1,
    because: "the rollout moves it afterwards, and no deployment does",
  },
  {
    type: types.key,
    path: "deletionWindowInDays",
    says: "the key can be called back for 30 days, and for 7 outside production",
    is: days(30, 7),
    because: "it is the longest that KMS waits, and elsewhere the shortest: nothing there is missed",
  },
  {
    type: userPool,
    path: "passwordPolicy.minimumLength",
    says: "a password of a developer's stage has 32 characters",
    is: 32,
    because: "a command makes it up, and no person types it",
    developers: true,
  },
  {
    type: userPool,
    path: "passwordPolicy.temporaryPasswordValidityDays",
    says: "a temporary password of a developer's stage holds for 1 day",
    is: 1,
    because: "no customer is invited to such a stage",
    developers: true,
  },
  {
    type: userPool,
    path: "accountRecoverySetting.recoveryMechanisms.*.priority",
    says: "an account of a developer's stage has 1 way to be recovered",
    is: 1,
    because: "only its administrator may",
    developers: true,
  },
  {
    type: "aws:cognito/userPoolClient:UserPoolClient",
    path: "accessTokenValidity",
    says: "a token of a developer's stage is good for 60 minutes",
    is: 60,
    because: "a stolen one ends with the hour",
    developers: true,
  },
  {
    type: "random:index/randomBytes:RandomBytes",
    path: "length",
    says: "SST's key of links has 32 bytes",
    is: 32,
    because: "AES-256 needs as many",
  },
];

export const rows: readonly Row[] = [...queueRows, ...functionRows, ...otherRows];

function rowsOf(resource: Resource, path: string): Row[] {
  return rows.filter(
    (row) => row.type === resource.type && row.path === path && (row.of?.(resource) ?? true),
  );
}

function wanted({ is }: Row, graph: Graph, resource: Resource): number {
  return typeof is === "function" ? is(graph, resource) : is;
}

function kept(row: Row): DeploymentPromise {
  return promise(`${row.says}, because ${row.because}`, (graph) =>
    graph.resources
      .filter((each) => each.type === row.type && (row.of?.(each) ?? true))
      .flatMap((resource) =>
        numbersIn(resource)
          .filter(({ path, value }) => path === row.path && value !== wanted(row, graph, resource))
          .map(
            ({ path, value }) => `${resource.name}: ${path} is ${value}, not ${wanted(row, graph, resource)}`,
          ),
      ),
  );
}

export const numberPromises: readonly DeploymentPromise[] = [
  ...rows.map(kept),
  promise("every number of the deployment has its value and the reason for it in a promise", (graph) =>
    graph.resources
      .filter(({ type }) => !heldElsewhere.includes(type))
      .flatMap((resource) =>
        numbersIn(resource)
          .filter(({ path }) => !heldByOthers.test(path) && rowsOf(resource, path).length !== 1)
          .map(({ path, value }) => `${resource.name}: ${path} (${value}) is in no row of promises/numbers`),
      ),
  ),
];
