// Every parameter of every EventBridge operation that is served has its effect, or is refused by an error of
// EventBridge's.
import * as eventBridge from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { clientsOf } from "../src/testing.ts";
import { everyMemberIsHonouredOrRefused } from "./acknowledged.ts";

let endpoint: AwsEndpoint;
beforeAll(async () => {
  endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
  await send("PutRule", { Name: "rule", EventPattern });
});
afterAll(() => endpoint.stop());

async function send(operation: string, input: object): Promise<unknown> {
  const Command = (
    eventBridge as unknown as Record<string, new (input: object) => eventBridge.ListRulesCommand>
  )[`${operation}Command`];
  if (!Command) throw new Error(`The client has no ${operation}.`);
  // The client itself wants another signature for it, and sends nothing.
  if ("EndpointId" in input) {
    const answer = await endpoint.call({ service: "eventbridge", operation, input });
    throw Object.assign(new Error(), { name: (answer.body as { __type: string }).__type });
  }
  return clientsOf(endpoint).eventBridge.send(new Command(input));
}

const EventPattern = '{"source":["shop"]}';
const EventSourceArn = "arn:aws:events:eu-west-1:000000000000:event-bus/default";
const Arn = "arn:aws:sqs:eu-west-1:000000000000:queue";
const entry = { Source: "shop", DetailType: "Placed", Detail: "{}" };

const served =
  `CancelReplay CreateArchive CreateEventBus DeleteArchive DeleteEventBus DeleteRule DescribeArchive
  DescribeEventBus DescribeReplay DescribeRule DisableRule EnableRule ListArchives ListEventBuses ListReplays
  ListRuleNamesByTarget ListRules ListTagsForResource ListTargetsByRule PutEvents PutRule PutTargets RemoveTargets
  StartReplay TagResource TestEventPattern UntagResource UpdateArchive`.split(/\s+/);

const members = (operation: string, ...names: string[]) =>
  names.map((name) => `${operation}.${name}`).join(" ");
const entries = (...names: string[]) => members("PutEvents.Entries[]", ...names);
const targets = (...names: string[]) => members("PutTargets.Targets[]", ...names);

