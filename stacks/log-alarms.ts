// Alarms on what functions log: failing and parked messages, broken invariants, mails in doubt, slow orders.
import type { Alarm, MakeAlarm } from "./alarm.ts";
import type { Deployed } from "./deployed.ts";
import type { DeployedFunction } from "./function.ts";
import { logicalName, physicalName } from "./naming.ts";

/** Five minutes of a filter's count: nothing is logged while all is well, and then there is no data. */
const counted = { statistic: "Sum", period: 300, threshold: 0 } as const;

export function createLogAlarms(make: MakeAlarm, { reactions, schedules }: Deployed): void {
  for (const reaction of reactions.filter(({ manifest }) => manifest.isUrgent)) {
    const name = nameOf(reaction);
    make(`${name}-failing`, {
      ...counted,
      ...countOf(`${name}-failing`, [reaction], {
        pattern: '{ ($.message = "message will be delivered again") && ($.attempt >= 3) }',
      }),
      runbook: "messages-failing",
      says: `${name} failed the third delivery of a message; after the fifth it is a dead letter.`,
    });
  }
  make("parked-messages", {
    ...counted,
    ...countOf("parked-messages", reactions, {
      pattern: '{ $.message = "message parked in the dead-letter queue" }',
    }),
    runbook: "dead-letters",
    says: "A reaction parked a message that it can never handle; its order may be stuck.",
  });
  make("invariant-violations", {
    ...counted,
    ...countOf("invariant-violations", [...reactions, ...schedules], {
      pattern: '{ $.errorName = "InvariantViolation" }',
    }),
    runbook: "invariant-violation",
    says: "A function saw two facts that exclude each other; a message of them is parked.",
  });
  make("stuck-orders", {
    ...counted,
    ...countOf("stuck-orders", scheduled(schedules, "sweep-orders"), {
      pattern: '{ $.message = "order is stuck" }',
    }),
    runbook: "unsettled-orders",
    says: "Orders are not settled long past their bound.",
  });
  make("stuck-bulks", {
    ...counted,
    ...countOf("stuck-bulks", scheduled(schedules, "sweep-bulks"), {
      pattern: '{ $.message = "a bulk is not complete in time" }',
    }),
    runbook: "unsettled-bulks",
    says: "Bulk orders are not complete long past their bound, whose orders should have ended.",
    period: 3600,
    threshold: 3,
  });
  make("stock-feeds", {
    ...counted,
    ...countOf("stock-feeds", feeding(reactions), {
      pattern: '{ $.message = "the two hashes of an upload differ" }',
    }),
    runbook: "stock-feeds",
    says: "The two readers of an uploaded stock feed saw different bytes.",
  });
  const mailing = reactions.filter(({ manifest }) => manifest.mail);
  make("mail-outcomes", {
    ...counted,
    ...countOf("mail-outcomes", mailing, {
      pattern: '{ ($.message = "mail outcome unknown") || ($.message = "mail refused") }',
    }),
    runbook: "mail-outcome",
    says: "It is unknown whether a mail was sent, or it was refused for good.",
  });
  make("slow-orders", {
    ...countOf("settling", mailing, {
      pattern: '{ ($.message = "mail sent") && (($.mail = "confirmed") || ($.mail = "rejected")) }',
      value: "$.durationMilliseconds",
    }),
    statistic: "p90",
    runbook: "slow-orders",
    says: "One order in ten waits longer than a minute for its end.",
    period: 300,
    threshold: 60_000,
    periods: 6,
    mustBeOver: 3,
  });
}

type Filter = { pattern: string; value?: string };

/** One metric of what a filter finds in the logs of several functions: each has its own log group. */
function countOf(
  metricName: string,
  functions: readonly DeployedFunction[],
  { pattern, value = "1" }: Filter,
) {
  const namespace = physicalName("logs");
  for (const each of functions) {
    const name = functions.length > 1 ? `${nameOf(each)}-${metricName}` : metricName;
    new aws.cloudwatch.LogMetricFilter(logicalName(name, "filter"), {
      name: physicalName(name),
      logGroupName: each.logGroup.name,
      pattern,
      metricTransformation: { namespace, name: metricName, value },
    });
  }
  return { namespace, metricName } satisfies Partial<Alarm>;
}

/** The reactions to uploads; each compares its hash with the other's. */
function feeding(reactions: Deployed["reactions"]) {
  return reactions.filter(({ resources }) => resources.manifest.from === "uploads");
}

function scheduled(schedules: Deployed["schedules"], name: string) {
  return schedules.filter(({ manifest }) => manifest.name === name);
}

function nameOf({ service, manifest }: DeployedFunction): string {
  return `${service.name}-${manifest.name}`;
}
