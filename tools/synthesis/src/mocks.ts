// AWS's answers while the graph is rendered: ids and ARNs made from the names, policies as AWS writes them.
import type { Resource } from "./graph.ts";

export const account = "123456789012";
const exampleRegion = "eu-west-1";

type Inputs = Record<string, unknown>;

/** The resource as AWS would have made it; its name is the one asked for, or Pulumi's. */
export function made(
  type: string,
  name: string,
  inputs: Inputs,
  region: string = exampleRegion,
): { resource: Omit<Resource, "options">; state: Inputs } {
  const called = String(
    inputs.name ?? bucketIn(type, inputs) ?? inputs.emailIdentity ?? inputs.configurationSetName ?? name,
  );
  const id = `${called}-id`;
  // A resource of another region than the stage's names it (BACKUP_REGION).
  const where = String(inputs.region ?? region);
  const arn = String(inputs.arn ?? arnOf(type, called, inputs, where));
  const state: Inputs = { ...inputs, arn, name: inputs.name ?? called, ...extras(type, called, arn, where) };
  return { resource: { type, name, inputs, id, arn }, state };
}

const bucketIn = (type: string, { bucket }: Inputs) => (type.includes("s3/bucket:") ? bucket : undefined);

/** What stands for the ARN of a type that `arns` does not know; a graph that uses one is refused. */
export const NO_ARN = "no-arn-in-mocks.ts:";

function arnOf(type: string, name: string, inputs: Inputs, region: string): string {
  const path = /^aws:([^:]+):/.exec(type)?.[1] ?? type;
  const format = arns[path];
  if (!format) return `${NO_ARN}${type}`;
  const [service, resource] = format(name, inputs);
  const [where, whose] = elsewhere[service] ?? [region, service === "apigateway" ? "" : account];
  return `arn:aws:${service}:${where}:${whose}:${resource}`;
}

/** Services whose ARNs have no region, or no account. */
const elsewhere: Readonly<Record<string, [region: string, account: string]>> = {
  iam: ["", account],
  s3: ["", ""],
  budgets: ["", account],
  ce: ["", account],
};

/** Service and resource as the Service Authorization Reference writes them, by Pulumi's type. */
const arns: Readonly<Record<string, (name: string, inputs: Inputs) => [service: string, resource: string]>> =
  {
    "apigatewayv2/api": (name) => ["apigateway", `/apis/${name}-id`],
    "apigatewayv2/stage": (name, { apiId }) => ["apigateway", `/apis/${apiId}/stages/${name}`],
    "backup/plan": (name) => ["backup", `backup-plan:${name}-id`],
    "backup/vault": (name) => ["backup", `backup-vault:${name}`],
    "budgets/budget": (name) => ["budgets", `budget/${name}`],
    "cloudwatch/dashboard": (name) => ["cloudwatch", `dashboard/${name}`],
    "cloudwatch/eventArchive": (name) => ["events", `archive/${name}`],
    "cloudwatch/eventBus": (name) => ["events", `event-bus/${name}`],
    "cloudwatch/eventRule": (name, { eventBusName }) => ["events", ruleOf(name, eventBusName)],
    "cloudwatch/logGroup": (name) => ["logs", `log-group:${name}`],
    "cloudwatch/metricAlarm": (name) => ["cloudwatch", `alarm:${name}`],
    "cognito/userPool": (name) => ["cognito-idp", `userpool/${name}-id`],
    "costexplorer/anomalyMonitor": (name) => ["ce", `anomalymonitor/${name}`],
    "dynamodb/table": (name) => ["dynamodb", `table/${name}`],
    "ecs/cluster": (name) => ["ecs", `cluster/${name}`],
    "ecs/service": (name, { cluster }) => ["ecs", `service/${last(cluster, "/")}/${name}`],
    "ecs/taskDefinition": (_, { family }) => ["ecs", `task-definition/${family}:1`],
    "iam/policy": (name) => ["iam", `policy/${name}`],
    "iam/role": (name) => ["iam", `role/${name}`],
    "kms/key": (name) => ["kms", `key/${name}-id`],
    "lambda/alias": (name, { functionName }) => ["lambda", `function:${last(functionName)}:${name}`],
    "lambda/eventSourceMapping": (name) => ["lambda", `event-source-mapping:${name}-id`],
    "lambda/function": (name) => ["lambda", `function:${name}`],
    "s3/bucket": (name) => ["s3", name],
    "s3/bucketObjectv2": (name, { bucket }) => ["s3", `${bucket}/${name}`],
    "scheduler/schedule": (name, { groupName }) => [
      "scheduler",
      `schedule/${groupName ?? "default"}/${name}`,
    ],
    "schemas/registry": (name) => ["schemas", `registry/${name}`],
    "schemas/schema": (name, { registryName }) => ["schemas", `schema/${registryName}/${name}`],
    "sesv2/configurationSet": (name) => ["ses", `configuration-set/${name}`],
    "sesv2/emailIdentity": (name) => ["ses", `identity/${name}`],
    "ssm/parameter": (name) => ["ssm", `parameter${name}`],
    "sns/topic": (name) => ["sns", name],
    "sqs/queue": (name) => ["sqs", name],
  };