const honoured = {
  "An entry's resources are the event's, and its time is in whole seconds": entries("Time", "Resources"),
  "An event reaches the target in EventBridge's envelope": entries("Source", "DetailType", "Detail"),
  "A rule hears only the events of its own bus": [
    entries("EventBusName"),
    members("PutRule", "EventBusName"),
    members("PutTargets", "EventBusName"),
  ].join(" "),
  "An event carries its trace header to the queue": entries("TraceHeader"),
  "A bus says since when it is there, and has no / in its name": "CreateEventBus.Name DescribeEventBus.Name",
  "A description has at most 512 characters": `CreateEventBus.Description PutRule.Description
    CreateArchive.Description DescribeArchive.ArchiveName`,
  "Buses and rules can be made with tags, and put again without they keep them": [
    members("CreateEventBus.Tags[]", "Key", "Value"),
    members("PutRule.Tags[]", "Key", "Value"),
    "ListTagsForResource.ResourceARN",
  ].join(" "),
  "Buses and rules have tags, archives have none": `TagResource.ResourceARN TagResource.Tags[].Key
    TagResource.Tags[].Value UntagResource.ResourceARN UntagResource.TagKeys`,
  "A bus with rules is not deleted; one that is not there is no error": "DeleteEventBus.Name",
  "Buses are listed by the beginning of their name, page by page": members(
    "ListEventBuses",
    ...["NamePrefix", "NextToken", "Limit"],
  ),
  "A rule put again is replaced, and keeps its targets": `PutRule.Name PutRule.EventPattern
    DescribeRule.Name DescribeRule.EventBusName`,
  "A rule can be put for the management events of CloudTrail too, and says so": "PutRule.State",
  "A rule that has targets is not deleted; one that is not there is no error":
    "DeleteRule.Name DeleteRule.EventBusName",
  "Force changes nothing for a rule that no AWS service manages": "DeleteRule.Force RemoveTargets.Force",
  "A disabled rule matches nothing until it is enabled": `EnableRule.Name EnableRule.EventBusName
    DisableRule.Name DisableRule.EventBusName`,
  "Rules are listed page by page, and by the beginning of their name": members(
    "ListRules",
    ...["NamePrefix", "EventBusName", "NextToken", "Limit"],
  ),
  "TestEventPattern wants the fields that every event has":
    "TestEventPattern.EventPattern TestEventPattern.Event",
  "An event goes to every target of every rule it matches, once": `PutTargets.Rule ${targets("Id", "Arn")}`,
  "A constant is sent in place of the event": targets("Input"),
  "A path sends the part of the event it leads to": targets("InputPath"),
  "A template is filled with text inside quotes and with JSON outside": targets(
    "InputTransformer.InputTemplate",
    "InputTransformer.InputPathsMap",
  ),
  "A target takes the message group of a fair queue from a path in the event": targets(
    "SqsParameters.MessageGroupId",
  ),
  "An event whose queue is gone goes to the dead-letter queue at once, with the reason":
    targets("DeadLetterConfig.Arn"),
  "A delivery is given up after the retries its target allows, and the dead letter says so": targets(
    "RetryPolicy.MaximumRetryAttempts",
  ),
  "A delivery is given up when the event is older than its target allows": targets(
    "RetryPolicy.MaximumEventAgeInSeconds",
  ),
  "A removed target hears nothing more": members("RemoveTargets", "Rule", "Ids", "EventBusName"),
  "Targets are listed as they were put, page by page": members(
    "ListTargetsByRule",
    ...["Rule", "EventBusName", "NextToken", "Limit"],
  ),
  "The rules of a target are found by it": members(
    "ListRuleNamesByTarget",
    ...["TargetArn", "EventBusName", "NextToken", "Limit"],
  ),
  "An archive keeps the events its pattern matches": members(
    "CreateArchive",
    ...["ArchiveName", "EventSourceArn", "EventPattern"],
  ),
  "An archive forgets events when its retention is over": "CreateArchive.RetentionDays",
  "An archive's pattern and retention can be changed": `UpdateArchive.ArchiveName UpdateArchive.EventPattern
    UpdateArchive.RetentionDays UpdateArchive.Description DeleteArchive.ArchiveName`,
  "Archives are listed by name, source or state, by one of them at a time": members(
    "ListArchives",
    ...["NamePrefix", "EventSourceArn", "State"],
  ),
  "Archives are listed page by page": "ListArchives.NextToken ListArchives.Limit",
  "A replay sends archived events again to the rules it names, marked with its own name": members(
    "StartReplay",
    ...["ReplayName", "EventSourceArn", "EventStartTime", "EventEndTime"],
    ...["Destination.Arn", "Destination.FilterArns"],
  ),
  "Replays are listed by name, archive or state, by one of them at a time": [
    "StartReplay.Description DescribeReplay.ReplayName",
    members("ListReplays", "NamePrefix", "State", "EventSourceArn", "NextToken", "Limit"),
  ].join(" "),
  "a cancelled replay stops, and cannot be cancelled again": "CancelReplay.ReplayName",
};

