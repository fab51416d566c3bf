// What AWS's API references say a name may be, by the type of resource.
import type { Resource } from "../graph.ts";

type Rule = { field?: string; most: number; least?: number; of: RegExp };

const word = /^[\w-]+$/;
const dotted = /^[\w.-]+$/;
const path = /^[\w./#-]+$/;
const any = /^[^\p{C}]+$/u;

/** A type whose name is not in here is a finding: look it up, and write it down. */
const rules: Readonly<Record<string, Rule>> = {
  "apigatewayv2/api:Api": { most: 128, of: any },
  "apigatewayv2/authorizer:Authorizer": { most: 128, of: any },
  "apigatewayv2/stage:Stage": { most: 128, of: /^(\$default|[\w-]+)$/ },
  "backup/plan:Plan": { most: 50, of: dotted },
  "backup/selection:Selection": { most: 50, of: dotted },
  "backup/vault:Vault": { most: 50, least: 2, of: word },
  "budgets/budget:Budget": { most: 100, of: /^[^:\\\p{C}]+$/u },
  "cloudwatch/compositeAlarm:CompositeAlarm": { field: "alarmName", most: 255, of: any },
  "cloudwatch/dashboard:Dashboard": { field: "dashboardName", most: 255, of: word },
  "cloudwatch/eventArchive:EventArchive": { most: 48, of: dotted },
  "cloudwatch/eventBus:EventBus": { most: 256, of: /^[\w./-]+$/ },
  "cloudwatch/eventRule:EventRule": { most: 64, of: dotted },
  "cloudwatch/eventTarget:EventTarget": { field: "targetId", most: 64, of: dotted },
  "cloudwatch/logGroup:LogGroup": { most: 512, of: path },
  "cloudwatch/logMetricFilter:LogMetricFilter": { most: 512, of: /^[^:*]+$/ },
  "cloudwatch/metricAlarm:MetricAlarm": { most: 255, of: any },
  "cloudwatch/queryDefinition:QueryDefinition": { most: 255, of: any },
  "cognito/resourceServer:ResourceServer": { most: 256, of: /^[\w\s+=,.@-]+$/ },
  "cognito/userPool:UserPool": { most: 128, of: /^[\w\s+=,.@-]+$/ },
  "cognito/userPoolClient:UserPoolClient": { most: 128, of: /^[\w\s+=,.@-]+$/ },
  "cognito/userPoolDomain:UserPoolDomain": {
    field: "domain",
    most: 63,
    of: /^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  },
  "costexplorer/anomalyMonitor:AnomalyMonitor": { most: 1024, of: any },
  "costexplorer/anomalySubscription:AnomalySubscription": { most: 1024, of: any },
  "dynamodb/table:Table": { most: 255, least: 3, of: dotted },
  "ecs/cluster:Cluster": { most: 255, of: word },
  "ecs/service:Service": { most: 255, of: word },
  "iam/policy:Policy": { most: 128, of: /^[\w+=,.@-]+$/ },
  "iam/role:Role": { most: 64, of: /^[\w+=,.@-]+$/ },
  "iam/rolePolicy:RolePolicy": { most: 128, of: /^[\w+=,.@-]+$/ },
  "kms/alias:Alias": { most: 256, of: /^alias\/[\w/-]+$/ },
  "lambda/alias:Alias": { most: 128, of: /^(?!\d+$)[\w-]+$/ },
  "lambda/function:Function": { most: 64, of: word },
  "scheduler/schedule:Schedule": { most: 64, of: dotted },
  "scheduler/scheduleGroup:ScheduleGroup": { most: 64, of: dotted },
  "s3/bucket:Bucket": { field: "bucket", most: 63, least: 3, of: /^(?!xn--)[a-z0-9][a-z0-9.-]*[a-z0-9]$/ },
  "schemas/registry:Registry": { most: 64, of: dotted },
  "schemas/schema:Schema": { most: 385, of: /^[\w.@-]+$/ },
  "sesv2/configurationSet:ConfigurationSet": { field: "configurationSetName", most: 64, of: word },
  "sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {
    field: "eventDestinationName",
    most: 64,
    of: word,
  },
  "sns/topic:Topic": { most: 256, of: word },
  "ssm/parameter:Parameter": { most: 1011, of: /^\/[\w./-]+$/ },
  "sqs/queue:Queue": { most: 80, of: /^[\w-]+(\.fifo)?$/ },
};

/** The longest that AWS takes of other texts, in characters. */
const lengths: Readonly<Record<string, number>> = {
  "cloudwatch/eventArchive:EventArchive description": 512,
  "cloudwatch/eventRule:EventRule description": 512,
  "cloudwatch/eventRule:EventRule eventPattern": 4096,
  "cloudwatch/eventArchive:EventArchive eventPattern": 4096,
  "cloudwatch/metricAlarm:MetricAlarm alarmDescription": 1024,
  "cloudwatch/queryDefinition:QueryDefinition queryString": 10_000,
  "kms/key:Key description": 8192,
  "kms/key:Key policy": 32_768,
  "lambda/function:Function description": 256,
  "lambda/function:Function handler": 128,
  "scheduler/schedule:Schedule description": 512,
  "schemas/registry:Registry description": 256,
};

/** All environment variables of a function together, names and values. */
const ENVIRONMENT_BYTES = 4096;
/** All inline policies of a role together, without white space. */
const INLINE_POLICY_CHARACTERS = 10_240;

export function misnamed(resource: Resource): string[] {
  const { inputs, name, type } = resource;
  const short = type.replace(/^aws:/, "");
  const rule = rules[short];
  if (!rule) {
    const isNamed = type.startsWith("aws:") && typeof inputs.name === "string";
    return isNamed ? [`${name}: no limit of names is known for ${short}`] : [];
  }
  const called = inputs[rule.field ?? "name"];
  if (typeof called !== "string") return [];
  const isFit = called.length <= rule.most && called.length >= (rule.least ?? 1) && rule.of.test(called);
  return isFit
    ? []
    : [`${called}: ${called.length} characters, and ${short} takes ${rule.most} like ${rule.of}`];
}

export function tooLong({ inputs, name, type }: Resource): string[] {
  const short = type.replace(/^aws:/, "");
  const texts = Object.entries(inputs).flatMap(([field, value]) => {
    const most = lengths[`${short} ${field}`];
    const isTooLong = most !== undefined && typeof value === "string" && value.length > most;
    return isTooLong ? [`${name}: ${field} has ${value.length} characters of ${most}`] : [];
  });
  const variables = Object.entries((inputs.environment?.variables ?? {}) as Record<string, string>);
  const bytes = variables.reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
  if (bytes > ENVIRONMENT_BYTES) texts.push(`${name}: ${bytes} bytes of environment of ${ENVIRONMENT_BYTES}`);
  const policies = ((inputs.inlinePolicies ?? []) as { policy: string }[]).map(({ policy }) => policy);
  const characters = policies.join("").replace(/\s/g, "").length;
  if (characters > INLINE_POLICY_CHARACTERS)
    texts.push(`${name}: ${characters} characters of policy of ${INLINE_POLICY_CHARACTERS}`);
  return texts;
}
