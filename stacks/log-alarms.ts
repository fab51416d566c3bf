// Alarms on what functions log: failing and parked messages, broken invariants, mails in doubt, slow orders.
import type { Alarm, MakeAlarm } from "./alarm.ts";
import type { Deployed } from "./deployed.ts";
import type { DeployedFunction } from "./function.ts";
import { logicalName, physicalName } from "./naming.ts";

/** Five minutes of a filter's count: nothing is logged while all is well, and then there is no data. */
const counted = { statistic: "Sum", period: 300, threshold: 0 } as const;

export function createLogAlarms(make: MakeAlarm, { reactions, routes, schedules }: Deployed): void {
  const urgent = reactions.filter(({ manifest }) => manifest.isUrgent);
  make("failing-messages", {
    ...counted,
    ...countOf("failing-messages", urgent, {
      pattern: '{ ($.message = "message will be delivered again") && ($.attempt >= 3) }',
    }),
    runbook: "messages-failing",
    says: "A reaction failed the third delivery of a message; after the fifth it is a dead letter.",
  });
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
  createPaymentAlarms(make, ofPayment([...reactions, ...schedules, ...routes]));
  createWebhookAlarm(make, reactions);
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

/** Only in a stage with endpoints. A receiver that fails is no failure of ours until it is given up. */
function createWebhookAlarm(make: MakeAlarm, reactions: Deployed["reactions"]): void {
  const delivering = reactions.filter(({ manifest }) => manifest.name === "deliver-webhook");
  if (delivering.length === 0) return;
  make("webhook-endpoints", {
    ...counted,
    ...countOf("webhook-endpoints", delivering, {
      pattern: '{ ($.message = "webhook endpoint disabled") || ($.message = "webhook failed for good") }',
    }),
    runbook: "webhook-endpoints",
    says: "An endpoint is told nothing more, or a webhook was given up after ten attempts.",
  });
}

/** What a person has to look at, because no later run can mend it. */
function createPaymentAlarms(make: MakeAlarm, functions: readonly DeployedFunction[]): void {
  make("provider-refusals", {
    ...counted,
    ...countOf("provider-refusals", functions, {
      pattern: '{ $.message = "the provider refuses the shop" }',
    }),
    runbook: "provider-misconfigured",
    says: "Stripe refuses the shop's own key, account or parameters; orders are rejected for it.",
  });
  make("failed-refunds", {
    ...counted,
    ...countOf("failed-refunds", functions, { pattern: '{ $.message = "a refund failed" }' }),
    runbook: "refund-failed",
    says: "A refund failed for good; the customer does not have the money back.",
  });
  make("foreign-captures", {
    ...counted,
    ...countOf("foreign-captures", functions, {
      pattern:
        '{ ($.message = "less was captured than the order costs") || ($.message = "another hand captured after the order was given up") }',
    }),
    runbook: "foreign-captures",
    says: "Another hand captured at Stripe: less than an order costs, or after the order was given up.",
  });
  make("disputes", {
    ...counted,
    ...countOf("disputes", functions, { pattern: '{ $.message = "a dispute was opened" }' }),
    runbook: "disputes",
    says: "A customer disputes a charge at the bank; the evidence has a deadline.",
  });
  // Anybody may post to the webhook, so one bad signature says nothing.
  make("webhook-signatures", {
    ...counted,
    ...countOf("webhook-signatures", functions.filter(isWebhook), {
      pattern: '{ $.message = "a webhook\'s signature does not verify" }',
    }),
    runbook: "webhook-signatures",
    says: "Webhooks come with a signature that no secret of the stage verifies.",
    period: 3600,
    threshold: 5,
  });
}

const ofPayment = (functions: readonly DeployedFunction[]) =>
  functions.filter(({ service }) => service.name === "payment");

const isWebhook = ({ manifest }: DeployedFunction) => manifest.name === "hear-webhook";

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