/** What only targets that are no queues have, by its name, with the least that the client sends. */
const othersParameters: Record<string, object> = {
  "KinesisParameters.PartitionKeyPath": { PartitionKeyPath: "$.id" },
  "RunCommandParameters.RunCommandTargets[].Key": { RunCommandTargets: [{ Key: "k", Values: ["v"] }] },
  "RunCommandParameters.RunCommandTargets[].Values": { RunCommandTargets: [{ Key: "k", Values: ["v"] }] },
  "SageMakerPipelineParameters.PipelineParameterList[].Name": {
    PipelineParameterList: [{ Name: "n", Value: "v" }],
  },
  "SageMakerPipelineParameters.PipelineParameterList[].Value": {
    PipelineParameterList: [{ Name: "n", Value: "v" }],
  },
  "AppSyncParameters.GraphQLOperation": { GraphQLOperation: "query { a }" },
  ...Object.fromEntries(
    [
      "BatchParameters.JobDefinition BatchParameters.JobName BatchParameters.ArrayProperties.Size",
      "BatchParameters.RetryStrategy.Attempts",
      "EcsParameters.TaskDefinitionArn EcsParameters.TaskCount EcsParameters.LaunchType",
      "EcsParameters.NetworkConfiguration.awsvpcConfiguration.Subnets",
      "EcsParameters.NetworkConfiguration.awsvpcConfiguration.SecurityGroups",
      "EcsParameters.NetworkConfiguration.awsvpcConfiguration.AssignPublicIp",
      "EcsParameters.PlatformVersion EcsParameters.Group EcsParameters.EnableECSManagedTags",
      "EcsParameters.CapacityProviderStrategy[].capacityProvider EcsParameters.CapacityProviderStrategy[].weight",
      "EcsParameters.CapacityProviderStrategy[].base EcsParameters.EnableExecuteCommand",
      "EcsParameters.PlacementConstraints[].type EcsParameters.PlacementConstraints[].expression",
      "EcsParameters.PlacementStrategy[].type EcsParameters.PlacementStrategy[].field",
      "EcsParameters.PropagateTags EcsParameters.ReferenceId EcsParameters.Tags[].Key EcsParameters.Tags[].Value",
      "HttpParameters.PathParameterValues HttpParameters.HeaderParameters HttpParameters.QueryStringParameters",
      "RedshiftDataParameters.Database RedshiftDataParameters.SecretManagerArn RedshiftDataParameters.DbUser",
      "RedshiftDataParameters.Sql RedshiftDataParameters.StatementName RedshiftDataParameters.WithEvent",
      "RedshiftDataParameters.Sqls",
    ]
      .flatMap((names) => names.split(" "))
      .map((name) => [name, {}]),
  ),
};

const target = (more: object) => ({ Rule: "rule", Targets: [{ Id: "1", Arn, ...more }] });
const by = "ValidationException";

everyMemberIsHonouredOrRefused({
  client: eventBridge,
  served,
  suites: [
    ...["semantics/eventbridge.test.ts", "semantics/eventbridge-answers.test.ts"],
    "../src/eventbridge/archives.test.ts",
  ],
  helpers: ["semantics/bus.ts"],
  honoured,
  refused: [
    { members: "PutEvents.EndpointId", by, input: { EndpointId: "abcde.veo", Entries: [entry] } },
    {
      members: "CreateEventBus.EventSourceName",
      by,
      input: { Name: "bus", EventSourceName: "aws.partner/a" },
    },
    { members: "CreateEventBus.KmsKeyIdentifier", by, input: { Name: "bus", KmsKeyIdentifier: "alias/a" } },
    { members: "CreateEventBus.DeadLetterConfig.Arn", by, input: { Name: "bus", DeadLetterConfig: { Arn } } },
    {
      members: "CreateEventBus.LogConfig.IncludeDetail CreateEventBus.LogConfig.Level",
      by,
      input: { Name: "bus", LogConfig: { IncludeDetail: "NONE", Level: "INFO" } },
    },
    { members: "PutRule.ScheduleExpression", by, input: { Name: "s", ScheduleExpression: "rate(1 minute)" } },
    { members: "PutRule.RoleArn", by, input: { Name: "r", EventPattern, RoleArn: "arn:aws:iam::1:role/a" } },
    { members: targets("RoleArn"), by, input: target({ RoleArn: "arn:aws:iam::1:role/a" }) },
    ...Object.entries(othersParameters).map(([name, value]) => ({
      members: targets(name),
      by,
      input: target({ [name.split(".")[0] ?? ""]: value }),
    })),
    ...["CreateArchive", "UpdateArchive"].map((operation) => ({
      members: `${operation}.KmsKeyIdentifier`,
      by,
      input: { ArchiveName: "archive", EventSourceArn, KmsKeyIdentifier: "alias/a" },
    })),
  ],
  send,
});
