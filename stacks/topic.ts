// The topic that alarms publish to: only this account's may, and the operator's address subscribes.
import { physicalName } from "./naming.ts";
import type { Stage } from "./stage.ts";

export function createTopic({ account, key, settings }: Stage): aws.sns.Topic {
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
