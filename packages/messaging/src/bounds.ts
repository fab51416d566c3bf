// Checks the bounds of the manifests: one job a function, no work that feeds itself, bounded time and number.
import {
  functionsOf,
  type ReactionManifest,
  type RouteManifest,
  type ScheduleManifest,
  type ServiceManifest,
} from "./manifest.ts";
import { batchesUnder, processesOf } from "./provider-limit.ts";

/** Lambda's concurrency of an account, unless AWS has raised it (Lambda quotas). */
const ACCOUNT_CONCURRENCY = 1000;
/** A Lambda function runs at most 15 minutes, and an HTTP API waits at most 30 seconds for one. */
const LONGEST_SECONDS = 900;
const API_SECONDS = 30;

/** Every bound that is not kept, one sentence each. */
export function checkBounds(services: readonly ServiceManifest[]): string[] {
  return [
    ...services.flatMap(({ routes }) => routes.flatMap(unboundedRoute)),
    ...services.flatMap(({ schedules }) => schedules.flatMap(unboundedSchedule)),
    ...services.flatMap(({ reactions }) => reactions.flatMap(unboundedReaction)),
    ...services.flatMap(functionsOf).flatMap(endless),
    ...services.flatMap(selfUploads),
    ...crowded(services),
    ...services.flatMap(overpaced),
    ...twoMailers(services),
  ];
}

function unboundedRoute({ name, path, timeoutSeconds }: RouteManifest): string[] {
  return [
    ...(/\+\}|\*|^\$default$/.test(path)
      ? [`${name} answers ${path}, whatever is asked: one function serves one route.`]
      : []),
    ...(timeoutSeconds < API_SECONDS
      ? []
      : [`${name} may take ${timeoutSeconds} s, but the API gives up after ${API_SECONDS} s.`]),
  ];
}

function unboundedSchedule({ everyMinutes, name, timeoutSeconds }: ScheduleManifest): string[] {
  if (!Number.isInteger(everyMinutes) || everyMinutes < 1)
    return [
      `${name} runs every ${everyMinutes} min: EventBridge Scheduler knows whole minutes, from one on.`,
    ];
  if (timeoutSeconds > everyMinutes * 60)
    return [`${name} may take ${timeoutSeconds} s, and runs again after ${everyMinutes * 60} s.`];
  return [];
}

function unboundedReaction({
  batchSize,
  batchWindowSeconds,
  maximumConcurrency,
  maxReceiveCount,
  name,
}: ReactionManifest): string[] {
  const isWithin = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  return [
    ...(isWithin(maximumConcurrency, 2, ACCOUNT_CONCURRENCY)
      ? []
      : [`${name} has ${maximumConcurrency} batches at once: SQS takes 2 to ${ACCOUNT_CONCURRENCY}.`]),
    ...(isWithin(batchSize, 1, batchWindowSeconds > 0 ? 10_000 : 10)
      ? []
      : [`${name} takes batches of ${batchSize}: without a window SQS gives at most 10.`]),
    ...(isWithin(maxReceiveCount, 1, 1000)
      ? []
      : [`${name} is given a message ${maxReceiveCount} times: a bad one would never be parked.`]),
  ];
}

function endless({ name, timeoutSeconds }: { name: string; timeoutSeconds: number }): string[] {
  return timeoutSeconds >= 1 && timeoutSeconds <= LONGEST_SECONDS
    ? []
    : [`${name} has a timeout of ${timeoutSeconds} s: Lambda takes 1 to ${LONGEST_SECONDS}.`];
}

/** A reaction to uploads that itself writes where it is told of uploads. */
function selfUploads({ bucket, reactions }: ServiceManifest): string[] {
  if (!bucket) return [];
  const meets = (pattern: string) => {
    const [fixed = ""] = pattern.split(/[*?]/);
    return fixed.startsWith(bucket.prefix) || bucket.prefix.startsWith(fixed);
  };
  return reactions
    .filter(({ objects }) => objects !== "none" && (objects.put ?? []).some(meets))
    .map(
      ({ name }) => `${name} writes under ${bucket.prefix}, and each upload there starts a reaction: a loop.`,
    );
}

function crowded(services: readonly ServiceManifest[]): string[] {
  const atOnce = services
    .flatMap(({ reactions }) => reactions)
    .reduce((sum, { maximumConcurrency }) => sum + maximumConcurrency, 0);
  return atOnce <= ACCOUNT_CONCURRENCY
    ? []
    : [`The reactions may run ${atOnce} times at once, and an account ${ACCOUNT_CONCURRENCY} times.`];
}

/** Calls of a provider beyond its limit, or without a turn of their own in time. */
function overpaced(service: ServiceManifest): string[] {
  const limits = functionsOf(service).flatMap((each) => (each.calls ? [{ each, calls: each.calls }] : []));
  return limits.flatMap(({ calls: { perSecond, provider, setting }, each }) => {
    const processes = processesOf(functionsOf(service), provider, perSecond);
    const { batchSize, maximumConcurrency } = "hears" in each ? each : batchesUnder(perSecond);
    const most = batchesUnder(perSecond);
    const seconds = Math.round((batchSize * processes) / perSecond);
    return [
      ...("path" in each
        ? [`${each.name} lets a person wait for ${provider}: it sends a task instead.`]
        : []),
      ...(limits.some(({ calls }) => calls.provider === provider && calls.perSecond !== perSecond)
        ? [`Functions of ${service.name} name different limits of ${provider}.`]
        : []),
      ...(each.environment.includes(setting)
        ? []
        : [`${each.name} does not read ${setting}, in which a stage says its limit of ${provider}.`]),
      ...(maximumConcurrency > most.maximumConcurrency
        ? [
            `${each.name} has ${maximumConcurrency} batches at once, and its limit of ${provider} allows ${most.maximumConcurrency}.`,
          ]
        : []),
      ...(seconds > each.timeoutSeconds / 2
        ? [
            `${each.name} takes ${batchSize} messages, whose calls of ${provider} may take ${seconds} s at its share.`,
          ]
        : []),
    ];
  });
}

function twoMailers(services: readonly ServiceManifest[]): string[] {
  const mailers = services.filter((each) => functionsOf(each).some(({ mail }) => mail));
  const names = mailers.map(({ name }) => name).join(" and ");
  return mailers.length > 1 ? [`${names} send mail: mail is one service's work.`] : [];
}
