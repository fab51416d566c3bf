// Stages of one account, made from one `.env`, share no name and nothing that an account has once.
import { expect, test } from "vitest";
import type { Graph, Resource } from "../src/graph.ts";
import { exampleSettings } from "../src/settings.ts";
import { synthesize } from "../src/synthesize.ts";
import { rendered } from "./rendered.ts";

/**
 * By Pulumi's type, the inputs by which AWS tells two resources apart; none where AWS or Pulumi draws a
 * name.
 */
const told: Readonly<Record<string, readonly string[]>> = {
  "aws:apigatewayv2/api:Api": [],
  "aws:apigatewayv2/authorizer:Authorizer": ["apiId", "name"],
  "aws:apigatewayv2/integration:Integration": [],
  "aws:apigatewayv2/route:Route": ["apiId", "routeKey"],
  "aws:apigatewayv2/stage:Stage": ["apiId", "name"],
  "aws:backup/plan:Plan": ["name"],
  "aws:backup/selection:Selection": ["planId", "name"],
  "aws:backup/vault:Vault": ["region", "name"],
  "aws:budgets/budget:Budget": ["name"],
  "aws:cloudwatch/dashboard:Dashboard": ["dashboardName"],
  "aws:cloudwatch/eventArchive:EventArchive": ["name"],
  "aws:cloudwatch/eventBus:EventBus": ["name"],
  "aws:cloudwatch/eventRule:EventRule": ["eventBusName", "name"],
  "aws:cloudwatch/eventTarget:EventTarget": ["eventBusName", "rule", "targetId"],
  "aws:cloudwatch/logGroup:LogGroup": ["name"],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": ["logGroupName", "name"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["name"],
  "aws:cloudwatch/queryDefinition:QueryDefinition": ["name"],
  "aws:cognito/userPool:UserPool": ["name"],
  "aws:cognito/userPoolClient:UserPoolClient": ["userPoolId", "name"],
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": ["name"],
  "aws:costexplorer/anomalySubscription:AnomalySubscription": ["name"],
  "aws:dynamodb/table:Table": ["name"],
  "aws:iam/role:Role": ["name"],
  "aws:kms/key:Key": [],
  "aws:lambda/alias:Alias": ["functionName", "name"],
  "aws:lambda/eventSourceMapping:EventSourceMapping": ["eventSourceArn", "functionName"],
  "aws:lambda/function:Function": ["name"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ["functionName", "qualifier"],
  "aws:lambda/permission:Permission": ["function", "qualifier", "sourceArn"],
  "aws:route53/record:Record": ["name", "type"],
  "aws:s3/bucket:Bucket": ["bucket"],
  ...Object.fromEntries(
    [
      "CorsConfiguration",
      "LifecycleConfiguration",
      "Notification",
      "OwnershipControls",
      "Policy",
      "PublicAccessBlock",
      "ServerSideEncryptionConfiguration",
      "Versioning",
    ].map((kind) => [`aws:s3/bucket${kind}:Bucket${kind}`, ["bucket"]]),
  ),
  // Lambda keeps a copy: an object of the bootstrap's bucket is written under a name of its content.
  "aws:s3/bucketObjectv2:BucketObjectv2": [],
  "aws:scheduler/schedule:Schedule": ["groupName", "name"],
  "aws:schemas/registry:Registry": ["name"],
  "aws:schemas/schema:Schema": ["registryName", "name"],
  "aws:sesv2/configurationSet:ConfigurationSet": ["configurationSetName"],
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": [
    "configurationSetName",
    "eventDestinationName",
  ],
  "aws:sesv2/emailIdentity:EmailIdentity": ["emailIdentity"],
  "aws:sns/topic:Topic": ["name"],
  "aws:sns/topicPolicy:TopicPolicy": ["arn"],
  "aws:sns/topicSubscription:TopicSubscription": ["topic", "endpoint"],
  "aws:sqs/queue:Queue": ["name"],
  "aws:sqs/queuePolicy:QueuePolicy": ["queueUrl"],
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": ["queueUrl"],
  "pulumi-nodejs:dynamic:Resource": [],
  "random:index/randomBytes:RandomBytes": [],
};

/** Of these an account has one, or so few that a stage each would be too many. */
const ofTheAccount = [
  "aws:budgets/budget:Budget",
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor",
  "aws:schemas/registry:Registry",
  "aws:sesv2/emailIdentity:EmailIdentity",
];

function nameOf({ inputs, type }: Resource): string[] {
  const fields = told[type];
  if (!fields) throw new Error(`Say in this file by which inputs AWS tells two of ${type} apart.`);
  // Without a given name Pulumi ends its own with random letters.
  if (fields.every((field) => inputs[field] === undefined)) return [];
  return [[type, ...fields.map((field) => inputs[field] ?? "")].join(" ")];
}

function shared(one: Graph, other: Graph): string[] {
  const names = new Set(one.resources.flatMap(nameOf));
  return other.resources.flatMap(nameOf).filter((each) => names.has(each));
}

// As long as a stage may be called, and told apart by the last letter alone.
const longest = ["a-stage-of-long-name-ada", "a-stage-of-long-name-adb"] as const;
const settings = { ...exampleSettings, MAIL_IDENTITY: "example.com", MAIL_IDENTITY_OWNER: longest[0] };
const outline = { detail: "outline" } as const;
const first = await synthesize(longest[0], settings, outline);
const second = await synthesize(longest[1], settings, outline);
const production = await rendered("production");
const ada = await rendered("ada");

test.each([
  ["production and a developer's", production, ada],
  ["the two of the longest names", first, second],
  ["production and one with a domain of its own", production, first],
])("%s stage share no name", (_, one, other) => {
  expect(shared(one, other)).toEqual([]);
});

test("what an account has once is made by its owner alone", () => {
  const made = (graph: Graph) =>
    graph.resources.filter(({ type }) => ofTheAccount.includes(type)).map(({ type }) => type);
  expect(made(production).toSorted()).toEqual(ofTheAccount);
  expect(made(ada)).toEqual([]);
  expect(made(first)).toEqual(["aws:sesv2/emailIdentity:EmailIdentity"]);
  expect(made(second)).toEqual([]);
});
