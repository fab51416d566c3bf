// A stage in AWS, as a rollout sees it: aliases of its functions, their errors and log lines, its alarms.
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  type AliasConfiguration,
  GetAliasCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { type EventType, layerOf } from "@order-saga/contracts";
import { functionsOf } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import { stageName } from "@order-saga/services/names";
import type { StagePort, Waiting } from "./rollout.ts";

const ALIAS = "live";
/** More deliveries that failed than this, and the new version is to blame rather than a provider's hiccup. */
const MOST_REDELIVERED = 10;

type Sender = { send(command: object): Promise<unknown> };
export type Clients = { lambda: Sender; metrics: Sender; logs: Sender };

export const awsClients = (): Clients => ({
  lambda: new LambdaClient({}) as Sender,
  metrics: new CloudWatchClient({}) as Sender,
  logs: new CloudWatchLogsClient({}) as Sender,
});

type Options = {
  clients: Clients;
  now: () => number;
  pause: (seconds: number) => Promise<void>;
};

export type LambdaStage = StagePort & {
  /** What the last rollout moved, as it was before: `live` is to be live again instead of `newest`. */
  rolledOut(): Promise<Waiting[]>;
};

/** When a function was first given calls in this rollout, when last, and of which share. */
type Shift = { first: number; last: number; share: number };

export function lambdaStage(name: string, { clients, now, pause }: Options): LambdaStage {
  const prefix = stageName(name, "");
  const shifts = new Map<string, Shift>();
  return {
    waiting: () => waitingIn(prefix, clients),
    async shift(each, share) {
      await shiftAlias(clients, each, share);
      shifts.set(each.name, { first: shifts.get(each.name)?.first ?? now(), last: now(), share });
    },
    rolledOut: () => rolledOutIn(prefix, clients),
    alarms: () => alarmsOf(prefix, clients),
    async troubles(moved) {
      const found = [];
      for (const each of moved) {
        const shift = shifts.get(each.name) ?? { first: now(), last: now(), share: 1 };
        found.push(...(await errorsOf(clients, each, shift, now())));
        found.push(...(await linesOf(clients, each, shift.first)));
      }
      return found;
    },
    pause,
  };
}

type Named = Pick<Waiting, "name" | "kind" | "layer">;

function functionsIn(prefix: string): Named[] {
  return services.flatMap((service) =>
    functionsOf(service).map((manifest) => ({
      name: `${prefix}${service.name}-${manifest.name}`,
      kind: "path" in manifest ? ("route" as const) : ("worker" as const),
      layer: layerOfSaid(manifest.says),
    })),
  );
}

async function waitingIn(prefix: string, { lambda }: Clients): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (const each of functionsIn(prefix)) {
    const live = String((await aliasOf(lambda, each.name)).FunctionVersion);
    const newest = await newestVersion(lambda, each.name);
    if (live !== newest) waiting.push({ ...each, live, newest });
  }
  return waiting;
}

async function rolledOutIn(prefix: string, { lambda }: Clients): Promise<Waiting[]> {
  const found: Waiting[] = [];
  for (const each of functionsIn(prefix)) {
    const { Description = "" } = await aliasOf(lambda, each.name);
    const [, newest, live] = /^before (\d+) it was (\d+)$/.exec(Description) ?? [];
    if (newest && live) found.push({ ...each, live, newest });
  }
  return found.sort((a, b) => a.layer - b.layer);
}

/** What says nothing has no function behind it that must be moved before. */
const layerOfSaid = (says: readonly EventType[]) =>
  says.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...says.map((type) => layerOf[type]));

const aliasOf = (lambda: Sender, FunctionName: string) =>
  lambda.send(new GetAliasCommand({ FunctionName, Name: ALIAS })) as Promise<AliasConfiguration>;

async function newestVersion(lambda: Sender, FunctionName: string): Promise<string> {
  let newest = 0;
  let Marker: string | undefined;
  do {
    const page = (await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, Marker }))) as {
      Versions?: { Version?: string }[];
      NextMarker?: string;
    };
    const numbers = (page.Versions ?? []).map(({ Version }) => Number(Version)).filter(Number.isInteger);
    newest = Math.max(newest, ...numbers);
    Marker = page.NextMarker;
  } while (Marker);
  return String(newest);
}

