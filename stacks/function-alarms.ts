// The alarms of a function: errors, durations near the timeout, and of a schedule, missing runs.
import type { MakeAlarm } from "./alarm.ts";
import type { DeployedFunction } from "./function.ts";
import { physicalName } from "./naming.ts";

/** Of its timeout; from here a slow provider becomes a timed-out function. */
const LONG = 0.8;

export function createFunctionAlarms(make: MakeAlarm, { service, manifest }: DeployedFunction): void {
  const name = `${service.name}-${manifest.name}`;
  const metric = {
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: physicalName(name) },
    period: 300,
    // One failure is healed by redelivery; two periods of three are not.
    periods: 3,
    mustBeOver: 2,
  } as const;
  // A route's errors and duration are the API's 5xx and latency (api-alarms.ts).
  if (!("path" in manifest) && manifest.isUrgent) {
    make(`${name}-errors`, {
      ...metric,
      runbook: "function-errors",
      says: `${name} fails as a whole (a crash, a time-out, a failed cold start), again and again.`,
      metricName: "Errors",
      statistic: "Sum",
      threshold: 0,
    });
    make(`${name}-duration`, {
      ...metric,
      runbook: "function-duration",
      says: `${name} comes within a fifth of its timeout of ${manifest.timeoutSeconds} s.`,
      metricName: "Duration",
      statistic: "Maximum",
      threshold: LONG * manifest.timeoutSeconds * 1000,
    });
  }
  if ("everyMinutes" in manifest) {
    const { everyMinutes } = manifest;
    const isDaily = everyMinutes > 60;
    // A daily run may fall a little beyond the end of a day, so it is missed only in two of them.
    const lookedAt = isDaily ? { period: 86_400, periods: 2 } : { period: 600 };
    make(`${name}-silent`, {
      runbook: "schedule-silent",
      says: isDaily
        ? `${name} has not run for two days.`
        : `${name} ran less than half as often in ten minutes as it should; nothing handles what is due.`,
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: physicalName(name) },
      metricName: "Invocations",
      statistic: "Sum",
      ...lookedAt,
      threshold: Math.max(1, Math.floor(10 / everyMinutes / 2)),
      comparison: "LessThanThreshold",
      missing: "breaching",
    });
  }
}
