// The alarms of functions: failures, runs near the timeout, missing runs, and the account's concurrency.
import { services } from "@order-saga/services";
import { type Graph, physical } from "../../graph.ts";
import type { Alarms, Judged, Kind } from "./kind.ts";

type Part = "reactions" | "schedules";

function everyMinutes(minutes: number): string[] {
  return services.flatMap(({ name, schedules }) =>
    schedules.filter((each) => each.everyMinutes === minutes).map((each) => `${name}-${each.name}`),
  );
}

/** Those that have alarms of their own failures: work beside the orders ends in its dead-letter queue. */
function urgent(part: Part): string[] {
  return services.flatMap((service) =>
    service[part].filter(({ isUrgent }) => isUrgent).map(({ name }) => `${service.name}-${name}`),
  );
}

function each(names: readonly string[], suffix: string, metricName: string, statistic: string) {
  return (graph: Graph): Alarms =>
    Object.fromEntries(
      names.map((name) => [
        `${name}-${suffix}`,
        {
          namespace: "AWS/Lambda",
          metricName,
          dimensions: { FunctionName: physical(graph, name) },
          statistic,
        },
      ]),
    );
}

const again: Omit<Judged, "over"> = { seconds: 300, periods: [2, 3], missing: "notBreaching" };

function duration(part: Part, timeout: number, over: number): Kind {
  return {
    says: `an alarm fires when one of the ${part} nearly times out: over ${over} ms, in 2 of 3 times five minutes`,
    because: `that is four fifths of the ${timeout} s it has, and a slower provider would end it`,
    runbook: "function-duration",
    judged: { ...again, over },
    alarms: each(urgent(part), "duration", "Duration", "Maximum"),
  };
}

export const functionAlarms: readonly Kind[] = [
  {
    says: "an alarm fires when a reaction or a schedule fails: over 0 in 2 of 3 times five minutes",
    because: "one failure is healed by redelivery or by the next run, and two in ten minutes are not",
    runbook: "function-errors",
    judged: { ...again, over: 0 },
    alarms: each([...urgent("reactions"), ...urgent("schedules")], "errors", "Errors", "Sum"),
  },
  duration("reactions", 30, 24_000),
  duration("schedules", 50, 40_000),
  {
    says: "an alarm fires when a schedule does not run: under 5 runs in ten minutes, and also without any data",
    because: "each runs once a minute, and a function that is not called has no metric at all",
    runbook: "schedule-silent",
    judged: { under: 5, seconds: 600, periods: [1, 1], missing: "breaching" },
    alarms: each(everyMinutes(1), "silent", "Invocations", "Sum"),
  },
  {
    says: "an alarm fires when a schedule beside the orders does not run: under 1 run in ten minutes",
    because: "it runs every five minutes",
    runbook: "schedule-silent",
    judged: { under: 1, seconds: 600, periods: [1, 1], missing: "breaching" },
    alarms: each(everyMinutes(5), "silent", "Invocations", "Sum"),
  },
  {
    says: "an alarm fires when a daily schedule does not run: under 1 run a day in 2 of 2 days (86400 s)",
    because: "a run that falls a minute behind the end of a day is not missed before the next day is over",
    runbook: "schedule-silent",
    judged: { under: 1, seconds: 86_400, periods: [2, 2], missing: "breaching" },
    alarms: each(everyMinutes(1440), "silent", "Invocations", "Sum"),
  },
  {
    says: "an alarm fires when functions are throttled: over 0 of the account in 2 of 3 times five minutes",
    because: "no function has concurrency of its own, so what one is refused the whole account has not",
    runbook: "function-throttles",
    judged: { ...again, over: 0 },
    alarms: () => ({ throttles: { namespace: "AWS/Lambda", metricName: "Throttles", statistic: "Sum" } }),
  },
  {
    says: "an alarm fires before the account's concurrency ends: over 80 % of its quota in 3 of 5 minutes",
    because: "a fifth is left to raise the quota in, and a new account's may be 10 rather than 1,000",
    runbook: "account-concurrency",
    judged: { over: 80, seconds: 60, periods: [3, 5], missing: "notBreaching" },
    alarms: () => ({
      "account-concurrency": {
        formula: "100 * claimed / SERVICE_QUOTA(running)",
        of: {
          claimed: {
            namespace: "AWS/Lambda",
            metricName: "ClaimedAccountConcurrency",
            statistic: "Maximum",
          },
          running: { namespace: "AWS/Lambda", metricName: "ConcurrentExecutions", statistic: "Maximum" },
        },
      },
    }),
  },
];