/** Fails if another rollout moved the alias in between: AWS compares the revision. */
async function shiftAlias(
  { lambda }: Clients,
  { live, name, newest }: Waiting,
  share: number,
): Promise<void> {
  const { RevisionId } = await aliasOf(lambda, name);
  const isWhole = share === 0 || share === 1;
  await lambda.send(
    new UpdateAliasCommand({
      FunctionName: name,
      Name: ALIAS,
      RevisionId,
      FunctionVersion: share === 1 ? newest : live,
      RoutingConfig: { AdditionalVersionWeights: isWhole ? {} : { [newest]: share } },
      Description: share === 0 ? `${newest} was rolled back` : `before ${newest} it was ${live}`,
    }),
  );
}

async function alarmsOf(prefix: string, { metrics }: Clients): Promise<string[]> {
  const { MetricAlarms = [] } = (await metrics.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: prefix, StateValue: "ALARM" }),
  )) as { MetricAlarms?: { AlarmName?: string }[] };
  return MetricAlarms.map(({ AlarmName }) => `the alarm ${AlarmName} is on`);
}

/**
 * Crashes and time-outs of the newest version. While two versions share the alias, AWS counts each of them
 * (dimension ExecutedVersion, Lambda guide, "Types of metrics"); alone, a version is what the alias counts.
 */
async function errorsOf(clients: Clients, { name, newest }: Waiting, shift: Shift, until: number) {
  const shared = [{ Name: "ExecutedVersion", Value: newest }];
  const counts = [await errorCount(clients, name, shared, shift.first, until)];
  if (shift.share === 1) counts.push(await errorCount(clients, name, [], shift.last, until));
  const errors = counts.reduce((sum, each) => sum + each, 0);
  return errors > 0 ? [`${name}:${newest} failed as a whole ${errors} times (AWS/Lambda Errors)`] : [];
}

async function errorCount({ metrics }: Clients, name: string, more: object[], since: number, until: number) {
  const Dimensions = [
    { Name: "FunctionName", Value: name },
    { Name: "Resource", Value: `${name}:${ALIAS}` },
    ...more,
  ] as { Name: string; Value: string }[];
  const Metric = { Namespace: "AWS/Lambda", MetricName: "Errors", Dimensions };
  const { MetricDataResults = [] } = (await metrics.send(
    new GetMetricDataCommand({
      StartTime: new Date(since),
      EndTime: new Date(until),
      MetricDataQueries: [{ Id: "errors", MetricStat: { Metric, Period: 60, Stat: "Sum" } }],
    }),
  )) as { MetricDataResults?: { Values?: number[] }[] };
  return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((sum, each) => sum + each, 0);
}

/**
 * What its own lines say went wrong: a parked message, a request that failed, many deliveries that failed.
 */
async function linesOf({ logs }: Clients, { name, newest }: Waiting, since: number): Promise<string[]> {
  const failed: string[] = [];
  let redelivered = 0;
  let nextToken: string | undefined;
  do {
    const page = (await logs.send(
      new FilterLogEventsCommand({
        logGroupName: `/aws/lambda/${name}`,
        startTime: since,
        filterPattern: '{ ($.level = "error") || ($.message = "message will be delivered again") }',
        nextToken,
      }),
    )) as { events?: { message?: string; logStreamName?: string }[]; nextToken?: string };
    for (const { logStreamName, message } of page.events ?? []) {
      // Lambda names a stream `2026/11/29/[7]…` after the version that writes it.
      if (!logStreamName?.includes(`[${newest}]`)) continue;
      const line = JSON.parse(message ?? "{}") as { level?: string; message?: string };
      if (line.level === "error") failed.push(String(line.message));
      else redelivered += 1;
    }
    nextToken = page.nextToken;
  } while (nextToken);
  const kinds = [...new Set(failed)].map((each) => `${name}:${newest} logged "${each}"`);
  const again = `${name}:${newest}: ${redelivered} messages will be delivered again`;
  return redelivered > MOST_REDELIVERED ? [...kinds, again] : kinds;
}
