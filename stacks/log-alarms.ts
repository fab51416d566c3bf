// Alarms on what the functions log: stuck orders, broken invariants, mails whose outcome is unknown.
import type { MakeAlarm, Runbook } from "./alarm.ts";
import type { Deployed } from "./deployed.ts";
import type { DeployedFunction } from "./function.ts";
import { logicalName, physicalName } from "./naming.ts";

export function createLogAlarms(make: MakeAlarm, { reactions, schedules }: Deployed): void {
  for (const reaction of reactions) {
    alarmOnLog(make, reaction, {
      name: "invariant-violations",
      pattern: '{ $.errorName = "InvariantViolation" }',
      runbook: "invariant-violation",
      says: "saw two facts that exclude each other; the message is parked.",
    });
    if (reaction.manifest.mail) {
      alarmOnLog(make, reaction, {
        name: "mail-outcomes",
        pattern: '{ ($.message = "mail outcome unknown") || ($.message = "mail refused") }',
        runbook: "mail-outcome",
        says: "cannot say whether a mail was sent, or was refused for good.",
      });
    }
  }
  for (const schedule of schedules.filter(({ service }) => service.name === "orders")) {
    alarmOnLog(make, schedule, {
      name: "stuck-orders",
      pattern: '{ $.message = "order is stuck" }',
      runbook: "unsettled-orders",
      says: "found orders that are not settled long past their bound.",
    });
  }
}

type LogAlarm = { name: string; pattern: string; runbook: Runbook; says: string };

function alarmOnLog(make: MakeAlarm, deployed: DeployedFunction, alarm: LogAlarm): void {
  const functionName = `${deployed.service.name}-${deployed.manifest.name}`;
  const name = `${functionName}-${alarm.name}`;
  const metric = { namespace: physicalName("logs"), name };
  new aws.cloudwatch.LogMetricFilter(logicalName(name, "filter"), {
    name: physicalName(name),
    logGroupName: deployed.logGroup.name,
    pattern: alarm.pattern,
    metricTransformation: { ...metric, value: "1" },
  });
  make(name, {
    runbook: alarm.runbook,
    says: `${functionName} ${alarm.says}`,
    namespace: metric.namespace,
    metricName: metric.name,
    statistic: "Sum",
    period: 300,
    threshold: 0,
  });
}
