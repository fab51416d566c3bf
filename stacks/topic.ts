// The topic that alarms publish to: only this account's may, and the operator's address subscribes.
import { physicalName } from "./naming.ts";
import type { Stage } from "./stage.ts";

/** The ARN comes from the topic's policy, so that no alarm is made before it may publish. */
export function createTopic({ account, key, settings }: Stage): Pick<aws.sns.TopicPolicy, "arn"> {
  const topic = new aws.sns.Topic("Alarms", { name: physicalName("alarms"), kmsMasterKeyId: key.arn });
  const policy = new aws.sns.TopicPolicy("AlarmsPolicy", {
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
  return { arn: policy.arn };
}