/** A rule of the default bus has no bus in its ARN; `eventBusName` may be the bus's ARN. */
function ruleOf(name: string, eventBusName: unknown): string {
  const bus = last(eventBusName ?? "default", "/");
  return bus === "default" ? `rule/${name}` : `rule/${bus}/${name}`;
}

function last(text: unknown, separator = ":"): string {
  return String(text).split(separator).at(-1) ?? "";
}

function extras(type: string, name: string, arn: string, region: string): Inputs {
  if (type.includes("sqs/queue:")) return { url: `https://sqs.${region}.amazonaws.com/${account}/${name}` };
  if (type.includes("randomBytes")) return { base64: Buffer.alloc(32).toString("base64") };
  if (type.includes("lambda/function:"))
    return { invokeArn: `${arn}/invocations`, qualifiedArn: `${arn}:1`, version: "1" };
  if (type.includes("sesv2/configurationSet:")) return { configurationSetName: name };
  if (type.includes("sesv2/emailIdentity:")) {
    return { dkimSigningAttributes: { tokens: ["token1", "token2", "token3"] } };
  }
  if (type.includes("cognito/userPool:"))
    return { endpoint: `cognito-idp.${region}.amazonaws.com/${name}-id` };
  if (type.startsWith("pulumi-nodejs:dynamic")) return { zoneId: "ZONE" };
  if (type.includes("apigatewayv2/api:")) {
    return {
      apiEndpoint: `https://${name}-id.execute-api.${region}.amazonaws.com`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${name}-id`,
    };
  }
  return {};
}

type Statement = {
  effect?: string;
  sid?: string;
  actions?: string[];
  resources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
};

/** The provider's functions that the stacks and SST call. Throws on an unknown one. */
export function called(token: string, inputs: Inputs, region: string = exampleRegion): Inputs {
  if (token.includes("getCallerIdentity")) {
    return { accountId: account, arn: `arn:aws:iam::${account}:root`, id: account, userId: account };
  }
  if (token.includes("getRegion:")) return { name: region, region, id: region };
  if (token.includes("getPartition")) return { partition: "aws", id: "aws" };
  if (token.includes("getPolicyDocument")) {
    return { ...inputs, json: JSON.stringify(policyDocument((inputs.statements ?? []) as Statement[])) };
  }
  throw new Error(`The rendering has no answer for the provider's function ${token}; add it to mocks.ts.`);
}

function policyDocument(statements: readonly Statement[]) {
  return {
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect, actions, resources, principals, conditions }) => ({
      ...(sid && { Sid: sid }),
      Effect: effect ?? "Allow",
      ...(principals && {
        Principal: Object.fromEntries(principals.map((each) => [each.type, each.identifiers])),
      }),
      Action: actions ?? [],
      ...(resources && { Resource: resources }),
      ...(conditions && { Condition: conditionsOf(conditions) }),
    })),
  };
}

function conditionsOf(conditions: NonNullable<Statement["conditions"]>) {
  const byTest: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of conditions) {
    byTest[test] = { ...byTest[test], [variable]: values };
  }
  return byTest;
}
