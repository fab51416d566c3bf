// The ARNs the rendering answers with are those that AWS would make (Service Authorization Reference).
import { expect, test } from "vitest";
import { made, NO_ARN } from "../src/mocks.ts";

const of = "eu-west-1:123456789012";

test.each([
  ["aws:sqs/queue:Queue", { name: "q" }, `arn:aws:sqs:${of}:q`],
  ["aws:cloudwatch/eventBus:EventBus", { name: "b" }, `arn:aws:events:${of}:event-bus/b`],
  ["aws:cloudwatch/eventRule:EventRule", { name: "r", eventBusName: "b" }, `arn:aws:events:${of}:rule/b/r`],
  [
    "aws:cloudwatch/eventRule:EventRule",
    { name: "r", eventBusName: `arn:aws:events:${of}:event-bus/b` },
    `arn:aws:events:${of}:rule/b/r`,
  ],
  ["aws:cloudwatch/eventRule:EventRule", { name: "r" }, `arn:aws:events:${of}:rule/r`],
  [
    "aws:cloudwatch/eventRule:EventRule",
    { name: "r", eventBusName: "default" },
    `arn:aws:events:${of}:rule/r`,
  ],
  ["aws:cloudwatch/eventArchive:EventArchive", { name: "a" }, `arn:aws:events:${of}:archive/a`],
  [
    "aws:cloudwatch/logGroup:LogGroup",
    { name: "/aws/lambda/f" },
    `arn:aws:logs:${of}:log-group:/aws/lambda/f`,
  ],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", { name: "m" }, `arn:aws:cloudwatch:${of}:alarm:m`],
  [
    "aws:sesv2/emailIdentity:EmailIdentity",
    { emailIdentity: "shop@example.com", configurationSetName: "mail" },
    `arn:aws:ses:${of}:identity/shop@example.com`,
  ],
  [
    "aws:sesv2/configurationSet:ConfigurationSet",
    { configurationSetName: "mail" },
    `arn:aws:ses:${of}:configuration-set/mail`,
  ],
  ["aws:scheduler/schedule:Schedule", { name: "s" }, `arn:aws:scheduler:${of}:schedule/default/s`],
  ["aws:schemas/registry:Registry", { name: "s" }, `arn:aws:schemas:${of}:registry/s`],
  ["aws:iam/role:Role", { name: "r" }, "arn:aws:iam::123456789012:role/r"],
  ["aws:lambda/function:Function", { name: "f" }, `arn:aws:lambda:${of}:function:f`],
  ["aws:apigatewayv2/api:Api", { name: "a" }, "arn:aws:apigateway:eu-west-1::/apis/a-id"],
])("%s %o", (type, inputs, arn) => {
  expect(made(type, "Logical", inputs).resource.arn).toBe(arn);
});

test("another region's ARNs name that region", () => {
  expect(made("aws:sqs/queue:Queue", "q", {}, "eu-north-1").resource.arn).toContain(":eu-north-1:");
});

test("a type whose ARN is not known gets none that looks like one", () => {
  expect(made("aws:batch/jobQueue:JobQueue", "j", {}).resource.arn).toBe(
    `${NO_ARN}aws:batch/jobQueue:JobQueue`,
  );
});
