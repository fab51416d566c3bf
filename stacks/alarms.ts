// Every alarm of the system; each names the page of docs/runbooks that says what to do.
import type { MakeAlarm } from "./alarm.ts";
import type { Deployed } from "./deployed.ts";
import { createFunctionAlarms } from "./function-alarms.ts";
import { createLogAlarms } from "./log-alarms.ts";
import { logicalName, physicalName } from "./naming.ts";
import { createReactionAlarms } from "./reaction-alarms.ts";
import type { Stage } from "./stage.ts";

export function createAlarms(stage: Stage, deployed: Deployed): void {
  const topic = createTopic(stage);
  const make: MakeAlarm = (name, alarm) => {
    const { runbook, says, comparison, periods = 1, mustBeOver = periods, missing, ...metric } = alarm;
    new aws.cloudwatch.MetricAlarm(logicalName(name, "alarm"), {
      name: physicalName(name),
      alarmDescription: `${says} Runbook: ${stage.settings.runbooksUrl}/${runbook}.md`,
      ...metric,
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
  createSystemAlarms(make, deployed);
}

function createSystemAlarms(make: MakeAlarm, { api }: Deployed): void {
  make("bus-dead-letters", {
    runbook: "bus-dead-letters",
    says: "The bus could not encrypt or decrypt events; they wait in its dead-letter queue.",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: physicalName("bus-dlq") },
    statistic: "Maximum",
    period: 60,
    threshold: 0,
  });
  make("api-errors", {
    runbook: "api-errors",
    says: "The API answers 5xx; clients are told to try again with the same key.",
    namespace: "AWS/ApiGateway",
    metricName: "5xx",
    dimensions: { ApiId: api.nodes.api.id },
    statistic: "Sum",
    period: 300,
    threshold: 5,
  });
  for (const event of ["Bounce", "Complaint"]) {
    make(`mail-${event.toLowerCase()}s`, {
      runbook: "mail-bounces",
      says: `More than 5 mails of an hour came back as ${event.toLowerCase()}s; SES pauses accounts whose rate stays high.`,
      namespace: "AWS/SES",
      metricName: event,
      dimensions: { "ses:configuration-set": physicalName("mail") },
      statistic: "Sum",
      period: 3600,
      threshold: 5,
    });
  }
}

/** The topic alarms publish to: only this account's may, and the operator's address subscribes. */
function createTopic({ account, key, settings }: Stage): aws.sns.Topic {
  const topic = new aws.sns.Topic("Alarms", { name: physicalName("alarms"), kmsMasterKeyId: key.arn });
  new aws.sns.TopicPolicy("AlarmsPolicy", {
    arn: topic.arn,
    policy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AlarmsOfThisAccountOnly",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic.arn,
          Condition: { StringEquals: { "aws:SourceAccount": account.id } },
        },
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: topic.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  });
  if (settings.alarmEmail) {
    new aws.sns.TopicSubscription("AlarmsByMail", {
      topic: topic.arn,
      protocol: "email",
      endpoint: settings.alarmEmail,
    });
  }
  return topic;
}
