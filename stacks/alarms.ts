// Every alarm of the system; each names the page of docs/runbooks that says what to do.
import { services } from "@order-saga/services";
import { createAccountAlarms } from "./account-alarms.ts";
import type { Alarm, MakeAlarm, Metric } from "./alarm.ts";
import { createApiAlarms } from "./api-alarms.ts";
import { createBusAlarms, createTableAlarms } from "./data-alarms.ts";
import type { Deployed } from "./deployed.ts";
import { createFunctionAlarms } from "./function-alarms.ts";
import { createLogAlarms } from "./log-alarms.ts";
import { logicalName, physicalName } from "./naming.ts";
import { createReactionAlarms } from "./reaction-alarms.ts";
import type { Stage } from "./stage.ts";
import { createTopic } from "./topic.ts";

export function createAlarms(stage: Stage, deployed: Deployed): void {
  const topic = createTopic(stage);
  const make: MakeAlarm = (name, alarm) => {
    const { runbook, says, threshold, comparison, periods = 1, mustBeOver = periods, missing } = alarm;
    new aws.cloudwatch.MetricAlarm(logicalName(name, "alarm"), {
      name: physicalName(name),
      alarmDescription: `${says} Runbook: ${stage.settings.runbooksUrl}/${runbook}.md`,
      ...watched(alarm),
      threshold,
      comparisonOperator: comparison ?? "GreaterThanThreshold",
      evaluationPeriods: periods,
      datapointsToAlarm: mustBeOver,
      treatMissingData: missing ?? "notBreaching",
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    });
  };
  for (const reaction of deployed.reactions) createReactionAlarms(make, reaction);
  for (const each of [...deployed.reactions, ...deployed.schedules, ...deployed.routes]) {
    createFunctionAlarms(make, each);
  }
  createLogAlarms(make, deployed);
  createApiAlarms(make, deployed.api);
  createBusAlarms(make, deployed);
  for (const service of services) {
    const table = stage.tables.get(service.name);
    if (table) createTableAlarms(make, service, table);
  }
  createAccountAlarms(make, stage.settings);
}

/** What CloudWatch is told to watch: one metric, or the result of a formula over several. */
function watched(alarm: Alarm): Partial<aws.cloudwatch.MetricAlarmArgs> {
  if ("formula" in alarm) {
    const metrics = Object.entries(alarm.of).map(([id, { statistic, ...metric }]) => {
      return { id, metric: { ...metric, stat: statistic, period: alarm.period } };
    });
    return { metricQueries: [{ id: "result", expression: alarm.formula, returnData: true }, ...metrics] };
  }
  const { namespace, metricName, dimensions, statistic, period }: Metric & { period: number } = alarm;
  return {
    namespace,
    metricName,
    ...(dimensions && { dimensions }),
    ...(statistic === "p90" ? { extendedStatistic: statistic } : { statistic }),
    period,
  };
}
